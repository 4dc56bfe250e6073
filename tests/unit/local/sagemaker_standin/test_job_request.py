"""Which training jobs the local cloud takes."""

from typing import Any

import pytest

from local.sagemaker_standin.errors import ServiceError
from local.sagemaker_standin.job_request import check_supported


def request(**changes: Any) -> dict[str, Any]:
    channel = {"ChannelName": "train", "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://b"}}}
    return {
        "AlgorithmSpecification": {"TrainingImage": "image", "TrainingInputMode": "File"},
        "InputDataConfig": [channel | changes.pop("channel", {})],
        **changes,
    }


def test_ordinary_request_is_supported() -> None:
    check_supported(request(ResourceConfig={"InstanceCount": 1}))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"AlgorithmSpecification": {"TrainingInputMode": "File"}}, "TrainingImage or an AlgorithmName"),
        ({"ResourceConfig": {"InstanceCount": 2}}, "trains on one host"),
        ({"EnableManagedSpotTraining": True}, "MaxWaitTimeInSeconds. It must be present"),
        (
            {
                "EnableManagedSpotTraining": True,
                "StoppingCondition": {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 59},
            },
            "greater than or equal to MaxRuntimeInSeconds",
        ),
        ({"StoppingCondition": {"MaxWaitTimeInSeconds": 60}}, "only be specified when EnableManagedSpotTraining"),
        (
            {"CheckpointConfig": {"S3Uri": "s3://b", "LocalPath": "/opt/other"}},
            "keeps checkpoints in /opt/ml/checkpoints",
        ),
        ({"channel": {"CompressionType": "Gzip"}}, "channel train: .* uncompressed"),
        ({"channel": {"InputMode": "Pipe"}}, "channel train: .* File mode only"),
        ({"channel": {"DataSource": {"FileSystemDataSource": {}}}}, "S3DataSource only"),
        ({"channel": {"DataSource": {"S3DataSource": {"S3DataType": "AugmentedManifestFile"}}}}, "ManifestFile only"),
        (
            {"AlgorithmSpecification": {"TrainingImage": "i", "MetricDefinitions": [{"Name": "loss", "Regex": "("}]}},
            "Invalid regular expression for metric 'loss'",
        ),
    ],
)
def test_refuses_what_one_local_process_cannot_do(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ServiceError, match=message):
        check_supported(request(**changes))
