"""The training workflow on every way through it, up to the deployment that it starts."""

import json
import threading
from typing import Any

import pytest

from geoclimate.contracts.workflows import DatasetRequest, ProductionRequest, PromoteRequest, RegisterRequest

from .conftest import ARN, Execute, Outcome, TaskError, function_error

OWN = f"{ARN}:execution:training.asl.json:run-1"
OTHER = f"{ARN}:execution:training.asl.json:other"
PRODUCTION = "s3://artifacts/models/old/output/model.tar.gz"
REFUSED = TaskError("DynamoDB.ConditionalCheckFailedException", "The conditional request failed")
BROKEN = function_error("InvalidInput", "no station has observations of pm25")
DENIED = TaskError("Lambda.AWSLambdaException", "not authorized to perform: lambda:InvokeFunction")


class Cloud:
    """Functions and services as the workflow sees them; `errors` says which of them fail, and how."""

    def __init__(self) -> None:
        self.errors: dict[str, TaskError] = {}
        self.deploy = True
        self.production: str | None = None
        self.last_turn: dict[str, Any] | None = None
        self.last_status = "SUCCEEDED"
        self.turn: dict[str, Any] | None = None
        self.decisions: list[PromoteRequest] = []
        self._at_once = threading.Barrier(3)

    def tasks(self) -> dict[str, Any]:
        tasks = {
            "getItem": self.read_turn,
            "describeExecution": lambda _: {"Status": self.last_status},
            "putItem": self.take_turn,
            "DatasetFunctionArn": self.dataset,
            "createTrainingJob.sync": self.train,
            "ProductionFunctionArn": self.find_production,
            "RegisterFunctionArn": self.register,
            "PromoteFunctionArn": self.promote,
            "startExecution.sync": lambda _: {"Output": {"forecasts": {"written": 2, "skipped": {}}}},
        }
        return {name: self._or_fail(name, task) for name, task in tasks.items()}

    def _or_fail(self, name: str, task: Any) -> Any:
        def run(given: dict[str, Any]) -> Any:
            if name in self.errors:
                raise self.errors[name]
            return task(given)

        return run

    def read_turn(self, given: dict[str, Any]) -> dict[str, Any]:
        assert given["ConsistentRead"] is True
        return {"Item": self.last_turn} if self.last_turn else {}

    def take_turn(self, given: dict[str, Any]) -> dict[str, Any]:
        self.turn = given["Item"]
        return {}

    def dataset(self, given: dict[str, Any]) -> dict[str, Any]:
        DatasetRequest.model_validate(given)
        return {"uri": "s3://artifacts/datasets/pm25/d/", "digest": "d" * 64, "stations": 2, "hours": 900}

    def train(self, given: dict[str, Any]) -> dict[str, Any]:
        name = given["TrainingJobName"]
        kind = given["HyperParameters"].get("architecture", "evaluation")
        if kind != "evaluation":
            self._at_once.wait(timeout=20)
        if kind in self.errors:
            raise self.errors[kind]
        return {"ModelArtifacts": {"S3ModelArtifacts": f"{given['OutputDataConfig']['S3OutputPath']}/{name}/m.tar.gz"}}

    def find_production(self, given: dict[str, Any]) -> dict[str, Any]:
        ProductionRequest.model_validate(given)
        found = self.production is not None
        version = "old" if found else None
        return {"present": found, "version": version, "artifact_uri": self.production, "model_name": version}

    def register(self, given: dict[str, Any]) -> dict[str, Any]:
        request = RegisterRequest.model_validate(given)
        return {"version": request.version, "deploy": self.deploy, "reason": "CRPS 9 against 10", "skill": 0.1}

    def promote(self, given: dict[str, Any]) -> dict[str, Any]:
        self.decisions.append(PromoteRequest.model_validate(given))
        return {"version": given["version"], "stage": "retired"}


def _run(execute: Execute, cloud: Cloud, **more: Any) -> Outcome:
    return execute("training.asl.json", {"target": "pm25", **more}, cloud.tasks())


def _jobs(ended: Outcome) -> dict[str, dict[str, Any]]:
    """The jobs by architecture; the evaluation's under its program."""
    asked = ended.asked("createTrainingJob.sync")
    found = {
        each["HyperParameters"].get("architecture", each["HyperParameters"]["sagemaker_program"]): each
        for each in asked
    }
    assert len(found) == len(asked)
    return found


