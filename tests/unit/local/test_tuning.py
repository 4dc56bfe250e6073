"""`make tune`: a tuning job that trains as the newest training job did."""

from typing import Any, cast

import boto3
import pytest
from botocore.stub import ANY, Stubber

from local.target import Target, TargetError
from local.tuning import tune

FILTER = {
    "NameContains": "geoclimate-dev-",
    "StatusEquals": "Completed",
    "SortBy": "CreationTime",
    "SortOrder": "Descending",
}


class Deployment:
    """A stage whose SageMaker answers as it is told."""

    def __init__(self, stage: str = "dev") -> None:
        self.stage = stage
        self.sagemaker = boto3.client(
            "sagemaker", region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b"
        )
        self.answers = Stubber(self.sagemaker)

    def client(self, service: str) -> Any:
        assert service == "sagemaker"
        return self.sagemaker

    def has_jobs(self, *programs: str) -> None:
        names = [f"geoclimate-dev-2026-{number}" for number in range(len(programs))]
        self.answers.add_response(
            "list_training_jobs",
            {
                "TrainingJobSummaries": [
                    {
                        "TrainingJobName": name,
                        "TrainingJobArn": f"arn:aws:sagemaker:eu-central-1:123456789012:training-job/{name}",
                        "CreationTime": 0,
                        "TrainingJobStatus": "Completed",
                    }
                    for name in names
                ]
            },
            FILTER,
        )
        for name, program in zip(names, programs, strict=True):
            self.answers.add_response("describe_training_job", job(name, program), {"TrainingJobName": name})

    def tune(self) -> None:
        with self.answers:
            tune(cast("Target", self), "gru", 50, 2)
        self.answers.assert_no_pending_responses()


def job(name: str, program: str) -> dict[str, Any]:
    return {
        "TrainingJobName": name,
        "TrainingJobArn": f"arn:aws:sagemaker:eu-central-1:123456789012:training-job/{name}",
        "ModelArtifacts": {"S3ModelArtifacts": "s3://models/a"},
        "TrainingJobStatus": "Completed",
        "SecondaryStatus": "Completed",
        "CreationTime": 0,
        "HyperParameters": {"sagemaker_program": program},
        "AlgorithmSpecification": {"TrainingImage": "image", "TrainingInputMode": "File"},
        "RoleArn": "arn:aws:iam::123456789012:role/training",
        "OutputDataConfig": {"S3OutputPath": "s3://models/models/"},
        "ResourceConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 10},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
    }


def test_starts_a_tuning_job_that_trains_as_the_newest_network_was_trained(capsys: pytest.CaptureFixture[str]) -> None:
    deployment = Deployment()
    deployment.has_jobs("evaluate.py", '"train.py"')
    arn = "arn:aws:sagemaker:eu-central-1:123456789012:hyper-parameter-tuning-job/t"
    deployment.answers.add_response(
        "create_hyper_parameter_tuning_job",
        {"HyperParameterTuningJobArn": arn},
        {
            "HyperParameterTuningJobName": ANY,
            "HyperParameterTuningJobConfig": ANY,
            "TrainingJobDefinition": ANY,
        },
    )
    deployment.tune()
    told = capsys.readouterr().out
    assert "tries 50 sets for the gru, 2 at a time, as geoclimate-dev-2026-1 was trained" in told


def test_says_that_nothing_was_trained_yet() -> None:
    deployment = Deployment()
    deployment.has_jobs("evaluate.py")
    with pytest.raises(TargetError, match="no training job of dev has been completed"):
        deployment.tune()


def test_says_that_the_local_cloud_has_no_tuning_jobs() -> None:
    with pytest.raises(TargetError, match=r"train\.py --search"):
        Deployment("local").tune()
