"""The training workflow on every way through it."""

import json
from typing import Any

import pytest

from geoclimate.contracts.events import ForecastTrigger
from geoclimate.contracts.workflows import DatasetRequest, PromoteRequest, RegisterRequest, SmokeRequest

from .conftest import Execute, Outcome, TaskError, function_error

OLD = "geoclimate-test-20250101-000000-aaaaaaaa"
MISSING = TaskError(
    "SageMaker.SageMakerException", 'Could not find endpoint "arn:aws:sagemaker:us-east-1:000000000000:endpoint/e".'
)


class Cloud:
    """Functions and SageMaker as the workflow sees them; attributes say what goes wrong."""

    def __init__(self, endpoint: str | None = None, status: str = "InService") -> None:
        self.config = endpoint
        self.status = status
        self.deploy = True
        self.smoke_error: TaskError | None = None
        self.promote_error: TaskError | None = None
        self.job_error: TaskError | None = None
        self.dataset_error: TaskError | None = None
        self.retire_error: TaskError | None = None
        self.new_config_fails = False
        self.frozen_update = False
        self.decisions: list[str] = []

    def tasks(self) -> dict[str, Any]:
        return {
            "DatasetFunctionArn": self.dataset,
            "createTrainingJob.sync": self.train,
            "RegisterFunctionArn": self.register,
            "PromoteFunctionArn": self.promote,
            "createModel": lambda _: {"ModelArn": "arn"},
            "createEndpointConfig": lambda _: {"EndpointConfigArn": "arn"},
            "describeEndpoint": self.describe,
            "createEndpoint": self.create,
            "updateEndpoint": self.update,
            "deleteEndpoint": self.delete,
            "SmokeFunctionArn": self.smoke,
            "ForecastFunctionArn": self.forecast,
        }

    def dataset(self, given: dict[str, Any]) -> dict[str, Any]:
        DatasetRequest.model_validate(given)
        if self.dataset_error:
            raise self.dataset_error
        return {"uri": "s3://artifacts/datasets/pm25/d/", "digest": "d" * 64, "stations": 2, "hours": 900}

    def train(self, given: dict[str, Any]) -> dict[str, Any]:
        if self.job_error:
            raise self.job_error
        return {"ModelArtifacts": {"S3ModelArtifacts": f"s3://artifacts/models/{given['TrainingJobName']}/m.tar.gz"}}

    def register(self, given: dict[str, Any]) -> dict[str, Any]:
        request = RegisterRequest.model_validate(given)
        return {"version": request.version, "deploy": self.deploy, "reason": "MAE 9 against 10", "skill": 0.1}

    def promote(self, given: dict[str, Any]) -> dict[str, Any]:
        request = PromoteRequest.model_validate(given)
        error = self.promote_error if request.decision == "promote" else self.retire_error
        if error:
            raise error
        self.decisions.append(request.decision)
        return {"version": request.version, "stage": "production"}

    def smoke(self, given: dict[str, Any]) -> dict[str, Any]:
        assert SmokeRequest.model_validate(given).version == self.config
        if self.smoke_error:
            raise self.smoke_error
        return {"version": given["version"], "windows": 2}

    def forecast(self, given: dict[str, Any]) -> dict[str, Any]:
        assert ForecastTrigger.model_validate(given).request().stations is None
        return {"written": 2, "skipped": {}, "model_version": self.config}

    def describe(self, _given: dict[str, Any]) -> dict[str, Any]:
        if self.config is None:
            raise MISSING
        answer = {"EndpointStatus": self.status, "EndpointConfigName": self.config}
        if self.status == "Deleting":
            self.config = None
        if self.status == "Updating" and not self.frozen_update:
            self.status = "InService"
        if self.status == "Creating":
            self.status = "Failed" if self.new_config_fails else "InService"
        if self.new_config_fails:
            answer["FailureReason"] = "the container did not answer its ping"
        return answer

    def create(self, given: dict[str, Any]) -> dict[str, Any]:
        assert self.config is None
        self.config, self.status = given["EndpointConfigName"], "Creating"
        return {"EndpointArn": "arn"}

    def update(self, given: dict[str, Any]) -> dict[str, Any]:
        if self.status != "InService":
            raise TaskError("SageMaker.AmazonSageMakerException", "Cannot update in-progress endpoint")
        self.status = "Updating"
        if not self.new_config_fails:
            self.config = given["EndpointConfigName"]
        return {"EndpointArn": "arn"}

    def delete(self, _given: dict[str, Any]) -> dict[str, Any]:
        self.status = "Deleting"
        return {}