def _channels(job: dict[str, Any]) -> dict[str, str]:
    return {each["ChannelName"]: each["DataSource"]["S3DataSource"]["S3Uri"] for each in job["InputDataConfig"]}


def test_three_trainings_an_evaluation_and_a_deployment(execute: Execute) -> None:
    cloud = Cloud()
    ended = _run(execute, cloud)
    assert not ended.error, ended.cause
    version = ended.output["version"]
    assert version.startswith("geoclimate-test-20260131-050607-")
    assert ended.output["forecasts"] == {"written": 2, "skipped": {}}
    assert (ended.output["reason"], ended.output["verdict"]) == ("on-demand", "CRPS 9 against 10")
    [deployed] = ended.asked("startExecution.sync")
    assert deployed == {
        "StateMachineArn": "DeploymentArn",
        "Name": version,
        "Input": {
            "target": "pm25",
            "version": version,
            "reason": "CRPS 9 against 10",
            "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID": OWN,
        },
    }
    assert cloud.decisions == []


@pytest.mark.parametrize("architecture", ["lstm", "gru", "transformer"])
def test_a_training_job_gets_the_data_set_its_architecture_and_a_place_for_checkpoints(
    execute: Execute, architecture: str
) -> None:
    ended = _run(execute, Cloud())
    version = ended.output["version"]
    job = _jobs(ended)[architecture]
    name = job["TrainingJobName"]
    assert name == f"{version}-{architecture}"
    assert job["HyperParameters"] == {
        "epochs": "3",
        "architecture": architecture,
        "sagemaker_program": "train.py",
        "sagemaker_submit_directory": "SourceUri",
        "sagemaker_region": "Region",
        "sagemaker_job_name": name,
        "sagemaker_container_log_level": "20",
    }
    assert _channels(job) == {"training": "s3://artifacts/datasets/pm25/d/"}
    assert job["Environment"] == {
        "GEOCLIMATE_DATASET_DIGEST": "d" * 64,
        "GEOCLIMATE_CODE_DIGEST": "c" * 64,
    }
    assert job["EnableManagedSpotTraining"] is True
    assert job["CheckpointConfig"] == {"S3Uri": f"s3://ArtifactsBucket/checkpoints/{name}"}
    assert job["StoppingCondition"] == {"MaxRuntimeInSeconds": 1800, "MaxWaitTimeInSeconds": 3600}
    assert job["ResourceConfig"]["VolumeSizeInGB"] == 5


def test_the_evaluation_reads_every_member_and_names_the_version(execute: Execute) -> None:
    ended = _run(execute, Cloud())
    version = ended.output["version"]
    job = _jobs(ended)["evaluate.py"]
    assert job["TrainingJobName"] == version
    assert _channels(job) == {
        "training": "s3://artifacts/datasets/pm25/d/",
        **{name: f"s3://ArtifactsBucket/members/{version}-{name}/m.tar.gz" for name in ("lstm", "gru", "transformer")},
    }
    assert job["StoppingCondition"] == {"MaxRuntimeInSeconds": 1800}
    assert "epochs" not in job["HyperParameters"]
    assert job["Environment"] == {
        "GEOCLIMATE_DATASET_DIGEST": "d" * 64,
        "GEOCLIMATE_CODE_DIGEST": "c" * 64,
    }
    [registered] = ended.asked("RegisterFunctionArn")
    assert registered["artifact_uri"] == f"s3://ArtifactsBucket/models/{version}/m.tar.gz"
    assert (registered["code_digest"], registered["who"]) == ("c" * 64, OWN)


def test_the_model_in_production_is_scored_beside_the_candidate(execute: Execute) -> None:
    cloud = Cloud()
    cloud.production = PRODUCTION
    job = _jobs(_run(execute, cloud))["evaluate.py"]
    assert _channels(job)["production"] == PRODUCTION
    assert job["Environment"]["GEOCLIMATE_PRODUCTION_VERSION"] == "old"


def test_names_of_jobs_fit_with_the_longest_prefix(execute: Execute) -> None:
    names = [job["TrainingJobName"] for job in _jobs(_run(execute, Cloud())).values()]
    assert max(map(len, names)) - len("geoclimate-test") + 26 <= 63


