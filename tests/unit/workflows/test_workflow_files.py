"""The state machines as files: what every one of them must have, whatever it does."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from geoclimate.contracts.backups import RESTORE_ORDER, export_folder

WORKFLOWS = Path(__file__).resolve().parents[3] / "cdk" / "workflows"
FILES = sorted(path.name for path in WORKFLOWS.glob("*.asl.json"))


def _load(file: str) -> dict[str, Any]:
    machine: dict[str, Any] = json.loads((WORKFLOWS / file).read_text())
    return machine


def _machines(machine: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The machine itself and those inside its Map states."""
    yield machine
    for state in machine["States"].values():
        if state["Type"] == "Map":
            yield from _machines(state["ItemProcessor"])


def _states(file: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for machine in _machines(_load(file)):
        yield from machine["States"].items()


def _successors(state: dict[str, Any]) -> set[str]:
    rules = [*state.get("Catch", []), *state.get("Choices", [])]
    return {rule["Next"] for rule in rules} | {state[name] for name in ("Next", "Default") if name in state}


def _documented(file: str) -> set[str]:
    section = (WORKFLOWS / "README.md").read_text().split(f"## {file}")[1].split("\n## ")[0]
    return set(re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE))


def test_there_are_these_workflows() -> None:
    assert FILES == [
        "backfill.asl.json",
        "backup.asl.json",
        "compaction.asl.json",
        "deployment.asl.json",
        "erase_account.asl.json",
        "export_account.asl.json",
        "job.asl.json",
        "restore.asl.json",
        "rollback.asl.json",
        "scaling.asl.json",
        "training.asl.json",
    ]


@pytest.mark.parametrize("file", FILES)
def test_every_state_is_reachable_and_exists(file: str) -> None:
    for machine in _machines(_load(file)):
        reached: set[str] = set()
        waiting = {machine["StartAt"]}
        while waiting:
            name = waiting.pop()
            reached.add(name)
            waiting |= _successors(machine["States"][name]) - reached
        assert reached == set(machine["States"])


@pytest.mark.parametrize("file", FILES)
def test_every_state_goes_on_or_ends(file: str) -> None:
    for name, state in _states(file):
        if state["Type"] not in {"Succeed", "Fail", "Choice"}:
            assert ("Next" in state) != state.get("End", False), name


@pytest.mark.parametrize("file", FILES)
def test_every_task_has_a_timeout_a_retry_and_a_catch(file: str) -> None:
    for name, state in _states(file):
        if state["Type"] == "Task":
            assert state["TimeoutSeconds"] > 0, name
            assert state["Retry"], name
            assert state["Catch"][-1]["ErrorEquals"] == ["States.ALL"], name


@pytest.mark.parametrize("file", FILES)
def test_every_choice_has_a_default(file: str) -> None:
    for name, state in _states(file):
        if state["Type"] == "Choice":
            assert "Default" in state, name


@pytest.mark.parametrize("file", FILES)
def test_every_failure_says_its_error_and_its_cause(file: str) -> None:
    for name, state in _states(file):
        if state["Type"] == "Fail":
            assert state.get("Error") or state.get("ErrorPath"), name
            assert state.get("Cause") or state.get("CausePath"), name


@pytest.mark.parametrize("file", FILES)
def test_a_training_job_and_other_failures_are_not_retried_blindly(file: str) -> None:
    for name, state in _states(file):
        for retry in state.get("Retry", []):
            assert not {"States.ALL", "States.TaskFailed"} & set(retry["ErrorEquals"]), name
            assert retry["MaxAttempts"] <= 3, name


@pytest.mark.parametrize("file", FILES)
def test_placeholders_are_exactly_those_that_the_readme_documents(file: str) -> None:
    assert set(re.findall(r"\$\{(\w+)\}", (WORKFLOWS / file).read_text())) == _documented(file)


def test_the_backup_exports_every_table_at_one_moment() -> None:
    machine = _load("backup.asl.json")
    named = machine["States"]["Name"]["Parameters"]
    assert tuple(table["name"] for table in named["tables"]) == RESTORE_ORDER
    assert named["moment.$"] == "$$.Execution.StartTime"
    assert machine["States"]["ExportTables"]["MaxConcurrency"] == len(RESTORE_ORDER)
    export = machine["States"]["ExportTables"]["ItemProcessor"]["States"]["StartExport"]["Parameters"]
    assert (export["ExportTime.$"], export["ExportFormat"]) == ("$.moment", "DYNAMODB_JSON")


def test_exports_lie_where_the_contract_says() -> None:
    states = _load("backup.asl.json")["States"]["ExportTables"]["ItemProcessor"]["States"]
    prefix = states["StartExport"]["Parameters"]["S3Prefix.$"]
    assert prefix == "States.Format('backups/{}/{}', $.backup_id, $.table)"
    assert export_folder("the-id", "files", "1").startswith("backups/the-id/files/AWSDynamoDB/")


def test_the_restore_brings_back_first_what_others_refer_to() -> None:
    assert tuple(_load("restore.asl.json")["States"]["EveryTable"]["Result"]) == RESTORE_ORDER


@pytest.mark.parametrize(
    ("file", "state"), [("backup.asl.json", "RestoreOnTrial"), ("restore.asl.json", "RestoreTables")]
)
def test_tables_are_restored_one_after_the_other(file: str, state: str) -> None:
    assert _load(file)["States"][state]["MaxConcurrency"] == 1