def _run(execute: Execute, cloud: Cloud, given: dict[str, Any] | None = None) -> Outcome:
    return execute("training.asl.json", given or {"target": "pm25"}, cloud.tasks())


def test_the_first_good_model_creates_the_endpoint_is_promoted_and_forecasts(execute: Execute) -> None:
    cloud = Cloud()
    ended = _run(execute, cloud)
    assert not ended.error
    version = ended.output["version"]
    assert version.startswith("geoclimate-test-20260131-050607-")
    assert cloud.config == version
    assert cloud.decisions == ["promote"]
    assert ended.output["forecasts"] == {"written": 2, "skipped": {}}
    assert ended.asked("updateEndpoint") == []


def test_the_training_job_gets_the_data_set_the_script_and_the_stage_s_hyperparameters(execute: Execute) -> None:
    ended = _run(execute, Cloud())
    [job] = ended.asked("createTrainingJob.sync")
    assert job["HyperParameters"] == {
        "epochs": "3",
        "sagemaker_program": "train.py",
        "sagemaker_submit_directory": "SourceUri",
        "sagemaker_region": "Region",
        "sagemaker_job_name": job["TrainingJobName"],
        "sagemaker_container_log_level": "20",
    }
    assert job["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"] == "s3://artifacts/datasets/pm25/d/"
    assert job["ResourceConfig"]["VolumeSizeInGB"] == 5
    assert job["StoppingCondition"]["MaxRuntimeInSeconds"] == 1800


def test_a_version_s_name_fits_a_training_job_s(execute: Execute) -> None:
    [job] = _run(execute, Cloud()).asked("createTrainingJob.sync")
    assert len(job["TrainingJobName"]) - len("geoclimate-test") + 38 <= 63


def test_a_later_model_updates_the_endpoint(execute: Execute) -> None:
    cloud = Cloud(endpoint=OLD)
    ended = _run(execute, cloud)
    assert not ended.error
    assert cloud.config == ended.output["version"]
    assert ended.asked("createEndpoint") == []


def test_a_model_worse_than_persistence_never_reaches_the_endpoint(execute: Execute) -> None:
    cloud = Cloud(endpoint=OLD)
    cloud.deploy = False
    ended = _run(execute, cloud)
    assert ended.error == "ModelWorseThanPersistence"
    assert "MAE 9 against 10" in ended.cause
    assert cloud.decisions == ["retire"]
    assert cloud.config == OLD
    assert ended.asked("createModel") == []


def test_a_failed_job_ends_with_the_job_s_own_reason(execute: Execute) -> None:
    cloud = Cloud()
    described = {"TrainingJobName": "j", "TrainingJobStatus": "Failed", "FailureReason": "AlgorithmError: no stations"}
    cloud.job_error = TaskError("States.TaskFailed", json.dumps(described))
    ended = _run(execute, cloud)
    assert (ended.error, ended.cause) == ("TrainingJobFailed", "training job j: AlgorithmError: no stations")
    assert len(ended.asked("createTrainingJob.sync")) == 1


def test_a_function_s_error_keeps_its_name_and_its_sentence(execute: Execute) -> None:
    cloud = Cloud()
    cloud.dataset_error = function_error("InvalidInput", "no station has observations of pm25")
    ended = _run(execute, cloud)
    assert (ended.error, ended.cause) == ("InvalidInput", "no station has observations of pm25")


def test_an_input_without_a_target_says_what_to_give(execute: Execute) -> None:
    ended = _run(execute, Cloud(), {"parameter": "pm25"})
    assert ended.error == "InvalidInput"
    assert "target" in ended.cause
    assert ended.calls == []


@pytest.mark.parametrize(
    "error",
    [
        function_error("ModelRejected", "another version answered"),
        TaskError("States.Timeout", "another version answered"),
    ],
)
def test_a_failed_smoke_test_puts_the_version_before_back(execute: Execute, error: TaskError) -> None:
    cloud = Cloud(endpoint=OLD)
    cloud.smoke_error = error
    ended = _run(execute, cloud)
    assert ended.error == "SmokeTestFailed"
    assert "another version answered" in ended.cause
    assert "stackTrace" not in ended.cause
    assert (cloud.config, cloud.status) == (OLD, "InService")
    assert cloud.decisions == ["retire"]


