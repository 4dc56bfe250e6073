"""Many files at once on the deployed stack, with IAM enforced: told of in one report, stopped, and resumed."""

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from geoclimate.contracts.backfill import BackfillReport, report_key
from local import cloud
from local.backfill import main
from local.cloud import pid_file
from local.target import Target
from tests.backfill_world import station_file
from tests.e2e.conftest import Stack
from tests.integration.local.cloud.servers import wait_for

_STATIONS = range(700_001, 700_025)
_PATIENCE_S = 240.0


def _folder(made: Path, stations: range) -> Path:
    """A folder with a day of each station."""
    made.mkdir()
    for station in stations:
        (made / f"{station}.csv.gz").write_bytes(station_file(station, 24))
    return made


@pytest.fixture(autouse=True)
def _operator(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    options = {"endpoint_url": stack.place.url, "config": stack.place.config()}
    monkeypatch.setattr(Target, "of_stage", lambda stage: Target(stage, stack.place.session(), options))


def _executions(stack: Stack) -> list[str]:
    """Names of the backfills, the newest first."""
    machine = stack.outputs["BackfillStateMachineArn"]
    listed = stack.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]
    return [each["name"] for each in sorted(listed, key=lambda each: each["startDate"], reverse=True)]


def _newest_report(stack: Stack) -> BackfillReport:
    key = report_key(_executions(stack)[0])
    answer = stack.client("s3").get_object(Bucket=stack.outputs["UploadsBucketName"], Key=key)
    return BackfillReport.model_validate_json(answer["Body"].read())


def _served(stack: Stack, stations: range = _STATIONS) -> int:
    window = {"from": "2014-01-01T00:00:00Z", "to": "2014-01-03T00:00:00Z", "parameter": "pm25"}
    answers = [stack.get(f"/v1/stations/openaq-{number}/observations", query=window) for number in stations]
    return sum(len(answer.json()["observations"]) for answer in answers if answer.is_success)


def test_a_backfill_is_stopped_and_resumed_and_takes_everything(stack: Stack, tmp_path: Path) -> None:
    states, s3 = stack.client("stepfunctions"), stack.client("s3")
    bucket, machine = stack.outputs["UploadsBucketName"], stack.outputs["BackfillStateMachineArn"]
    folder = _folder(tmp_path / "winter", _STATIONS)
    (folder / "truncated.csv.gz").write_bytes(station_file(1)[:-9])
    for path in folder.iterdir():
        s3.upload_file(str(path), bucket, f"backfill/winter/{path.name}")
    request = '{"prefix": "backfill/winter/", "concurrency": 1}'
    execution = states.start_execution(stateMachineArn=machine, name="to-be-stopped", input=request)["executionArn"]
    wait_for(lambda: _some_done(states, execution), seconds=_PATIENCE_S)
    states.stop_execution(executionArn=execution)
    wait_for(lambda: _map_run(states, execution)["status"] == "ABORTED" or None, seconds=_PATIENCE_S)
    assert _served(stack) < 24 * len(_STATIONS)

    assert main(["--prefix", "backfill/winter/"]) == 0
    report = _newest_report(stack)
    assert report.files.planned == len(_STATIONS) + 1
    assert report.files.already_taken > 0
    assert report.files.already_taken + report.files.accepted == len(_STATIONS)
    assert [(each.key, each.rule) for each in report.refused_files] == [("backfill/winter/truncated.csv.gz", "gzip")]
    assert _served(stack) == 24 * len(_STATIONS)


def test_a_backfill_whose_cloud_is_killed_ends_where_it_would_have_ended(stack: Stack) -> None:
    states, s3 = stack.client("stepfunctions"), stack.client("s3")
    bucket, machine = stack.outputs["UploadsBucketName"], stack.outputs["BackfillStateMachineArn"]
    stations = range(700_101, 700_125)
    for station in stations:
        s3.put_object(Bucket=bucket, Key=f"backfill/killed/{station}.csv.gz", Body=station_file(station, 24))
    request = '{"prefix": "backfill/killed/"}'
    execution = states.start_execution(stateMachineArn=machine, name="killed", input=request)["executionArn"]
    wait_for(lambda: _some_done(states, execution), seconds=_PATIENCE_S)
    place = stack.place
    running = pid_file.read(place.state)
    assert running is not None
    os.kill(running.pid, signal.SIGKILL)
    wait_for(lambda: None if running.alive else True)
    cloud.start(port=place.port, state_dir=place.state, log=place.logs / "cloud.log", auth=True)

    # The reports outlive the kill, the rows of the last seconds do not: what the ledger does not know is taken again.
    assert main(["--prefix", "backfill/killed/"]) == 0
    assert _newest_report(stack).files.planned == len(stations)
    assert _served(stack, stations) == 24 * len(stations)


def test_a_folder_is_uploaded_and_taken_once(stack: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # Stations of its own: the cloud that was killed may have forgotten the rows of the seconds before.
    stations = range(700_201, 700_207)
    folder = _folder(tmp_path / "once", stations)
    assert main(["--files", str(folder)]) == 0
    assert f"planned {len(stations)}, accepted {len(stations)}\n" in capsys.readouterr().out
    other = folder.rename(tmp_path / "again")
    assert main(["--files", str(other)]) == 0
    assert f"planned {len(stations)}, duplicate {len(stations)}\n" in capsys.readouterr().out
    assert main(["--files", str(other)]) == 0
    said = capsys.readouterr().out
    assert f"{len(stations)} of {len(stations)} files, 0 new" in said
    assert f"planned {len(stations)}, already taken {len(stations)}\n" in said
    assert f"s3://{stack.outputs['UploadsBucketName']}/backfill-reports/" in said


def test_no_event_is_sent_for_the_files_of_a_backfill(stack: Stack) -> None:
    bucket = stack.outputs["UploadsBucketName"]
    stack.client("s3").put_object(Bucket=bucket, Key="backfill/alone/truncated.csv.gz", Body=station_file(2)[:-9])
    # What is uploaded after it is taken, so it would have been.
    stack.client("s3").put_object(Bucket=bucket, Key="provider/after.csv.gz", Body=station_file(3))
    keys = wait_for(lambda: _keys(stack, bucket, "provider/after.csv.gz.report.json"), seconds=_PATIENCE_S)
    assert keys == ["provider/after.csv.gz.report.json"]
    assert _keys(stack, bucket, "backfill/alone/") == ["backfill/alone/truncated.csv.gz"]


def test_nothing_to_take_is_an_error_with_a_sentence(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--prefix", "backfill/nothing-here/"]) == 1
    assert "error: NotFound: there is no file to take in at 'backfill/nothing-here/'" in capsys.readouterr().err
    assert stack.outputs["BackfillStateMachineArn"]


def _keys(stack: Stack, bucket: str, prefix: str) -> list[str] | None:
    listed = stack.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
    return [each["Key"] for each in listed] or None


def _map_run(states: Any, execution: str) -> dict[str, Any]:
    (run,) = states.list_map_runs(executionArn=execution)["mapRuns"]
    found: dict[str, Any] = states.describe_map_run(mapRunArn=run["mapRunArn"])
    return found


def _some_done(states: Any, execution: str) -> bool | None:
    runs = states.list_map_runs(executionArn=execution)["mapRuns"]
    return bool(runs and _map_run(states, execution)["itemCounts"]["succeeded"] >= 2) or None
