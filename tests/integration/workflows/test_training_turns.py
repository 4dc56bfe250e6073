"""One run of the training workflow at a time, and one a day for drift."""

import pytest

from .conftest import ARN, Execute, TaskError
from .training_cloud import OWN, Cloud, run_training

OTHER = f"{ARN}:execution:training.asl.json:other"
REFUSED = TaskError("DynamoDB.ConditionalCheckFailedException", "The conditional request failed")


@pytest.mark.parametrize("reason", ["schedule", "drift", "on-demand"])
def test_a_run_takes_the_turn_that_nobody_had(execute: Execute, reason: str) -> None:
    cloud = Cloud()
    ended = run_training(execute, cloud, reason=reason)
    assert ended.output["reason"] == reason
    assert cloud.turn == {
        "pk": {"S": "pm25"},
        "sk": {"S": "TurnSortKey"},
        "execution": {"S": OWN},
        "began": {"S": "2026-01-31T05:06:07.123Z"},
        "reason": {"S": reason},
    }


def _after(cloud: Cloud, began: str = "2026-01-29T05:00:00.000Z", status: str = "SUCCEEDED") -> Cloud:
    cloud.last_turn = {"execution": {"S": OTHER}, "began": {"S": began}}
    cloud.last_status = status
    return cloud


@pytest.mark.parametrize("status", ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"])
def test_a_turn_ends_with_its_execution_whatever_way_that_ends(execute: Execute, status: str) -> None:
    ended = run_training(execute, _after(Cloud(), status=status))
    assert not ended.error, ended.cause
    [taken] = ended.asked("putItem")
    assert taken["ExpressionAttributeValues"] == {":before": {"S": OTHER}, ":own": {"S": OWN}}


def test_an_execution_that_step_functions_forgot_holds_no_turn(execute: Execute) -> None:
    cloud = _after(Cloud())
    cloud.errors["describeExecution"] = TaskError("Sfn.ExecutionDoesNotExistException", "Execution Does Not Exist")
    assert not run_training(execute, cloud).error


@pytest.mark.parametrize("reason", ["schedule", "drift"])
@pytest.mark.parametrize("race", [False, True])
def test_a_start_by_itself_leaves_a_run_under_way_alone(execute: Execute, reason: str, race: bool) -> None:
    cloud = Cloud()
    if race:
        cloud.errors["putItem"] = REFUSED
    else:
        _after(cloud, status="RUNNING")
    ended = run_training(execute, cloud, reason=reason)
    assert not ended.error
    assert ended.output == {
        "target": "pm25",
        "reason": reason,
        "skipped": "another execution of the training workflow is under way",
    }
    assert ended.asked("DatasetFunctionArn") == []


@pytest.mark.parametrize("race", [False, True])
def test_a_person_who_starts_a_second_run_is_told(execute: Execute, race: bool) -> None:
    cloud = Cloud()
    if race:
        cloud.errors["putItem"] = REFUSED
    else:
        _after(cloud, status="RUNNING")
    ended = run_training(execute, cloud)
    assert ended.error == "AlreadyRunning"
    assert ended.asked("DatasetFunctionArn") == []


@pytest.mark.parametrize(
    ("reason", "began", "runs"),
    [
        ("drift", "2026-01-30T05:06:07.124Z", False),
        ("drift", "2026-01-30T05:06:07.122Z", True),
        ("schedule", "2026-01-31T05:00:00.000Z", True),
        ("on-demand", "2026-01-31T05:00:00.000Z", True),
    ],
)
def test_drift_starts_one_run_a_day_at_most(execute: Execute, reason: str, began: str, runs: bool) -> None:
    ended = run_training(execute, _after(Cloud(), began=began), reason=reason)
    assert not ended.error
    assert (ended.asked("putItem") != []) is runs
    if not runs:
        assert ended.output["skipped"] == f"the last run began at {began}; drift starts one every 24 hours at most"


@pytest.mark.parametrize("task", ["getItem", "describeExecution", "putItem"])
def test_a_turn_that_cannot_be_looked_up_stops_therun_training(execute: Execute, task: str) -> None:
    cloud = _after(Cloud())
    cloud.errors[task] = TaskError("DynamoDB.AccessDeniedException", "not authorized")
    ended = run_training(execute, cloud)
    assert (ended.error, ended.cause) == ("DynamoDB.AccessDeniedException", "not authorized")
    assert ended.asked("DatasetFunctionArn") == []
