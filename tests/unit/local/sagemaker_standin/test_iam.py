"""Requests are authorized on the ARN of the resource that they are about."""

import json
from typing import Any

import pytest

from local.sagemaker_standin import iam
from local.sagemaker_standin.arns import Scope, scope_of

SCOPE = Scope("111122223333", "eu-west-1")
BASE = "arn:aws:sagemaker:eu-west-1:111122223333"


@pytest.mark.parametrize(
    ("operation", "request_", "expected"),
    [
        ("CreateTrainingJob", {"TrainingJobName": "j"}, f"{BASE}:training-job/j"),
        ("DescribeEndpointConfig", {"EndpointConfigName": "c"}, f"{BASE}:endpoint-config/c"),
        ("CreateEndpoint", {"EndpointName": "e", "EndpointConfigName": "c"}, f"{BASE}:endpoint/e"),
        ("DeleteModel", {"ModelName": "m"}, f"{BASE}:model/m"),
        ("AddTags", {"ResourceArn": f"{BASE}:model/m"}, f"{BASE}:model/m"),
        ("ListEndpoints", {}, "*"),
        ("CreateModel", {"ModelName": 3}, "*"),
    ],
)
def test_names_the_resource(operation: str, request_: dict[str, Any], expected: str) -> None:
    found = iam.resource_arn(SCOPE, "POST", "/", f"SageMaker.{operation}", json.dumps(request_).encode())
    assert found == expected


def test_names_the_endpoint_that_is_invoked() -> None:
    found = iam.resource_arn(SCOPE, "POST", "/endpoints/forecasts/invocations", "", b"\0 not json")
    assert found == f"{BASE}:endpoint/forecasts"


@pytest.mark.parametrize("body", [b"", b"{", b"[]"])
def test_body_that_names_nothing_is_checked_on_everything(body: bytes) -> None:
    assert iam.resource_arn(SCOPE, "POST", "/", "SageMaker.CreateModel", body) == "*"


def test_scope_is_read_back_from_an_arn() -> None:
    assert scope_of(SCOPE.arn("endpoint", "e")) == SCOPE
