"""What fails in the training workflow, and what people read of it."""

import json
from typing import Any

import pytest

from .conftest import ARN, Execute, TaskError, function_error
from .training_cloud import OWN, Cloud, run_training

BROKEN = function_error("InvalidInput", "no station has observations of pm25")
DENIED = TaskError("Lambda.AWSLambdaException", "not authorized to perform: lambda:InvokeFunction")


@pytest.mark.parametrize(
    ("task", "before"),
    [
        ("DatasetFunctionArn", 0),
        ("ProductionFunctionArn", 3),
        ("RegisterFunctionArn", 4),
    ],
)
@pytest.mark.parametrize(
    ("error", "said"), [(BROKEN, "no station has observations of pm25"), (DENIED, "not authorized")]
)
def test_a_function_that_fails_ends_the_run_with_its_own_sentence(
    execute: Execute, task: str, before: int, error: TaskError, said: str
) -> None:
    cloud = Cloud()
    cloud.errors[task] = error
    ended = run_training(execute, cloud)
    assert ended.error == error.error
    assert said in ended.cause
    assert "stackTrace" not in ended.cause
    assert len(ended.asked("createTrainingJob.sync")) == before
    assert ended.asked("startExecution.sync") == []


def _failed_job(name: str, reason: str) -> TaskError:
    return TaskError(
        "States.TaskFailed",
        json.dumps({"TrainingJobName": name, "TrainingJobStatus": "Failed", "FailureReason": reason}),
    )


@pytest.mark.parametrize("architecture", ["lstm", "gru", "transformer"])
def test_one_failed_training_of_three_ends_the_run_with_its_reason(execute: Execute, architecture: str) -> None:
    cloud = Cloud()
    cloud.errors[architecture] = _failed_job("j", "AlgorithmError: no stations")
    ended = run_training(execute, cloud)
    assert (ended.error, ended.cause) == ("TrainingJobFailed", "training job j: AlgorithmError: no stations")
    assert len(ended.asked("createTrainingJob.sync")) == 3
    assert ended.asked("RegisterFunctionArn") == []


def test_a_training_that_cannot_be_started_says_which(execute: Execute) -> None:
    cloud = Cloud()
    cloud.errors["gru"] = TaskError("SageMaker.ResourceInUseException", "the name is taken")
    ended = run_training(execute, cloud)
    assert ended.error == "SageMaker.ResourceInUseException"
    assert ended.cause.endswith("-gru: the name is taken")


def test_a_training_without_capacity_is_asked_for_again(execute: Execute) -> None:
    cloud = Cloud()
    refused = {"lstm", "gru", "transformer"}
    train = cloud.train

    def full_at_first(given: dict[str, Any]) -> dict[str, Any]:
        kind = given["HyperParameters"].get("architecture")
        if kind in refused:
            refused.discard(kind)
            raise TaskError("SageMaker.ResourceLimitExceededException", "the account's limit of instances is reached")
        return train(given)

    ended = execute("training.asl.json", {"target": "pm25"}, {**cloud.tasks(), "createTrainingJob.sync": full_at_first})
    assert not ended.error, ended.cause
    assert len(ended.asked("createTrainingJob.sync")) == 7


def test_a_failed_evaluation_ends_with_the_job_s_own_reason(execute: Execute) -> None:
    cloud = Cloud()
    cloud.errors["evaluation"] = _failed_job("v", "AlgorithmError: no test period")
    ended = run_training(execute, cloud)
    assert (ended.error, ended.cause) == ("EvaluationFailed", "evaluation job v: AlgorithmError: no test period")
    assert ended.asked("RegisterFunctionArn") == []


def test_an_evaluation_that_cannot_be_started_keeps_its_error(execute: Execute) -> None:
    cloud = Cloud()
    cloud.errors["evaluation"] = TaskError("SageMaker.ResourceInUseException", "the name is taken")
    ended = run_training(execute, cloud)
    assert (ended.error, ended.cause) == ("SageMaker.ResourceInUseException", "the name is taken")


def test_a_model_that_the_gate_refuses_is_retired_and_never_deployed(execute: Execute) -> None:
    cloud = Cloud()
    cloud.deploy = False
    ended = run_training(execute, cloud)
    assert ended.error == "GateRefused"
    assert "CRPS 9 against 10" in ended.cause
    assert [(each.decision, each.reason, each.who) for each in cloud.decisions] == [
        ("retire", "CRPS 9 against 10", OWN)
    ]
    assert ended.asked("startExecution.sync") == []


def test_a_refused_model_that_cannot_be_retired_is_said(execute: Execute) -> None:
    cloud = Cloud()
    cloud.deploy = False
    cloud.errors["PromoteFunctionArn"] = function_error("Unavailable", "DynamoDB does not answer")
    ended = run_training(execute, cloud)
    assert (ended.error, ended.cause) == ("Unavailable", "DynamoDB does not answer")
    assert len(ended.asked("PromoteFunctionArn")) == 4


DEPLOYMENT = f"{ARN}:execution:deployment:v"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            # As Step Functions hands a failed child on.
            TaskError(
                "States.TaskFailed",
                json.dumps({"ExecutionArn": DEPLOYMENT, "Status": "FAILED", "Error": "CanaryAlarm", "Cause": "rang"}),
            ),
            ("CanaryAlarm", "rang"),
        ),
        # As the local cloud does.
        (TaskError("CanaryAlarm", "rang"), ("CanaryAlarm", "rang")),
        (
            TaskError("States.TaskFailed", json.dumps({"ExecutionArn": DEPLOYMENT, "Status": "ABORTED"})),
            ("DeploymentStopped", f"ended as ABORTED: {DEPLOYMENT}"),
        ),
        (TaskError("States.Timeout", "timed out"), ("States.Timeout", "timed out")),
    ],
)
def test_a_failed_deployment_fails_the_run_with_its_own_error(
    execute: Execute, error: TaskError, said: tuple[str, str]
) -> None:
    cloud = Cloud()
    cloud.errors["startExecution.sync"] = error
    ended = run_training(execute, cloud)
    assert ended.error == said[0]
    assert ended.cause.endswith(said[1])


@pytest.mark.parametrize("error", [BROKEN, DENIED, function_error("Unavailable", "SageMaker does not answer")])
def test_a_new_model_serves_though_the_old_ones_cannot_be_cleared_away(execute: Execute, error: TaskError) -> None:
    cloud = Cloud()
    cloud.errors["PruneFunctionArn"] = error
    ended = run_training(execute, cloud)
    assert not ended.error, ended.cause
    assert ended.output["forecasts"] == {"written": 2, "skipped": {}}
    said = f"the prune function failed with {error.error}; its log says why"
    assert ended.output["pruned"] == {"configurations": [], "models": [], "left": said}


@pytest.mark.parametrize("task", ["DatasetFunctionArn", "RegisterFunctionArn", "startExecution.sync"])
def test_nothing_is_cleared_away_by_a_run_that_failed(execute: Execute, task: str) -> None:
    cloud = Cloud()
    cloud.errors[task] = BROKEN
    assert run_training(execute, cloud).asked("PruneFunctionArn") == []
