"""DynamoDB without boto3: the same stores, the same answers, the same errors."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoRegionError
from types_boto3_dynamodb import DynamoDBClient

from geoclimate.adapters.aws_json import AwsJson, Patience
from geoclimate.adapters.dynamodb_client import DYNAMODB, dynamodb_client
from geoclimate.adapters.dynamodb_forecasts import DynamoForecastStore
from geoclimate.adapters.dynamodb_observations import DynamoObservationStore
from geoclimate.adapters.dynamodb_stations import DynamoStationStore
from geoclimate.domain.errors import Unavailable
from tests.api_fakes import EMBASSY, LAST, forecast, hourly
from tests.moto_tables import create_stations_table, create_table
from tests.wire import Wire, installed

PATIENCE = Patience(connect_seconds=1, read_seconds=1, attempts=3)
BUSY = (400, b'{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"busy"}')
DOWN = (500, b"<html>")


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    yield from installed(monkeypatch)


@pytest.fixture
def client(keyed_table: DynamoDBClient, wire: Wire) -> DynamoDBClient:  # noqa: ARG001 - moto and the wire come first
    create_table(keyed_table, "v")
    return dynamodb_client(PATIENCE)


def _calls(attempts: int = 3) -> tuple[AwsJson, list[float]]:
    slept: list[float] = []
    return AwsJson(DYNAMODB, replace(PATIENCE, attempts=attempts), sleep=slept.append), slept


def test_a_forecast_comes_back_exactly_as_it_was_written(client: DynamoDBClient) -> None:
    store = DynamoForecastStore(client, "t", "v")
    made = replace(forecast(), quantiles=((0.1 + 0.2, 1e-07, 123456.789),) * 24, raw_quantiles=forecast().quantiles)

    store.write([made])

    assert store.latest(EMBASSY.id, "pm25") == made
    assert store.latest(EMBASSY.id, "no2") is None


def test_days_of_observations_come_back_over_several_pages(client: DynamoDBClient) -> None:
    store = DynamoObservationStore(client, "t")
    rows = hourly(72)

    store.merge(rows)

    assert list(store.read(EMBASSY.id, "pm25", LAST - dt.timedelta(days=4), LAST)) == rows[::-1]


def test_stations_are_listed_up_to_as_many_as_were_asked_for(client: DynamoDBClient, dynamodb: DynamoDBClient) -> None:
    create_stations_table(dynamodb, "s")
    store = DynamoStationStore(client, "s")
    store.extend([replace(EMBASSY, id=f"openaq-{number}") for number in range(5)])

    assert [one.id for one in store.list_after("openaq-1", 2)] == ["openaq-2", "openaq-3"]
    assert len(store.list_all()) == 5
    assert store.get("openaq-9") is None


def test_an_error_is_botocores(client: DynamoDBClient) -> None:
    with pytest.raises(ClientError) as caught:
        client.get_item(TableName="gone", Key={"pk": {"S": "a"}, "sk": {"S": "b"}})

    assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert caught.value.operation_name == "GetItem"


def test_a_connection_is_used_again(client: DynamoDBClient, wire: Wire) -> None:
    for _ in range(3):
        client.query(TableName="t", KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": {"S": "a"}})

    assert (len(wire.sent), wire.opened) == (3, 1)


@pytest.mark.usefixtures("aws")
def test_a_connection_that_ended_while_the_function_slept_is_not_used_again(wire: Wire) -> None:
    client, _ = _calls()
    wire.failures = [(200, b"{}"), (200, b"{}")]
    client.call("Query", {})
    kept: Any = client._idle[0]
    kept.sock.end()

    client.call("Query", {})

    assert wire.opened == 2


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("failure", [BUSY, DOWN, TimeoutError("slow"), ConnectionResetError()])
def test_what_may_pass_is_tried_again_a_little_later(wire: Wire, failure: Exception | tuple[int, bytes]) -> None:
    client, slept = _calls()
    wire.failures = [failure, failure, (200, b'{"Count":0}')]

    assert client.call("Query", {}) == {"Count": 0}
    assert len(slept) == 2
    assert all(0 <= seconds <= 0.4 for seconds in slept)


@pytest.mark.usefixtures("aws")
def test_functions_that_were_restored_from_one_snapshot_do_not_wait_alike(wire: Wire) -> None:
    waits: list[list[float]] = []
    for _ in range(2):
        random.seed(1)
        client, slept = _calls()
        wire.failures = [BUSY, BUSY, (200, b"{}")]
        client.call("Query", {})
        waits.append(slept)

    assert waits[0] != waits[1]


@pytest.mark.usefixtures("aws")
def test_what_may_not_be_done_twice_is_tried_once(wire: Wire) -> None:
    client, slept = _calls(attempts=1)
    wire.failures = [TimeoutError("slow")]

    with pytest.raises(EndpointConnectionError):
        client.call("UpdateItem", {})

    assert (len(wire.sent), slept) == (1, [])


@pytest.mark.usefixtures("aws")
def test_what_is_wrong_is_not_tried_again(wire: Wire) -> None:
    client, slept = _calls()
    wire.failures = [(400, b'{"__type":"com.amazon.coral.validate#ValidationException","Message":"no"}')]

    with pytest.raises(ClientError, match="ValidationException"):
        client.call("Query", {})

    assert slept == []


@pytest.mark.parametrize("failure", [BUSY, DOWN, ConnectionRefusedError()])
def test_a_store_says_that_the_table_does_not_answer(
    client: DynamoDBClient, wire: Wire, failure: Exception | tuple[int, bytes]
) -> None:
    wire.failures = [failure] * 3

    with pytest.raises(Unavailable):
        DynamoForecastStore(client, "t", "v").latest(EMBASSY.id, "pm25")


@pytest.mark.usefixtures("aws")
def test_an_address_of_the_environment_is_asked_in_place_of_the_regions(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, _ = _calls()
    wire.failures = [(200, b"{}")] * 3
    client.call("Query", {})
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    client._idle.clear()
    client.call("Query", {})
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:8000")
    client._idle.clear()
    client.call("Query", {})

    assert [headers["host"] for headers in wire.sent] == [
        "dynamodb.us-east-1.amazonaws.com",
        "127.0.0.1:4566",
        "127.0.0.1:8000",
    ]


def test_without_a_region_nothing_is_sent(monkeypatch: pytest.MonkeyPatch, wire: Wire) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(NoRegionError):
        _calls()[0].call("Query", {})

    assert wire.sent == []