def test_a_run_may_override_the_stage_s_hyperparameters(execute: Execute) -> None:
    ended = _run(execute, Cloud(), hyperparameters={"epochs": "9", "seed": "2"})
    job = _jobs(ended)["gru"]
    assert (job["HyperParameters"]["epochs"], job["HyperParameters"]["seed"]) == ("9", "2")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"parameter": "pm25"}, '"pm25"'),
        ({"target": "no2"}, '"pm25"'),
        ({"target": "pm25", "reason": "boredom"}, "schedule, drift and on-demand"),
    ],
)
def test_an_input_that_cannot_be_used_says_what_to_give(execute: Execute, given: dict[str, Any], said: str) -> None:
    ended = execute("training.asl.json", given, Cloud().tasks())
    assert ended.error == "InvalidInput"
    assert said in ended.cause
    assert ended.calls == []


# One run at a time.


@pytest.mark.parametrize("reason", ["schedule", "drift", "on-demand"])
def test_a_run_takes_the_turn_that_nobody_had(execute: Execute, reason: str) -> None:
    cloud = Cloud()
    ended = _run(execute, cloud, reason=reason)
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
    ended = _run(execute, _after(Cloud(), status=status))
    assert not ended.error, ended.cause
    [taken] = ended.asked("putItem")
    assert taken["ExpressionAttributeValues"] == {":before": {"S": OTHER}, ":own": {"S": OWN}}


def test_an_execution_that_step_functions_forgot_holds_no_turn(execute: Execute) -> None:
    cloud = _after(Cloud())
    cloud.errors["describeExecution"] = TaskError("Sfn.ExecutionDoesNotExistException", "Execution Does Not Exist")
    assert not _run(execute, cloud).error


@pytest.mark.parametrize("reason", ["schedule", "drift"])
@pytest.mark.parametrize("race", [False, True])
def test_a_start_by_itself_leaves_a_run_under_way_alone(execute: Execute, reason: str, race: bool) -> None:
    cloud = Cloud()
    if race:
        cloud.errors["putItem"] = REFUSED
    else:
        _after(cloud, status="RUNNING")
    ended = _run(execute, cloud, reason=reason)
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
    ended = _run(execute, cloud)
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
    ended = _run(execute, _after(Cloud(), began=began), reason=reason)
    assert not ended.error
    assert (ended.asked("putItem") != []) is runs
    if not runs:
        assert ended.output["skipped"] == f"the last run began at {began}; drift starts one every 24 hours at most"


# What fails, and what people read of it.


@pytest.mark.parametrize("task", ["getItem", "describeExecution", "putItem"])
def test_a_turn_that_cannot_be_looked_up_stops_the_run(execute: Execute, task: str) -> None:
    cloud = _after(Cloud())
    cloud.errors[task] = TaskError("DynamoDB.AccessDeniedException", "not authorized")
    ended = _run(execute, cloud)
    assert (ended.error, ended.cause) == ("DynamoDB.AccessDeniedException", "not authorized")
    assert ended.asked("DatasetFunctionArn") == []


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
    ended = _run(execute, cloud)
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
    ended = _run(execute, cloud)
    assert (ended.error, ended.cause) == ("TrainingJobFailed", "training job j: AlgorithmError: no stations")
    assert len(ended.asked("createTrainingJob.sync")) == 3
    assert ended.asked("RegisterFunctionArn") == []


def test_a_training_that_cannot_be_started_says_which(execute: Execute) -> None:
    cloud = Cloud()
    cloud.errors["gru"] = TaskError("SageMaker.ResourceInUseException", "the name is taken")
    ended = _run(execute, cloud)
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
    ended = _run(execute, cloud)
    assert (ended.error, ended.cause) == ("EvaluationFailed", "evaluation job v: AlgorithmError: no test period")
    assert ended.asked("RegisterFunctionArn") == []


def test_an_evaluation_that_cannot_be_started_keeps_its_error(execute: Execute) -> None:
    cloud = Cloud()
    cloud.errors["evaluation"] = TaskError("SageMaker.ResourceInUseException", "the name is taken")
    ended = _run(execute, cloud)
    assert (ended.error, ended.cause) == ("SageMaker.ResourceInUseException", "the name is taken")


def test_a_model_that_the_gate_refuses_is_retired_and_never_deployed(execute: Execute) -> None:
    cloud = Cloud()
    cloud.deploy = False
    ended = _run(execute, cloud)
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
    ended = _run(execute, cloud)
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
    ended = _run(execute, cloud)
    assert ended.error == said[0]
    assert ended.cause.endswith(said[1])