def test_a_failed_smoke_test_of_the_first_model_deletes_the_endpoint(execute: Execute) -> None:
    cloud = Cloud()
    cloud.smoke_error = function_error("ModelRejected", "quantiles that cross")
    ended = _run(execute, cloud)
    assert ended.error == "SmokeTestFailed"
    assert cloud.status == "Deleting"
    assert cloud.decisions == ["retire"]


def test_an_endpoint_that_went_back_by_itself_is_noticed(execute: Execute) -> None:
    cloud = Cloud(endpoint=OLD)
    cloud.new_config_fails = True
    ended = _run(execute, cloud)
    assert ended.error == "DeploymentFailed"
    assert ended.cause.endswith("did not come into service: the container did not answer its ping")
    assert cloud.config == OLD
    assert len(ended.asked("updateEndpoint")) == 1
    assert cloud.decisions == ["retire"]


def test_a_first_endpoint_that_fails_is_deleted_with_its_reason(execute: Execute) -> None:
    cloud = Cloud()
    cloud.new_config_fails = True
    ended = _run(execute, cloud)
    assert ended.error == "DeploymentFailed"
    assert "did not answer its ping" in ended.cause
    assert cloud.status == "Deleting"


def test_an_endpoint_that_failed_earlier_is_replaced(execute: Execute) -> None:
    cloud = Cloud(endpoint=OLD, status="Failed")
    ended = _run(execute, cloud)
    assert not ended.error
    assert len(ended.asked("deleteEndpoint")) == 1
    assert cloud.config == ended.output["version"]


def test_an_endpoint_that_somebody_else_changes_is_left_alone(execute: Execute) -> None:
    ended = _run(execute, Cloud(endpoint=OLD, status="Creating"))
    assert ended.error == "EndpointBusy"
    assert "is Creating" in ended.cause
    assert ended.asked("updateEndpoint") == []


def test_waiting_for_the_endpoint_is_bounded_and_a_rollback_that_cannot_be_made_is_said(execute: Execute) -> None:
    cloud = Cloud(endpoint=OLD)
    cloud.frozen_update = True
    ended = _run(execute, cloud)
    assert ended.error == "DeploymentFailed"
    assert "could not be set back" in ended.cause
    assert len(ended.asked("describeEndpoint")) <= 722
    assert cloud.decisions == ["retire"]


def test_a_promotion_that_fails_takes_the_endpoint_back(execute: Execute) -> None:
    cloud = Cloud(endpoint=OLD)
    cloud.promote_error = function_error("Conflict", "promoted meanwhile")
    ended = _run(execute, cloud)
    assert ended.error == "Conflict"
    assert cloud.config == OLD
    assert cloud.decisions == ["retire"]


def test_a_registry_that_fails_at_the_end_does_not_hide_the_first_failure(execute: Execute) -> None:
    cloud = Cloud(endpoint=OLD)
    cloud.smoke_error = function_error("ModelRejected", "quantiles that cross")
    cloud.retire_error = function_error("Unavailable", "DynamoDB does not answer")
    ended = _run(execute, cloud)
    assert ended.error == "SmokeTestFailed"
    assert "quantiles that cross" in ended.cause
    assert "could not be retired: Unavailable" in ended.cause


def test_an_endpoint_that_cannot_be_described_is_no_missing_endpoint(execute: Execute) -> None:
    cloud = Cloud(endpoint=OLD)
    tasks = cloud.tasks()

    def refuse(_given: dict[str, Any]) -> dict[str, Any]:
        raise TaskError("SageMaker.SageMakerException", "User is not authorized to perform: sagemaker:DescribeEndpoint")

    ended = execute("training.asl.json", {"target": "pm25"}, {**tasks, "describeEndpoint": refuse})
    assert "not authorized" in ended.cause
    assert ended.asked("createEndpoint") == []


def test_a_run_may_override_the_stage_s_hyperparameters(execute: Execute) -> None:
    ended = _run(execute, Cloud(), {"target": "pm25", "hyperparameters": {"epochs": "9", "seed": "2"}})
    [job] = ended.asked("createTrainingJob.sync")
    assert (job["HyperParameters"]["epochs"], job["HyperParameters"]["seed"]) == ("9", "2")


def test_a_target_that_the_endpoint_does_not_serve_is_refused(execute: Execute) -> None:
    ended = _run(execute, Cloud(), {"target": "no2"})
    assert ended.error == "InvalidInput"
    assert '"pm25"' in ended.cause
    assert ended.calls == []
