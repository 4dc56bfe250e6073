"""Who answers while the endpoint is away, and while the light model is damaged too."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.uploads import wait_for_reports
from tests.e2e.conftest import Stack

pytestmark = pytest.mark.e2e

_STATION = "openaq-77"
_KEY = "fallback.csv.gz"
_LAST = datetime(2014, 12, 31, 16, tzinfo=UTC)
_HOURS = 100


@pytest.fixture(scope="module")
def measured(stack: Stack, trained: dict[str, Any]) -> Stack:
    """A station that nobody has forecast yet, beside the one that the model was trained on."""
    assert trained
    lines = ["location_id,sensors_id,location,datetime,lat,lon,parameter,units,value"]
    for hour in range(_HOURS):
        stamp = (_LAST - timedelta(hours=_HOURS - 1 - hour)).isoformat()
        lines.append(f"77,770,Fallback,{stamp},40.0,116.4,pm25,µg/m³,{50 + hour % 24}")
    s3, bucket = stack.client("s3"), stack.outputs["UploadsBucketName"]
    s3.put_object(Bucket=bucket, Key=_KEY, Body=gzip.compress("\n".join(lines).encode()))
    wait_for_reports(s3, bucket, [_KEY], lambda *_: None, 60)
    return stack


@pytest.fixture
def without_endpoint(measured: Stack) -> Iterator[Stack]:
    """The stack while its endpoint is away."""
    sagemaker, name = measured.client("sagemaker"), measured.outputs["EndpointName"]
    config = sagemaker.describe_endpoint(EndpointName=name)["EndpointConfigName"]
    sagemaker.delete_endpoint(EndpointName=name)
    try:
        yield measured
    finally:
        sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=config)
        sagemaker.get_waiter("endpoint_in_service").wait(
            EndpointName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 120}
        )


@pytest.fixture
def light_model(measured: Stack) -> tuple[str, str]:
    """Bucket and key of the light model in production."""
    dynamodb, table = measured.client("dynamodb"), measured.outputs["ModelsTableName"]
    pointer = dynamodb.get_item(TableName=table, Key={"pk": {"S": "pm25"}, "sk": {"S": "PRODUCTION"}})["Item"]
    version = pointer["version"]["S"]
    key = {"pk": {"S": "pm25"}, "sk": {"S": f"VERSION#{version}"}}
    uri = dynamodb.get_item(TableName=table, Key=key)["Item"]["light_model_uri"]["S"]
    bucket, _, path = uri.removeprefix("s3://").partition("/")
    return bucket, path


def _forecast(stack: Stack) -> dict[str, Any]:
    """The result of a run for the station alone."""
    answer = stack.client("lambda").invoke(
        FunctionName=stack.outputs["ForecastFunctionName"], Payload=json.dumps({"stations": [_STATION]}).encode()
    )
    result: dict[str, Any] = json.loads(answer["Payload"].read())
    assert "errorType" not in answer, result
    return result


def _served(stack: Stack) -> dict[str, Any]:
    answer = stack.get(f"/v1/stations/{_STATION}/forecast", query={"parameter": "pm25"})
    assert answer.status_code == 200, answer.text
    forecast: dict[str, Any] = answer.json()
    return forecast


def test_without_the_endpoint_somebody_else_answers_and_says_so(
    without_endpoint: Stack, light_model: tuple[str, str]
) -> None:
    stack, s3 = without_endpoint, without_endpoint.client("s3")
    bucket, key = light_model
    sound = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    s3.put_object(Bucket=bucket, Key=key, Body=sound[:-1] + bytes([sound[-1] ^ 1]))
    try:
        damaged = _forecast(stack)
    finally:
        s3.put_object(Bucket=bucket, Key=key, Body=sound)
    assert damaged["engines"] == {"climatology": 1}, damaged
    assert [trouble.partition(":")[0] for trouble in damaged["troubles"]] == ["endpoint", "onnx"]
    assert "was registered" in damaged["troubles"][1]
    usual = _served(stack)
    assert (usual["engine"], usual["stale"]) == ("climatology", True)

    sound_again = _forecast(stack)
    assert sound_again["engines"] == {"onnx": 1}, sound_again
    light = _served(stack)
    assert (light["engine"], light["model_version"]) == ("onnx", usual["model_version"])
    assert light["issue_time"] == usual["issue_time"] == "2014-12-31T16:00:00Z"
    for lead in light["lead_times"]:
        assert lead["lower"] <= lead["median"] <= lead["upper"]


def test_back_again_the_endpoint_answers_and_its_forecast_stays(measured: Stack) -> None:
    assert _forecast(measured)["engines"] == {"endpoint": 1}
    assert _served(measured)["engine"] == "endpoint"
