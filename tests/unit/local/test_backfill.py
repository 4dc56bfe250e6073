"""`make backfill`: what it asks for, what it shows, and what its end is."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from geoclimate.contracts.backfill import BackfillReport, report_key
from local import target
from local.backfill import follow, main, progress, running, told
from local.uploads import upload_new
from tests.openaq_archive import NOW

MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:backfill"


def report(**changes: Any) -> BackfillReport:
    values: dict[str, Any] = {
        "backfill_id": "b",
        "source": "backfill/set/",
        "report_key": report_key("b"),
        "files": {"planned": 1_002, "accepted": 1_000, "refused": 1, "failed": 1},
        "rows": {"read": 24_000, "accepted": 24_000, "added": 24_000},
        "began_at": NOW,
        "finished_at": NOW,
        "duration_s": 75.25,
        "passed_over": 0,
        "refused_by_rule": {"sentinel": 3},
        "skipped_by_rule": {},
        "flagged_by_flag": {},
        "unreadable_by_rule": {"gzip": 1},
        "refused_files": [{"key": "backfill/set/x", "rule": "gzip", "reason": "the file ends too early"}],
        "failed_files": [{"key": "backfill/set/y", "rule": "Unavailable", "reason": "S3 is down"}],
        "lists_complete": True,
    }
    return BackfillReport.model_validate(values | changes)


class Executions:
    """Step Functions with scripted answers, one a poll."""

    def __init__(self, *polls: dict[str, Any]) -> None:
        self.polls = list(polls)
        self.started: list[dict[str, Any]] = []
        self.inputs: dict[str, str] = {}

    def describe_execution(self, executionArn: str) -> dict[str, Any]:  # noqa: N803 - as boto3 has it
        if executionArn in self.inputs:
            return {"input": self.inputs[executionArn]}
        return {"status": self.polls[0].get("status", "RUNNING"), **self.polls[0]}

    def start_execution(self, **given: Any) -> dict[str, Any]:
        assert given["stateMachineArn"] == MACHINE
        self.started.append(json.loads(given["input"]))
        return {"executionArn": f"{MACHINE.replace('stateMachine', 'execution')}:run-1"}

    def list_map_runs(self, executionArn: str) -> dict[str, Any]:  # noqa: N803
        return {"mapRuns": [{"mapRunArn": executionArn}] if "counts" in self.polls[0] else []}

    def describe_map_run(self, **_: str) -> dict[str, Any]:
        return {"itemCounts": self.polls.pop(0)["counts"]}

    def get_execution_history(self, **_: Any) -> dict[str, Any]:
        self.polls.pop(0)
        return {"events": [{"stateEnteredEventDetails": {"name": "Plan"}}]}

    def get_paginator(self, _name: str) -> Any:
        return self

    def paginate(self, **_: str) -> Iterator[dict[str, Any]]:
        yield {"executions": [{"executionArn": arn} for arn in self.inputs]}


def counts(**changes: int) -> dict[str, int]:
    zero = dict.fromkeys(("succeeded", "failed", "timedOut", "aborted", "total"), 0)
    return zero | {"total": 100} | changes


def test_shows_the_state_and_then_the_files() -> None:
    shown: list[str] = []
    states = Executions(
        {},
        {"counts": counts(succeeded=10)},
        {"counts": counts(succeeded=29, failed=1)},
        {"status": "FAILED", "error": "FilesFailed"},
    )
    assert follow(states, "arn", shown.append, poll_s=0)["error"] == "FilesFailed"
    assert shown[:2] == ["Plan", "10 of 100 files"]
    assert shown[2].startswith("30 of 100 files, 1 failed, ")


@pytest.mark.parametrize(
    ("done", "new", "seconds", "expected"),
    [
        (0, 0, 5, "0 of 1,000 files"),
        (400, 200, 100, "400 of 1,000 files, 2.0 a second, about 5 minutes left"),
        (990, 100, 100, "990 of 1,000 files, 1.0 a second, 10 s left"),
    ],
)
def test_tells_the_time_that_is_left_at_the_rate_so_far(done: int, new: int, seconds: float, expected: str) -> None:
    assert progress(counts(total=1_000, succeeded=done), done, new, seconds) == expected


def test_finds_the_execution_that_already_does_it() -> None:
    states = Executions()
    states.inputs = {"other": '{"prefix": "backfill/a/"}', "same": '{"prefix":  "backfill/b/"}'}
    assert running(states, MACHINE, {"prefix": "backfill/b/"}) == "same"
    assert running(states, MACHINE, {"prefix": "backfill/c/"}) is None


def test_tells_the_report_in_lines() -> None:
    lines = told(report(), "uploads").splitlines()
    assert "files      planned 1,002, accepted 1,000, refused 1, failed 1" in lines
    assert "rows       read 24,000, accepted 24,000, added 24,000" in lines
    assert "refused    sentinel 3" in lines
    assert "unreadable gzip 1" in lines
    assert "FAILED     backfill/set/y: Unavailable: S3 is down" in lines
    assert lines[-1] == "report     s3://uploads/backfill-reports/b/report.json"


@pytest.fixture
def bucket() -> Iterator[Any]:
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="uploads")
        s3.put_bucket_versioning(Bucket="uploads", VersioningConfiguration={"Status": "Enabled"})
        yield s3


def test_uploads_only_what_does_not_lie_there(bucket: Any, tmp_path: Path) -> None:
    files = {f"backfill/set/{name}": tmp_path / name for name in ("a", "b", "c")}
    for path in files.values():
        path.write_text(path.name)
    shown: list[tuple[int, int]] = []
    upload_new(bucket, "uploads", files, "backfill/set/", lambda *figures: shown.append(figures))
    files["backfill/set/b"].write_text("changed")
    upload_new(bucket, "uploads", files, "backfill/set/", lambda *figures: shown.append(figures))
    assert [shown[2], shown[-1]] == [(3, 3), (3, 1)]
    versions = bucket.list_object_versions(Bucket="uploads")["Versions"]
    assert sorted(each["Key"][-1] for each in versions) == ["a", "b", "b", "c"]
    metadata = bucket.head_object(Bucket="uploads", Key="backfill/set/b")["Metadata"]
    assert metadata == {"sha256": hashlib.sha256(b"changed").hexdigest()}


class FakeTarget:
    """A deployment whose backfill ends as it is told to."""

    def __init__(self, s3: Any) -> None:
        self.s3 = s3
        self.states = Executions()

    def ends(self, end: dict[str, Any], report: BackfillReport) -> None:
        self.states.polls = [end]
        key = report_key("run-1")
        self.s3.put_object(Bucket="uploads", Key=key, Body=report.model_dump_json().encode())

    def keys(self, prefix: str) -> list[str]:
        return [each["Key"] for each in self.s3.list_objects_v2(Bucket="uploads", Prefix=prefix)["Contents"]]

    def outputs(self) -> dict[str, str]:
        return {"UploadsBucketName": "uploads", "BackfillStateMachineArn": MACHINE}

    def client(self, service: str) -> Any:
        return {"s3": self.s3, "stepfunctions": self.states}[service]


@pytest.fixture
def deployment(bucket: Any, monkeypatch: pytest.MonkeyPatch) -> FakeTarget:
    made = FakeTarget(bucket)
    monkeypatch.setattr(target.Target, "of_stage", lambda _stage: made)
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "my files"
    made.mkdir()
    (made / "a.csv").write_text("a")
    (made / ".hidden").write_text("")
    return made


@pytest.mark.parametrize(
    ("end", "failed", "expected"),
    [
        ({"status": "SUCCEEDED"}, 0, (0, "report     s3://uploads/")),
        ({"status": "FAILED", "error": "FilesFailed", "cause": "1 of 9"}, 1, (1, "report     s3://uploads/")),
        ({"status": "FAILED", "error": "NotFound", "cause": "no file"}, 0, (1, "error: NotFound: no file")),
        ({"status": "ABORTED"}, 0, (1, "error: ABORTED: no cause given")),
    ],
)
def test_its_exit_code_tells_success(
    deployment: FakeTarget,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    end: dict[str, Any],
    failed: int,
    expected: tuple[int, str],
) -> None:
    deployment.ends(end, report(files={"planned": 2, "accepted": 2 - failed, "failed": failed}))
    code = main(["--files", str(folder), "--at-once", "3"])
    said = capsys.readouterr()
    assert code == expected[0]
    assert expected[1] in said.out + said.err


def test_uploads_a_folder_under_its_own_name_and_starts_with_that(deployment: FakeTarget, folder: Path) -> None:
    deployment.ends({"status": "SUCCEEDED"}, report(files={"planned": 1, "accepted": 1}))
    assert main(["--files", str(folder), "--at-once", "3"]) == 0
    assert deployment.keys("backfill/") == ["backfill/my-files/a.csv"]
    assert deployment.states.started == [{"prefix": "backfill/my-files/", "concurrency": 3}]


def test_a_folder_without_files_is_an_error(
    deployment: FakeTarget, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--files", str(tmp_path)]) == 1
    assert "there is no file in" in capsys.readouterr().err
    assert deployment.states.started == []


@pytest.mark.parametrize("arguments", [[], ["--files", "no-such-folder"], ["--prefix", "a", "--manifest", "b"]])
def test_says_what_to_give(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert "--files" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--prefix", "uploads/2014"], "--prefix 'uploads/2014': what a backfill takes begins with backfill/"),
        (["--prefix", ""], "--prefix '': what a backfill takes begins with backfill/"),
        (["--manifest", "some.manifest.csv"], "--manifest 'some.manifest.csv': write backfill/<name>.manifest.csv"),
        (["--manifest", "backfill/some.csv"], "--manifest 'backfill/some.csv': write backfill/<name>.manifest.csv"),
        (["--prefix", "backfill/a", "--at-once", "0"], "--at-once 0: 1 or more"),
    ],
)
def test_what_the_workflow_would_refuse_is_refused_before_it_starts(
    deployment: FakeTarget, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert said in capsys.readouterr().err
    assert deployment.states.started == []


def test_says_how_to_start_the_local_cloud(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("GEOCLIMATE_PORT", "9")
    assert main(["--prefix", "backfill/"]) == 1
    assert "`make up` starts the local cloud" in capsys.readouterr().err
