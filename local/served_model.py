"""Which model a deployment's endpoint serves, and putting another one behind it."""

import datetime as dt
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError

_POLL_S: Final = 2.0
_LONGEST_WAIT_S: Final = 1800.0
_UNKNOWN: Final = "Could not find endpoint"
# What a configuration may hold beside its name and its variants; shadow variants are a trial and are not carried over.
_CARRIED: Final = ("DataCaptureConfig", "KmsKeyId", "ExecutionRoleArn", "VpcConfig", "EnableNetworkIsolation")


class EndpointError(Exception):
    """The endpoint cannot be moved, or does not answer as it should; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Served:
    """What an endpoint serves.

    Attributes:
        endpoint: Its name.
        config: Name of its configuration.
        model: Name of the model behind it: a version of the registry.
    """

    endpoint: str
    config: str
    model: str


def served_by(sagemaker: Any, endpoint: str) -> Served | None:
    """What an endpoint serves now, or None where there is no endpoint.

    Raises:
        EndpointError: It is not in service, or several models share it.
    """
    try:
        described = sagemaker.describe_endpoint(EndpointName=endpoint)
    except ClientError as error:
        # SageMaker says in words alone that an endpoint does not exist.
        if _UNKNOWN in error.response["Error"]["Message"]:
            return None
        raise
    if described["EndpointStatus"] != "InService":
        raise EndpointError(
            f"endpoint {endpoint} is {described['EndpointStatus']}: something else changes it, or it failed; "
            "wait for the end of the training execution, or read its failure"
        )
    config = described["EndpointConfigName"]
    variants = sagemaker.describe_endpoint_config(EndpointConfigName=config)["ProductionVariants"]
    if len(variants) != 1:
        raise EndpointError(
            f"{len(variants)} models share endpoint {endpoint}: a canary is under way, let it end first"
        )
    return Served(endpoint, config, variants[0]["ModelName"])


def serve(sagemaker: Any, served: Served, model: str, shown: Callable[[str], None], poll_s: float = _POLL_S) -> None:
    """Put another model behind the endpoint, with everything else as it is, and wait until it serves.

    Args:
        sagemaker: A client.
        served: What the endpoint serves now.
        model: Name of the model that it shall serve.
        shown: Told the endpoint's status.
        poll_s: How often it is asked.

    Raises:
        EndpointError: The model is gone, or the endpoint did not come into service with it; it serves as before.
    """
    config = sagemaker.describe_endpoint_config(EndpointConfigName=served.config)
    [variant] = config["ProductionVariants"]
    name = _config_name(model)
    try:
        sagemaker.describe_model(ModelName=model)
        sagemaker.create_endpoint_config(
            EndpointConfigName=name,
            ProductionVariants=[{**variant, "ModelName": model}],
            **{member: config[member] for member in _CARRIED if member in config},
        )
    except ClientError as error:
        raise EndpointError(f"{model} cannot be put behind endpoint {served.endpoint}: {error}") from error
    move(sagemaker, served.endpoint, name, shown, poll_s)


def move(sagemaker: Any, endpoint: str, config: str, shown: Callable[[str], None], poll_s: float = _POLL_S) -> None:
    """Move an endpoint to a configuration and wait until it serves with it.

    Raises:
        EndpointError: It did not come into service with it.
    """
    # Scaling may have given the variant more instances than its configuration says.
    sagemaker.update_endpoint(EndpointName=endpoint, EndpointConfigName=config, RetainAllVariantProperties=True)
    deadline = time.monotonic() + _LONGEST_WAIT_S
    while True:
        described = sagemaker.describe_endpoint(EndpointName=endpoint)
        status = described["EndpointStatus"]
        if status not in {"Updating", "SystemUpdating", "RollingBack", "Creating"}:
            break
        if time.monotonic() > deadline:
            raise EndpointError(f"endpoint {endpoint} is still {status} after {_LONGEST_WAIT_S:.0f} s")
        shown(status)
        time.sleep(poll_s)
    if status != "InService" or described["EndpointConfigName"] != config:
        reason = described.get("FailureReason", "SageMaker gives no reason")
        raise EndpointError(f"endpoint {endpoint} did not come into service with {config}: {reason}")


def ask(lambda_: Any, smoke_function: str, target: str, version: str) -> int:
    """Let the smoke function ask the endpoint; how many real inputs it answered.

    Raises:
        EndpointError: It answered wrongly, or as another version.
    """
    answer = lambda_.invoke(
        FunctionName=smoke_function, Payload=json.dumps({"target": target, "version": version}).encode()
    )
    body = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise EndpointError(f"the smoke test failed: {body.get('errorMessage', body)}")
    windows: int = body["windows"]
    return windows


def _config_name(model: str) -> str:
    # A version is `<prefix>-<day>-<time>-<8 hexadecimal digits>`; this is as long, and told apart from every version.
    prefix = model.rsplit("-", 3)[0]
    return f"{prefix}-{dt.datetime.now(dt.UTC):%Y%m%d-%H%M%S}-rollback"
