"""The training workflow's jobs, and the deployment that it starts."""

from typing import Any

import pytest

from .conftest import Execute, Outcome
from .training_cloud import OWN, Cloud, run_training

PRODUCTION = "s3://artifacts/models/old/output/model.tar.gz"


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
    ended = run_training(execute, cloud)
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
    assert ended.calls[-1][0] == "PruneFunctionArn", "the old goes when the new serves"
    assert ended.output["pruned"] == {"configurations": ["v1"], "models": ["v1"], "left": None}


@pytest.mark.parametrize("architecture", ["lstm", "gru", "transformer"])
def test_a_training_job_gets_the_data_set_its_architecture_and_a_place_for_checkpoints(
    execute: Execute, architecture: str
) -> None:
    ended = run_training(execute, Cloud())
    version = ended.output["version"]
    job = _jobs(ended)[architecture]
    name = job["TrainingJobName"]
    assert name == f"{version}-{architecture}"
    assert job["HyperParameters"] == {
        "epochs": "3",
        "architecture": architecture,
        "sagemaker_program": "train.py",
        "sagemaker_torch_distributed_enabled": "true",
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
    assert job["ResourceConfig"]["InstanceCount"] == 2
    assert job["EnableInterContainerTrafficEncryption"] is True


def test_the_evaluation_reads_every_member_and_names_the_version(execute: Execute) -> None:
    ended = run_training(execute, Cloud())
    version = ended.output["version"]
    job = _jobs(ended)["evaluate.py"]
    assert job["TrainingJobName"] == version
    assert _channels(job) == {
        "training": "s3://artifacts/datasets/pm25/d/",
        **{name: f"s3://ArtifactsBucket/members/{version}-{name}/m.tar.gz" for name in ("lstm", "gru", "transformer")},
    }
    assert job["StoppingCondition"] == {"MaxRuntimeInSeconds": 1800}
    assert job["ResourceConfig"]["InstanceCount"] == 1
    assert "sagemaker_torch_distributed_enabled" not in job["HyperParameters"]
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
    job = _jobs(run_training(execute, cloud))["evaluate.py"]
    assert _channels(job)["production"] == PRODUCTION
    assert job["Environment"]["GEOCLIMATE_PRODUCTION_VERSION"] == "old"


def test_names_of_jobs_fit_with_the_longest_prefix(execute: Execute) -> None:
    names = [job["TrainingJobName"] for job in _jobs(run_training(execute, Cloud())).values()]
    assert max(map(len, names)) - len("geoclimate-test") + 26 <= 63


def test_a_run_may_override_the_stage_s_hyperparameters(execute: Execute) -> None:
    ended = run_training(execute, Cloud(), hyperparameters={"epochs": "9", "seed": "2"})
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
