"""The models behind a SageMaker endpoint: what is sent, and what is made of the answer."""

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import numpy as np
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from botocore.response import StreamingBody
from botocore.stub import ANY, Stubber
from types_boto3_sagemaker_runtime import SageMakerRuntimeClient

from geoclimate.adapters.sagemaker_engine import SageMakerEngine
from geoclimate.domain.errors import ModelRejected, Unavailable
from geoclimate.features.prediction import Prediction
from geoclimate.features.wire import decode_inputs, encode_prediction
from tests.engine_fakes import SPEC, batch_of
from tests.light_models import LEVELS

BATCH = batch_of(2)
ANSWER = Prediction("v2", SPEC.lead_hours, LEVELS, np.arange(2 * 24 * 7, dtype=np.float32).reshape(2, 24, 7))
KIND = "application/vnd.safetensors"


@pytest.fixture
def client() -> SageMakerRuntimeClient:
    return boto3.client(
        "sagemaker-runtime", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
    )


@pytest.fixture
def stubber(client: SageMakerRuntimeClient) -> Iterator[Stubber]:
    with Stubber(client) as made:
        yield made


def _engine(client: SageMakerRuntimeClient, variant: str | None = None) -> SageMakerEngine:
    return SageMakerEngine(client, "e", SPEC.lead_hours, variant)


def _answer(stubber: Stubber, body: bytes, **aim: str) -> None:
    asked = {"EndpointName": "e", "ContentType": KIND, "Accept": KIND, "Body": ANY, **aim}
    stubber.add_response("invoke_endpoint", {"Body": StreamingBody(io.BytesIO(body), len(body))}, asked)


def test_quantiles_come_back_as_they_were_sent(client: SageMakerRuntimeClient, stubber: Stubber) -> None:
    _answer(stubber, encode_prediction(ANSWER))
    prediction = _engine(client).predict(BATCH)
    assert (prediction.model_version, prediction.lead_hours, prediction.levels) == ("v2", SPEC.lead_hours, LEVELS)
    np.testing.assert_array_equal(prediction.quantiles, ANSWER.quantiles)


def test_a_variant_can_be_aimed_at(client: SageMakerRuntimeClient, stubber: Stubber) -> None:
    _answer(stubber, encode_prediction(ANSWER), TargetVariant="canary")
    assert _engine(client, "canary").predict(BATCH).model_version == "v2"


def test_the_body_is_the_inputs_themselves(client: SageMakerRuntimeClient, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[bytes] = []

    def invoke(**given: Any) -> dict[str, Any]:
        sent.append(given["Body"])
        return {"Body": io.BytesIO(encode_prediction(ANSWER))}

    monkeypatch.setattr(client, "invoke_endpoint", invoke)
    _engine(client).predict(BATCH)
    np.testing.assert_array_equal(decode_inputs(sent[0]).history, BATCH.inputs.history)


@pytest.mark.parametrize("body", [b"<html>502</html>", b"{}", b""])
def test_an_answer_that_does_not_follow_the_contract_is_unavailable(
    client: SageMakerRuntimeClient, stubber: Stubber, body: bytes
) -> None:
    _answer(stubber, body)
    with pytest.raises(Unavailable, match="the endpoint e gave an answer that does not follow the contract"):
        _engine(client).predict(BATCH)


@pytest.mark.parametrize(
    "answer",
    [
        replace(ANSWER, quantiles=ANSWER.quantiles[:1]),
        replace(ANSWER, quantiles=-ANSWER.quantiles),
        replace(ANSWER, lead_hours=(1, 2)),
    ],
    ids=["of fewer stations", "crossing", "of other lead times"],
)
def test_an_answer_that_is_no_forecast_is_refused(
    client: SageMakerRuntimeClient, stubber: Stubber, answer: Prediction
) -> None:
    _answer(stubber, encode_prediction(answer))
    with pytest.raises(ModelRejected, match="model v2"):
        _engine(client).predict(BATCH)


@pytest.mark.parametrize("code", ["ModelError", "ValidationError", "ThrottlingException", "ServiceUnavailable"])
def test_an_endpoint_that_cannot_answer_is_unavailable(
    client: SageMakerRuntimeClient, stubber: Stubber, code: str
) -> None:
    stubber.add_client_error("invoke_endpoint", code, "Endpoint e of account 0 not found.")
    with pytest.raises(Unavailable, match="the endpoint e"):
        _engine(client).predict(BATCH)


def test_what_the_container_refuses_is_told_without_its_stack_trace(
    client: SageMakerRuntimeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sentence = "The input is not valid: history must have the shape [n, 72, 16], but has [2, 71, 16]"
    refused = {
        "Error": {"Code": "ModelError", "Message": "Received client error (400) from primary"},
        "OriginalStatusCode": 400,
        "OriginalMessage": f'{sentence}\nTraceback (most recent call last):\n  File "/opt/x.py", line 1',
    }

    def invoke(**_: Any) -> None:
        raise ClientError(refused, "InvokeEndpoint")  # type: ignore[arg-type]  # as the runtime's errors are

    monkeypatch.setattr(client, "invoke_endpoint", invoke)
    with pytest.raises(Unavailable) as raised:
        _engine(client).predict(BATCH)
    assert str(raised.value) == f"the endpoint e cannot be asked: {sentence} (status 400)"


def test_an_endpoint_that_is_too_slow_is_unavailable(
    client: SageMakerRuntimeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def invoke(**_: Any) -> None:
        raise ReadTimeoutError(endpoint_url="https://runtime")

    monkeypatch.setattr(client, "invoke_endpoint", invoke)
    with pytest.raises(Unavailable, match="the endpoint e does not answer"):
        _engine(client).predict(BATCH)
