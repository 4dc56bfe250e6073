"""Which training jobs the local cloud takes."""

from typing import Any

import pytest

from local.sagemaker_standin.errors import ServiceError
from local.sagemaker_standin.job_request import check_supported

LAUNCHED = {"sagemaker_torch_distributed_enabled": "true"}
SOURCE = {"S3DataType": "S3Prefix", "S3Uri": "s3://b"}


def request(**changes: Any) -> dict[str, Any]:
    channel = {"ChannelName": "train", "DataSource": {"S3DataSource": SOURCE}}
    return {
        "AlgorithmSpecification": {"TrainingImage": "image", "TrainingInputMode": "File"},
        "InputDataConfig": [channel | changes.pop("channel", {})],
        **changes,
    }


def test_ordinary_request_is_supported() -> None:
    check_supported(request(ResourceConfig={"InstanceCount": 1}))


def test_several_hosts_are_supported_with_their_launcher() -> None:
    check_supported(request(ResourceConfig={"InstanceCount": 8}, HyperParameters=LAUNCHED))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"AlgorithmSpecification": {"TrainingInputMode": "File"}}, "TrainingImage or an AlgorithmName"),
        ({"ResourceConfig": {"InstanceCount": 2}}, "sagemaker_torch_distributed_enabled to true"),
        ({"ResourceConfig": {"InstanceCount": 9}, "HyperParameters": LAUNCHED}, "1 to 8 hosts, not 9"),
        ({"ResourceConfig": {"InstanceCount": 0}, "HyperParameters": LAUNCHED}, "1 to 8 hosts, not 0"),
        (
            {
                "ResourceConfig": {"InstanceCount": 2},
                "HyperParameters": LAUNCHED,
                "channel": {"DataSource": {"S3DataSource": {**SOURCE, "S3DataDistributionType": "ShardedByS3Key"}}},
            },
            "channel train: .* each host the whole",
        ),
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
