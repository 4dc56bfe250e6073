"""What a CreateTrainingJob request may ask of the local cloud, beyond what the service's own model says of its form."""

from __future__ import annotations

import re

from local.sagemaker_standin.checkpoints import CHECKPOINT_PATH
from local.sagemaker_standin.errors import invalid
from local.sagemaker_standin.script_mode import LAUNCHER
from local.sagemaker_standin.state import Document

DEFAULT_MAX_RUNTIME = 86_400
_MOST_HOSTS = 8


def check_supported(request: Document) -> None:
    """Refuse what the cloud can do and one local process cannot, instead of doing something else in silence.

    Raises:
        ServiceError: ValidationException, which names the member.
    """
    if not {"TrainingImage", "AlgorithmName"} & request.get("AlgorithmSpecification", {}).keys():
        raise invalid("AlgorithmSpecification must name a TrainingImage or an AlgorithmName")
    _check_hosts(request)
    _check_spot(request)
    for definition in request["AlgorithmSpecification"].get("MetricDefinitions", []):
        try:
            re.compile(definition["Regex"])
        except re.error as error:
            raise invalid(f"Invalid regular expression for metric {definition['Name']!r}: {error}") from error
    for channel in request.get("InputDataConfig", []):
        name = channel["ChannelName"]
        if "S3DataSource" not in channel["DataSource"]:
            raise invalid(f"channel {name}: the local cloud reads S3DataSource only")
        if channel["DataSource"]["S3DataSource"]["S3DataType"] == "AugmentedManifestFile":
            raise invalid(f"channel {name}: the local cloud reads S3Prefix and ManifestFile only")
        if channel.get("CompressionType", "None") != "None" or channel.get("InputMode") == "Pipe":
            raise invalid(f"channel {name}: the local cloud reads uncompressed channels in File mode only")


def _check_hosts(request: Document) -> None:
    count = request.get("ResourceConfig", {}).get("InstanceCount", 1)
    if count == 1:
        return
    if not 1 < count <= _MOST_HOSTS:
        raise invalid(f"ResourceConfig.InstanceCount: the local cloud trains on 1 to {_MOST_HOSTS} hosts, not {count}")
    # Without a launcher the hosts would look for each other by names that this machine does not know.
    if request.get("HyperParameters", {}).get(LAUNCHER) != "true":
        raise invalid(
            f"ResourceConfig.InstanceCount: the local cloud starts several hosts with the launcher torch_distributed "
            f"only; set the hyperparameter {LAUNCHER} to true"
        )
    for channel in request.get("InputDataConfig", []):
        if channel["DataSource"].get("S3DataSource", {}).get("S3DataDistributionType") == "ShardedByS3Key":
            raise invalid(f"channel {channel['ChannelName']}: the local cloud gives each host the whole of it")


def _check_spot(request: Document) -> None:
    limits = request.get("StoppingCondition", {})
    wait = limits.get("MaxWaitTimeInSeconds")
    spot = request.get("EnableManagedSpotTraining", False)
    if spot and (wait is None or wait < limits.get("MaxRuntimeInSeconds", DEFAULT_MAX_RUNTIME)):
        raise invalid(
            "Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to MaxRuntimeInSeconds"
        )
    if wait is not None and not spot:
        raise invalid("MaxWaitTimeInSeconds can only be specified when EnableManagedSpotTraining is true")
    if request.get("CheckpointConfig", {}).get("LocalPath", CHECKPOINT_PATH) != CHECKPOINT_PATH:
        raise invalid(f"CheckpointConfig.LocalPath: the local cloud keeps checkpoints in {CHECKPOINT_PATH}")
