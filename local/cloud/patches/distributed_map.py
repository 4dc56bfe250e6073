"""A Distributed Map runs no more at once than it is told, writes its results, and ends with its execution."""

import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NoReturn

from ministack.services import s3, stepfunctions

from local.sagemaker_standin.patching import private, replace

State = Mapping[str, Any]
RunMap = Callable[..., tuple[Any, Any]]

_LIVE: Final = "RUNNING"
_STOPPED: Final = "Local.ExecutionStopped"
# What a Map state does with its result; with a writer, the result is where the results are.
_OUTPUT_FIELDS: Final = ("ResultSelector", "ResultPath", "OutputPath")
_AS_IT_IS: Final = "NONE"
_FIELDS: Final = {
    "executionArn": "ExecutionArn",
    "input": "Input",
    "inputDetails": "InputDetails",
    "name": "Name",
    "output": "Output",
    "outputDetails": "OutputDetails",
    "startDate": "StartDate",
    "stateMachineArn": "StateMachineArn",
    "status": "Status",
    "stopDate": "StopDate",
    "error": "Error",
    "cause": "Cause",
}


def bound_maps_by_their_path() -> None:
    """A Map's MaxConcurrencyPath is ignored, so up to 64 items run at once."""

    def wrap(run_items: Callable[..., Any]) -> Callable[..., Any]:
        def run_bounded(state: State, data: Any, execution: Any, context: Any) -> Any:
            path = state.get("MaxConcurrencyPath")
            if path is not None:
                given = private(stepfunctions, "_apply_input_path")(state, data, context)
                bound = private(stepfunctions, "_resolve_path_or_ctx")(path, given, context)
                state = {**state, "MaxConcurrency": int(bound)}
            return run_items(state, data, execution, context)

        return run_bounded

    replace(stepfunctions, "_run_map_items", wrap)


def stop_maps_with_their_execution() -> None:
    """After StopExecution a Distributed Map goes on until every child has run, and its Map Run succeeds.

    With it no child starts any more, those that wait are counted as aborted, and so is the Map Run. A task that is
    under way ends by itself, as a Lambda function in AWS does.
    """

    def before_a_child(run_child: Callable[..., Any]) -> Callable[..., Any]:
        def run_while_wanted(states: Any, start: Any, data: Any, execution: Any, context: Any) -> Any:
            run = private(stepfunctions, "_map_runs").get(execution.get("mapRunArn"))
            if run is not None and not _is_live(run["executionArn"]):
                raise private(stepfunctions, "_ExecutionError")(_STOPPED, "The execution of the Map Run was stopped")
            return run_child(states, start, data, execution, context)

        return run_while_wanted

    def after_the_map(run_map: RunMap) -> RunMap:
        def run_and_settle(state: State, data: Any, given: Any, iterator: Any, execution: Any, context: Any) -> Any:
            try:
                outcome = run_map(state, data, given, iterator, execution, context)
            except private(stepfunctions, "_ExecutionError"):
                if _is_live(execution["executionArn"]):
                    raise
                # Raised further, it would make a failed execution of a stopped one.
                outcome = data, None
            if not _is_live(execution["executionArn"]):
                for run in _runs_of(execution["executionArn"]):
                    _settle(run)
            return outcome

        return run_and_settle

    replace(stepfunctions, "_run_sub_machine", before_a_child)
    replace(stepfunctions, "_run_distributed_map", after_the_map)


def write_map_results() -> None:
    """A Distributed Map's ResultWriter is ignored: nothing is written, and the state's result is every child's output.

    With it the children lie in the bucket as AWS writes them, one file a status and a manifest, and the result says
    where. Only the results as they are (`NONE`) are written.
    https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
    """

    def wrap(run_map: RunMap) -> RunMap:
        def run_and_write(state: State, data: Any, given: Any, iterator: Any, execution: Any, context: Any) -> Any:
            writer = state.get("ResultWriter") or {}
            if "Resource" not in writer:
                return run_map(state, data, given, iterator, execution, context)
            bare = {name: value for name, value in state.items() if name not in _OUTPUT_FIELDS}
            known = {run["mapRunArn"] for run in _runs_of(execution["executionArn"])}
            try:
                _, following = run_map(bare, data, given, iterator, execution, context)
            finally:
                target = private(stepfunctions, "_resolve_params_obj")(writer["Parameters"], given, context)
                written = [
                    _write(run, target, writer.get("WriterConfig", {}))
                    for run in _runs_of(execution["executionArn"])
                    if run["mapRunArn"] not in known
                ]
            result = private(stepfunctions, "_apply_result_selector")(state, written[0])
            output = private(stepfunctions, "_apply_result_path")(state, data, result)
            return private(stepfunctions, "_apply_output_path")(state, output, context), following

        return run_and_write

    replace(stepfunctions, "_run_distributed_map", wrap)


