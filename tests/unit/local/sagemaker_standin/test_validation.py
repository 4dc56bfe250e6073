"""Requests are checked against SageMaker's own model, in its words."""

from typing import Any

import pytest

from local.sagemaker_standin import validation
from local.sagemaker_standin.errors import ServiceError

ENDPOINT = {"EndpointName": "forecasts", "EndpointConfigName": "first"}


def refused(name: str, request: dict[str, Any]) -> ServiceError:
    with pytest.raises(ServiceError) as error:
        validation.check(name, request)
    return error.value


def test_sound_request_passes() -> None:
    validation.check("CreateEndpoint", ENDPOINT)


def test_missing_member_must_not_be_null() -> None:
    error = refused("CreateEndpoint", {"EndpointName": "forecasts"})
    assert error.code == "ValidationException"
    assert error.message == (
        "1 validation error detected: Value null at 'endpointConfigName' failed to satisfy constraint: "
        "Member must not be null"
    )


def test_every_problem_is_told() -> None:
    error = refused("CreateEndpoint", {"EndpointName": "n" * 64, "EndpointConfigName": "under_score"})
    assert error.message.startswith("3 validation errors detected: ")
    assert (
        "'endpointName' failed to satisfy constraint: Member must have length less than or equal to 63" in error.message
    )
    assert "Value 'under_score' at 'endpointConfigName'" in error.message


def test_member_of_a_list_is_named_by_its_place() -> None:
    variant = {"VariantName": "All", "ModelName": "m", "InstanceType": "ml.huge", "InitialInstanceCount": 0}
    error = refused("CreateEndpointConfig", {"EndpointConfigName": "c", "ProductionVariants": [variant]})
    assert "'productionVariants.1.member.instanceType'" in error.message
    assert "Member must satisfy enum value set: [" in error.message
    assert "'productionVariants.1.member.initialInstanceCount'" in error.message
    assert "greater than or equal to 1" in error.message


@pytest.mark.parametrize("value", ["3", True, 1.5])
def test_wrong_type_is_a_serialization_error(value: object) -> None:
    error = refused("ListEndpoints", {"MaxResults": value})
    assert error.code == "SerializationException"


def test_tags_with_a_java_pattern_are_taken() -> None:
    validation.check("CreateEndpoint", {**ENDPOINT, "Tags": [{"Key": "stage", "Value": "local"}]})


def test_members_that_the_operation_lacks_are_found_at_any_depth() -> None:
    request = {**ENDPOINT, "Typo": 1, "DeploymentConfig": {"BlueGreen": {}}, "Tags": [{"Key": "k", "Valu": "v"}]}
    assert validation.unknown_members("CreateEndpoint", request) == [
        "Typo",
        "DeploymentConfig.BlueGreen",
        "Tags.0.Valu",
    ]
