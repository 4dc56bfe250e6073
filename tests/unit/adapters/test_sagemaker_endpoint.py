"""A model behind a SageMaker endpoint: what is sent, and what is made of the answer."""

import io
import json
from collections.abc import Iterator
from typing import Any

import boto3
import numpy as np
import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.response import StreamingBody
from botocore.stub import ANY, Stubber
from types_boto3_sagemaker_runtime import SageMakerRuntimeClient

from geoclimate.adapters.sagemaker_endpoint import SageMakerEndpoint
from geoclimate.domain.errors import Unavailable

WINDOWS = np.full((2, 72, 16), np.nan, dtype=np.float32)
ANSWER = {"model_version": "v2", "lead_hours": [1, 2], "levels": [0.5], "quantiles": [[[1.0], [2.0]], [[3.0], [4.0]]]}


@pytest.fixture
def client() -> SageMakerRuntimeClient:
    return boto3.client(
        "sagemaker-runtime", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
    )


@pytest.fixture
def stubber(client: SageMakerRuntimeClient) -> Iterator[Stubber]:
    with Stubber(client) as made:
        yield made


def _answer(stubber: Stubber, body: bytes) -> None:
    asked = {"EndpointName": "e", "ContentType": "application/x-npy", "Accept": "application/json", "Body": ANY}
    stubber.add_response("invoke_endpoint", {"Body": StreamingBody(io.BytesIO(body), len(body))}, asked)


def test_windows_go_out_as_npy_and_quantiles_come_back(client: SageMakerRuntimeClient, stubber: Stubber) -> None:
    _answer(stubber, json.dumps(ANSWER).encode())
    prediction = SageMakerEndpoint(client, "e").predict(WINDOWS)
    assert (prediction.model_version, prediction.lead_hours, prediction.levels) == ("v2", (1, 2), (0.5,))
    np.testing.assert_array_equal(prediction.quantiles, [[[1.0], [2.0]], [[3.0], [4.0]]])


def test_the_body_is_the_array_itself(client: SageMakerRuntimeClient, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[bytes] = []

    def invoke(**given: Any) -> dict[str, Any]:
        sent.append(given["Body"])
        return {"Body": io.BytesIO(json.dumps(ANSWER).encode())}

    monkeypatch.setattr(client, "invoke_endpoint", invoke)
    SageMakerEndpoint(client, "e").predict(WINDOWS)
    np.testing.assert_array_equal(np.load(io.BytesIO(sent[0]), allow_pickle=False), WINDOWS)


@pytest.mark.parametrize(("variant", "aim"), [("Canary", {"TargetVariant": "Canary"}), (None, {})])
def test_a_variant_is_asked_by_its_name_or_left_to_the_weights(
    client: SageMakerRuntimeClient, monkeypatch: pytest.MonkeyPatch, variant: str | None, aim: dict[str, str]
) -> None:
    sent: list[dict[str, Any]] = []

    def invoke(**given: Any) -> dict[str, Any]:
        sent.append(given)
        return {"Body": io.BytesIO(json.dumps(ANSWER).encode())}

    monkeypatch.setattr(client, "invoke_endpoint", invoke)
    SageMakerEndpoint(client, "e", variant).predict(WINDOWS)
    assert {name: value for name, value in sent[0].items() if name == "TargetVariant"} == aim


@pytest.mark.parametrize(
    "body",
    [
        b"<html>502</html>",
        b"{}",
        json.dumps(ANSWER | {"quantiles": [[[1.0]], [[1.0], [2.0]]]}).encode(),
        json.dumps(ANSWER | {"quantiles": [[["wide"]]]}).encode(),
    ],
    ids=["no json", "nothing", "ragged", "no numbers"],
)
def test_an_answer_that_does_not_follow_the_contract_is_unavailable(
    client: SageMakerRuntimeClient, stubber: Stubber, body: bytes
) -> None:
    _answer(stubber, body)
    with pytest.raises(Unavailable, match="the endpoint e gave an answer that does not follow the contract"):
        SageMakerEndpoint(client, "e").predict(WINDOWS)


@pytest.mark.parametrize("code", ["ModelError", "ValidationError", "ThrottlingException", "ServiceUnavailable"])
def test_an_endpoint_that_cannot_answer_is_unavailable(
    client: SageMakerRuntimeClient, stubber: Stubber, code: str
) -> None:
    stubber.add_client_error("invoke_endpoint", code, "Endpoint e of account 0 not found.")
    with pytest.raises(Unavailable, match="the endpoint e"):
        SageMakerEndpoint(client, "e").predict(WINDOWS)


def test_an_endpoint_that_is_too_slow_is_unavailable(
    client: SageMakerRuntimeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def invoke(**_: Any) -> None:
        raise ReadTimeoutError(endpoint_url="https://runtime")

    monkeypatch.setattr(client, "invoke_endpoint", invoke)
    with pytest.raises(Unavailable, match="the endpoint e does not answer"):
        SageMakerEndpoint(client, "e").predict(WINDOWS)
