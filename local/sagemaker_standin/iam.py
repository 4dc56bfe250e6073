"""IAM's view of SageMaker: under ``AUTH=true`` a request needs ``sagemaker:<Operation>`` on the resource's ARN."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ministack.core import iam_actions

from local.sagemaker_standin.arns import Scope
from local.sagemaker_standin.invoke import endpoint_of
from local.sagemaker_standin.patching import private, replace

# The longest noun first: "Endpoint" ends no operation that "EndpointConfig" should answer for, but "Model" might.
_RESOURCES = (
    ("TrainingJob", "TrainingJobName", "training-job"),
    ("EndpointConfig", "EndpointConfigName", "endpoint-config"),
    ("Endpoint", "EndpointName", "endpoint"),
    ("Model", "ModelName", "model"),
)


def register() -> None:
    """Teach MiniStack's IAM the actions and resources of SageMaker."""
    _name_the_actions()
    _name_the_resources()


def _name_the_actions() -> None:
    """Give SageMaker its action prefix; without one MiniStack lets every request through.

    The runtime's REST calls are matched by the routes of their own service model.
    """
    private(iam_actions, "SERVICE_TO_IAM_NAMESPACE")["sagemaker"] = "sagemaker"
    private(iam_actions, "_BOTOCORE_SERVICE_MAP")["sagemaker"] = ["sagemaker-runtime", "sagemaker"]


def _name_the_resources() -> None:
    """Build the ARN that a request is checked on; without it every request would be checked on ``*``."""

    def wrap(extract_resource_arn: Callable[..., str]) -> Callable[..., str]:
        def extract(service: str, method: str, path: str, headers: Any, body: bytes, *rest: Any) -> str:
            if service != "sagemaker":
                return extract_resource_arn(service, method, path, headers, body, *rest)
            _query, region, account = rest
            return resource_arn(Scope(account, region), method, path, headers.get("x-amz-target", ""), body)

        return extract

    replace(iam_actions, "extract_resource_arn", wrap)


def resource_arn(scope: Scope, method: str, path: str, target: str, body: bytes) -> str:
    """Give the ARN of the resource that a SageMaker request is about, or ``*`` where it is about none."""
    invoked = endpoint_of(method, path)
    if invoked is not None:
        return scope.arn("endpoint", invoked)
    try:
        request = json.loads(body or b"{}")
    except ValueError:
        return "*"
    if not isinstance(request, dict):
        return "*"
    if "ResourceArn" in request:
        return str(request["ResourceArn"])
    for noun, member, kind in _RESOURCES:
        if target.endswith(noun) and isinstance(request.get(member), str):
            return scope.arn(kind, request[member])
    return "*"
