"""`make backfill`: thousands of files into a deployment, with progress and a report.

`python -m local.backfill --files FOLDER` uploads a folder and takes it in; `--prefix` and `--manifest` take what lies
in the bucket. Run again after whatever cut it off, it goes on: files that lie there are not uploaded again, an
execution that still runs is followed, and what was taken is passed over.
"""

import argparse
import datetime as dt
import json
import re
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from geoclimate.contracts.backfill import BACKFILL_PREFIX, BackfillReport, BackfillRequest, report_key
from local import cloud
from local.command import UNANSWERED, unanswered
from local.place import STAGE
from local.progress import Step, step
from local.target import Target, TargetError
from local.uploads import upload_new
from local.workflow import WorkflowError, current_state

_POLL_S: Final = 2.0
_MINUTE_S: Final = 60
_FILES_FAILED: Final = "FilesFailed"
_LISTED: Final = 10


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a backfill; 0 where no file failed, 1 where one did or the backfill itself."""
    options = _parsed(arguments)
    try:
        return run(Target.of_stage(options.stage), options)
    except (cloud.CloudError, TargetError, WorkflowError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except UNANSWERED as error:
        print(f"error: {unanswered(options.stage, error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped watching: a backfill that was started goes on; the same command follows it", file=sys.stderr)
        return 130


def run(target: Target, options: argparse.Namespace) -> int:
    """Upload where files are given, start or follow the execution, and print its report.

    Returns:
        The exit status: 1 where the platform failed on a file.

    Raises:
        WorkflowError: The execution failed before its end.
    """
    outputs = target.outputs()
    bucket, machine = outputs["UploadsBucketName"], outputs["BackfillStateMachineArn"]
    request = _request(options)
    if options.files is not None:
        with step(f"Uploading to s3://{bucket}/{request['prefix']}") as current:
            _upload(target.client("s3"), bucket, options.files, request["prefix"], current)
    states = target.client("stepfunctions")
    execution = running(states, machine, request)
    if execution is None:
        execution = states.start_execution(
            stateMachineArn=machine, name=_name(options.stage), input=json.dumps(request)
        )["executionArn"]
    with step("Taking files in") as current:
        ended = follow(states, execution, _show(current))
        current.detail = ""
    if ended["status"] != "SUCCEEDED" and ended.get("error") != _FILES_FAILED:
        raise WorkflowError(f"{ended.get('error', ended['status'])}: {ended.get('cause', 'no cause given')}")
    key = report_key(execution.rsplit(":", 1)[-1])
    report = BackfillReport.model_validate_json(target.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())
    print(told(report, bucket))
    return 1 if report.files.failed else 0


def running(states: Any, machine: str, request: dict[str, Any]) -> str | None:
    """The execution that already does what is asked, or None."""
    pages = states.get_paginator("list_executions").paginate(stateMachineArn=machine, statusFilter="RUNNING")
    for page in pages:
        for each in page["executions"]:
            if json.loads(states.describe_execution(executionArn=each["executionArn"])["input"]) == request:
                found: str = each["executionArn"]
                return found
    return None


def follow(states: Any, execution: str, shown: Callable[[str], None], poll_s: float = _POLL_S) -> dict[str, Any]:
    """Wait for the end of an execution, and give its description; `shown` is told how far it is."""
    began = time.monotonic()
    first: int | None = None
    while True:
        ended: dict[str, Any] = states.describe_execution(executionArn=execution)
        if ended["status"] != "RUNNING":
            return ended
        counts = _counts(states, execution)
        if counts is None:
            shown(current_state(states, execution))
        else:
            done = counts["succeeded"] + counts["failed"] + counts["timedOut"] + counts["aborted"]
            first = done if first is None else first
            shown(progress(counts, done, done - first, time.monotonic() - began))
        time.sleep(poll_s)


def progress(counts: dict[str, int], done: int, new: int, seconds: float) -> str:
    """How far it is: files done, failed, a second, and the time that is left at this rate.

    Args:
        counts: `itemCounts` of the Map Run.
        done: Files with an end.
        new: Those of them since it is watched.
        seconds: Since when it is watched.
    """
    text = f"{done:,} of {counts['total']:,} files"
    failed = done - counts["succeeded"]
    if failed:
        text += f", {failed:,} failed"
    if new > 0 and seconds > 0:
        rate = new / seconds
        left = (counts["total"] - done) / rate
        text += f", {rate:.1f} a second, "
        text += f"{left:.0f} s left" if left < 2 * _MINUTE_S else f"about {left / _MINUTE_S:.0f} minutes left"
    return text


def told(report: BackfillReport, bucket: str) -> str:
    """The report in lines for people."""
    lines = [""]
    for name, counts in (
        ("files", report.files.model_dump()),
        ("rows", report.rows.model_dump()),
        ("refused", report.refused_by_rule),
        ("flagged", report.flagged_by_flag),
        ("unreadable", report.unreadable_by_rule),
    ):
        if any(counts.values()):
            lines.append(f"{name:<11}" + _numbers(counts))
    for name, listed in (("refused", report.refused_files), ("FAILED", report.failed_files)):
        lines += [f"{name:<11}{each.key}: {each.rule}: {each.reason}" for each in listed[:_LISTED]]
    lines.append(f"time       {report.duration_s:,.1f} s from {report.began_at:%Y-%m-%d %H:%M:%S} UTC")
    lines.append(f"report     s3://{bucket}/{report.report_key}")
    return "\n".join(lines)


def _numbers(counts: dict[str, int]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in counts.items() if count)


def _counts(states: Any, execution: str) -> dict[str, int] | None:
    runs = states.list_map_runs(executionArn=execution)["mapRuns"]
    if not runs or "stopDate" in runs[0]:
        return None
    counts: dict[str, int] = states.describe_map_run(mapRunArn=runs[0]["mapRunArn"])["itemCounts"]
    return counts


def _show(current: Step) -> Callable[[str], None]:
    def shown(text: str) -> None:
        current.detail = text

    return shown


def _upload(s3: Any, bucket: str, folder: Path, prefix: str, current: Step) -> None:
    files = {
        prefix + path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }
    if not files:
        raise TargetError(f"there is no file in {folder}")

    def shown(done: int, uploaded: int) -> None:
        current.detail = f"{done:,} of {len(files):,} files, {uploaded:,} new"

    upload_new(s3, bucket, files, prefix, shown)


def _request(options: argparse.Namespace) -> dict[str, Any]:
    request: dict[str, Any] = {}
    if options.manifest is not None:
        request["manifest"] = options.manifest
    elif options.prefix is not None:
        request["prefix"] = options.prefix
    else:
        name = re.sub(r"[^A-Za-z0-9._-]+", "-", options.files.resolve().name)
        request["prefix"] = f"{BACKFILL_PREFIX}{name}/"
    if options.at_once is not None:
        request["concurrency"] = options.at_once
    return request


def _name(stage: str) -> str:
    return f"{stage}-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S}"


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.backfill", description=__doc__.partition("\n")[0])
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--files", type=Path, help=f"a folder; it is uploaded to {BACKFILL_PREFIX}<its name>/ first")
    what.add_argument("--prefix", help=f"keys in the uploads bucket that begin like this; within {BACKFILL_PREFIX}")
    what.add_argument("--manifest", help="key of a .manifest.csv or .manifest.jsonl that names the files")
    parser.add_argument("--stage", default=STAGE, help="local, or a stage in the account of your credentials")
    parser.add_argument("--at-once", type=int, help="files that are taken at once; the stage's bound otherwise")
    options = parser.parse_args(arguments)
    if options.files is not None and not options.files.is_dir():
        parser.error(f"--files {options.files} is no folder")
    try:
        BackfillRequest.model_validate(_request(options))
    except ValidationError as error:
        field = error.errors()[0]["loc"][0]
        parser.error(
            {
                "prefix": f"--prefix {options.prefix!r}: what a backfill takes begins with {BACKFILL_PREFIX}",
                "manifest": f"--manifest {options.manifest!r}: write {BACKFILL_PREFIX}<name>.manifest.csv or .jsonl",
                "concurrency": f"--at-once {options.at_once}: 1 or more",
            }[str(field)]
        )
    return options


if __name__ == "__main__":
    sys.exit(main())
