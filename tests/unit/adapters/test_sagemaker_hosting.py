"""What a stage has in SageMaker: what is listed, and what deleting does."""

import datetime as dt
from collections.abc import Iterator

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from types_boto3_sagemaker import SageMakerClient

from geoclimate.adapters.sagemaker_hosting import SageMakerHosting
from geoclimate.domain.errors import Unavailable
from geoclimate.services.hosting_ports import Configuration, Serving

MADE = dt.datetime(2026, 1, 31, 5, tzinfo=dt.UTC)
VERSION = "geoclimate-dev-20260131-050607-0a1b2c3d"
TRIAL = "geoclimate-dev-canary-20260131-050607-0a1b2c3d"
ARN = "arn:aws:sagemaker:us-east-1:000000000000:thing/x"


@pytest.fixture
def client() -> SageMakerClient:
    return boto3.client("sagemaker", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")


@pytest.fixture
def stubber(client: SageMakerClient) -> Iterator[Stubber]:
    with Stubber(client) as made:
        yield made
        made.assert_no_pending_responses()


@pytest.fixture
def hosting(client: SageMakerClient) -> SageMakerHosting:
    return SageMakerHosting(client, "geoclimate-dev-forecast", "geoclimate-dev")


def _describe(stubber: Stubber, status: str) -> None:
    endpoint = {
        "EndpointName": "geoclimate-dev-forecast",
        "EndpointArn": ARN,
        "EndpointConfigName": TRIAL,
        "EndpointStatus": status,
        "CreationTime": MADE,
        "LastModifiedTime": MADE,
    }
    variants = [{"VariantName": name, "ModelName": model} for name, model in (("AllTraffic", "a"), ("Canary", "b"))]
    config = {
        "EndpointConfigName": TRIAL,
        "EndpointConfigArn": ARN,
        "ProductionVariants": variants,
        "CreationTime": MADE,
    }
    stubber.add_response("describe_endpoint", endpoint, {"EndpointName": "geoclimate-dev-forecast"})
    stubber.add_response("describe_endpoint_config", config, {"EndpointConfigName": TRIAL})


@pytest.mark.parametrize(
    ("status", "changing"), [("InService", False), ("Failed", False), ("Updating", True), ("RollingBack", True)]
)
def test_the_endpoint_has_a_configuration_and_models(
    hosting: SageMakerHosting, stubber: Stubber, status: str, changing: bool
) -> None:
    _describe(stubber, status)
    assert hosting.serving() == Serving(TRIAL, frozenset({"a", "b"}), changing)


def test_without_an_endpoint_nothing_serves(hosting: SageMakerHosting, stubber: Stubber) -> None:
    said = 'Could not find endpoint "geoclimate-dev-forecast".'
    stubber.add_client_error("describe_endpoint", "ValidationException", said)
    assert hosting.serving() is None


def test_configurations_are_read_page_by_page_and_only_the_stage_s(hosting: SageMakerHosting, stubber: Stubber) -> None:
    names = [[VERSION, "other-geoclimate-dev-1"], [TRIAL]]
    for page, token in zip(names, ("more", None), strict=True):
        listed = [{"EndpointConfigName": name, "EndpointConfigArn": ARN, "CreationTime": MADE} for name in page]
        asked = {"NameContains": "geoclimate-dev-"} | ({} if token else {"NextToken": "more"})
        answer = {"EndpointConfigs": listed} | ({"NextToken": token} if token else {})
        stubber.add_response("list_endpoint_configs", answer, asked)
    assert hosting.configurations() == [Configuration(VERSION, False, MADE), Configuration(TRIAL, True, MADE)]


def test_models_of_other_stages_are_left_out(hosting: SageMakerHosting, stubber: Stubber) -> None:
    listed = [
        {"ModelName": name, "ModelArn": ARN, "CreationTime": MADE} for name in (VERSION, "my-geoclimate-dev-test")
    ]
    stubber.add_response("list_models", {"Models": listed}, {"NameContains": "geoclimate-dev-"})
    assert hosting.models() == [VERSION]


@pytest.mark.parametrize("what", ["model", "endpoint_config"])
def test_deleting_what_is_gone_already_is_no_error(hosting: SageMakerHosting, stubber: Stubber, what: str) -> None:
    stubber.add_client_error(f"delete_{what}", "ValidationException", f'Could not find {what} "{ARN}".')
    delete = hosting.delete_model if what == "model" else hosting.delete_configuration
    delete(VERSION)


def test_what_is_deleted_is_named(hosting: SageMakerHosting, stubber: Stubber) -> None:
    stubber.add_response("delete_model", {}, {"ModelName": VERSION})
    stubber.add_response("delete_endpoint_config", {}, {"EndpointConfigName": TRIAL})
    hosting.delete_model(VERSION)
    hosting.delete_configuration(TRIAL)


def test_a_right_that_is_missing_is_told(hosting: SageMakerHosting, stubber: Stubber) -> None:
    stubber.add_client_error("delete_model", "AccessDeniedException", "not authorized")
    with pytest.raises(ClientError, match="not authorized"):
        hosting.delete_model(VERSION)


@pytest.mark.parametrize(
    ("call", "ask"),
    [
        ("describe_endpoint", SageMakerHosting.serving),
        ("list_endpoint_configs", SageMakerHosting.configurations),
        ("list_models", SageMakerHosting.models),
        ("delete_model", lambda hosting: hosting.delete_model(VERSION)),
        ("delete_endpoint_config", lambda hosting: hosting.delete_configuration(VERSION)),
    ],
)
def test_a_service_that_throttles_is_unavailable(
    hosting: SageMakerHosting, stubber: Stubber, call: str, ask: object
) -> None:
    stubber.add_client_error(call, "ThrottlingException", "Rate exceeded", 400)
    assert callable(ask)
    with pytest.raises(Unavailable, match="SageMaker does not answer"):
        ask(hosting)