def _runs_of(execution_arn: str) -> list[dict[str, Any]]:
    runs = private(stepfunctions, "_map_runs")
    return [run for run in list(runs.values()) if run["executionArn"] == execution_arn]


def _children_of(run: Mapping[str, Any]) -> list[dict[str, Any]]:
    executions = private(stepfunctions, "_executions")
    return [each for each in list(executions.values()) if each.get("mapRunArn") == run["mapRunArn"]]


def _is_live(execution_arn: str) -> bool:
    execution = private(stepfunctions, "_executions").get(execution_arn)
    return execution is not None and execution["status"] == _LIVE


def _settle(run: dict[str, Any]) -> None:
    """Call a Map Run and its children aborted that its execution's stop has ended."""
    run["status"] = "ABORTED"
    for child in _children_of(run):
        if child.get("error") == _STOPPED:
            child["status"] = "ABORTED"
            for counts in (run["itemCounts"], run["executionCounts"]):
                counts["failed"] -= 1
                counts["aborted"] += 1
            del child["error"], child["cause"]


def _write(run: Mapping[str, Any], target: Mapping[str, str], config: Mapping[str, str]) -> dict[str, Any]:
    """Write the children of a Map Run by what became of them, and say where the manifest is."""
    if config.get("Transformation", _AS_IT_IS) != _AS_IT_IS:
        _fail(f"the local cloud writes results as they are only, not {config['Transformation']}")
    output_type = config.get("OutputType", "JSON")
    folder = "/".join(filter(None, (target.get("Prefix", "").rstrip("/"), str(uuid.uuid4()))))
    by_status: dict[str, list[dict[str, Any]]] = {"SUCCEEDED": [], "FAILED": [], "PENDING": []}
    for child in _children_of(run):
        by_status["SUCCEEDED" if child["status"] == "SUCCEEDED" else "FAILED"].append(_entry(child))
    files: dict[str, list[dict[str, Any]]] = {}
    for status, entries in by_status.items():
        body = _as_text(entries, output_type).encode()
        key = f"{folder}/{status}_0.{output_type.lower()}"
        files[status] = [{"Key": key, "Size": len(body)}] if entries else []
        if entries:
            _put(target["Bucket"], key, body)
    manifest = {"DestinationBucket": target["Bucket"], "MapRunArn": run["mapRunArn"], "ResultFiles": files}
    key = f"{folder}/manifest.json"
    _put(target["Bucket"], key, json.dumps(manifest).encode())
    return {"MapRunArn": run["mapRunArn"], "ResultWriterDetails": {"Bucket": target["Bucket"], "Key": key}}


def _entry(child: Mapping[str, Any]) -> dict[str, Any]:
    entry = {name: child[ours] for ours, name in _FIELDS.items() if child.get(ours) is not None}
    return entry | {"RedriveCount": 0, "RedriveStatus": "NOT_REDRIVABLE"}


def _as_text(entries: Iterable[Any], output_type: str) -> str:
    if output_type == "JSONL":
        return "".join(json.dumps(entry) + "\n" for entry in entries)
    return json.dumps(list(entries))


def _put(bucket: str, key: str, body: bytes) -> None:
    status, _, answer = private(s3, "_put_object")(bucket, key, body, {})
    if status >= 400:
        _fail(answer.decode("utf-8", "replace"))


def _fail(reason: str) -> NoReturn:
    raise private(stepfunctions, "_ExecutionError")("States.ResultWriterFailed", reason)
