"""State machines keep their logging settings, and write the history of their executions."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any, Final

from ministack.services import stepfunctions

from local.cloud.patches import log_groups
from local.cloud.patches.cloudformation import Properties, apply_after
from local.sagemaker_standin.patching import private, replace

_FAILURES: Final = ("Failed", "TimedOut", "Aborted")
_DATA: Final = ("input", "output", "cause")


def keep_workflow_logging() -> None:
    """CloudFormation stores a state machine's logging under its own names, so a client reads that there is none."""
    apply_after("AWS::StepFunctions::StateMachine", _set_logging)


def write_workflow_logs() -> None:
    """Step Functions writes no line of an execution to the log group that its state machine names.

    Each event of the history that the level asks for becomes a line, as AWS writes it:
    https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
    """

    def wrap(add: Callable[..., Any]) -> Callable[..., Any]:
        def add_event(execution: dict[str, Any], event_type: str, details: dict[str, Any] | None = None) -> Any:
            event = add(execution, event_type, details)
            machine = private(stepfunctions, "_state_machines").get(execution["stateMachineArn"]) or {}
            _write(machine.get("loggingConfiguration") or {}, execution, event)
            return event

        return add_event

    replace(stepfunctions, "_add_event", wrap)


def wanted(level: str, event_type: str) -> bool:
    """Whether a log level asks for an event: ERROR for every failure, FATAL for the execution's own."""
    failed = event_type.endswith(_FAILURES)
    return level == "ALL" or (
        failed and (level == "ERROR" or (level == "FATAL" and event_type.startswith("Execution")))
    )


def line_of(execution_arn: str, event: dict[str, Any], *, with_data: bool) -> dict[str, Any]:
    """The line of an event; input, output and cause only where the settings include execution data."""
    details: dict[str, Any] = {}
    for value in event.values():
        if isinstance(value, dict):
            details |= {key: item for key, item in value.items() if with_data or key not in _DATA}
    return {
        "id": str(event["id"]),
        "type": event["type"],
        "details": details,
        "previous_event_id": str(event["id"] - 1),
        "event_timestamp": str(round(dt.datetime.fromisoformat(event["timestamp"]).timestamp() * 1000)),
        "execution_arn": execution_arn,
    }


def _set_logging(arn: str, properties: Properties, _: Properties) -> None:
    logging = properties.get("LoggingConfiguration") or {}
    private(stepfunctions, "_state_machines")[arn]["loggingConfiguration"] = {
        "level": logging.get("Level", "OFF"),
        "includeExecutionData": logging.get("IncludeExecutionData", False),
        "destinations": [
            {"cloudWatchLogsLogGroup": {"logGroupArn": destination["CloudWatchLogsLogGroup"]["LogGroupArn"]}}
            for destination in logging.get("Destinations") or []
        ],
    }


def _write(logging: dict[str, Any], execution: dict[str, Any], event: dict[str, Any]) -> None:
    if not wanted(logging.get("level", "OFF"), event["type"]):
        return
    line = line_of(execution["executionArn"], event, with_data=bool(logging.get("includeExecutionData")))
    for destination in logging.get("destinations") or []:
        group = destination["cloudWatchLogsLogGroup"]["logGroupArn"].split(":log-group:")[-1].removesuffix(":*")
        log_groups.write(group, f"states/{execution['name']}", json.dumps(line))
