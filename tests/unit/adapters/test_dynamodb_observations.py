"""Packed days in DynamoDB: one item a day, no lost update, no needless write."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from types_boto3_dynamodb import DynamoDBClient

from geoclimate.adapters.dynamodb_observations import DynamoObservationStore
from geoclimate.domain.errors import Unavailable
from geoclimate.domain.observations import Observation
from geoclimate.services.ports import MergeCounts
from tests.moto_tables import create_table

DAY = dt.datetime(2014, 1, 1, tzinfo=dt.UTC)


def hourly(count: int, first: int = 0, **changes: Any) -> list[Observation]:
    return [
        replace(
            Observation(
                station="openaq-501001",
                parameter="pm25",
                start=DAY + dt.timedelta(hours=n),
                end=DAY + dt.timedelta(hours=n + 1),
                value=n + 0.1,
                delivered_value=n + 0.1,
                delivered_unit="µg/m³",
                instrument="50100101",
                flag="valid",
                source="openaq",
                file_digest="5f" * 32,
                line=n + 2,
                ingested_at=DAY + dt.timedelta(days=60),
            ),
            **changes,
        )
        for n in range(first, first + count)
    ]


class Counting:
    """The client, counting calls, and doing something else first where told to."""

    def __init__(self, client: DynamoDBClient) -> None:
        self._client = client
        self.calls: list[str] = []
        self.before: dict[str, Callable[..., Any]] = {}

    def __getattr__(self, name: str) -> Any:
        def call(**arguments: Any) -> Any:
            self.calls.append(name)
            if name in self.before:
                answer = self.before[name](**arguments)
                if answer is not None:
                    return answer
            return getattr(self._client, name)(**arguments)

        return getattr(self._client, name) if name == "get_paginator" else call


@pytest.fixture
def client(dynamodb: DynamoDBClient) -> Counting:
    create_table(dynamodb, "observations")
    return Counting(dynamodb)


@pytest.fixture
def store(client: Counting) -> DynamoObservationStore:
    return DynamoObservationStore(cast("DynamoDBClient", client), "observations", sleep=lambda _: None)


def read_all(store: DynamoObservationStore, **changes: Any) -> Sequence[Observation]:
    return store.read(
        **{
            "station": "openaq-501001",
            "parameter": "pm25",
            "start": DAY,
            "end": DAY + dt.timedelta(days=400),
            **changes,
        }
    )


def test_gives_back_exactly_what_was_stored(store: DynamoObservationStore) -> None:
    assert store.merge(hourly(60)) == MergeCounts(60, 0, 0)
    assert read_all(store) == hourly(60)


def test_a_day_of_a_series_is_one_item_and_one_write(
    store: DynamoObservationStore, client: Counting, dynamodb: DynamoDBClient
) -> None:
    store.merge([*hourly(48), *hourly(24, parameter="o3"), *hourly(24, station="openaq-7")])
    items = dynamodb.scan(TableName="observations")["Items"]
    assert {(item["pk"]["S"], item["sk"]["S"]) for item in items} == {
        ("openaq-501001#pm25", "2014-01-01"),
        ("openaq-501001#pm25", "2014-01-02"),
        ("openaq-501001#o3", "2014-01-01"),
        ("openaq-7#pm25", "2014-01-01"),
    }
    assert (client.calls.count("put_item"), client.calls.count("batch_get_item")) == (4, 1)


def test_an_item_of_a_whole_day_costs_one_write_unit(store: DynamoObservationStore, dynamodb: DynamoDBClient) -> None:
    store.merge(hourly(24))
    [item] = dynamodb.scan(TableName="observations")["Items"]
    texts = [item["pk"]["S"], item["sk"]["S"], item["version"]["N"]]
    size = sum(map(len, [*item, *texts])) + len(item["packed"]["B"])
    assert size < 1024


def test_merging_the_same_again_writes_nothing(store: DynamoObservationStore, client: Counting) -> None:
    store.merge(hourly(30))
    client.calls.clear()
    assert store.merge(hourly(30)) == MergeCounts(0, 30, 0)
    assert "put_item" not in client.calls


def test_late_hours_and_corrections_go_into_the_stored_day(store: DynamoObservationStore) -> None:
    store.merge(hourly(10))
    corrected = hourly(1, first=3, value=99.0, ingested_at=DAY + dt.timedelta(days=61))
    assert store.merge([*corrected, *hourly(5, first=10)]) == MergeCounts(5, 0, 1)
    assert [row.value for row in read_all(store)][2:5] == [2.1, 99.0, 4.1]


def test_reads_more_days_than_one_batch_takes(store: DynamoObservationStore, client: Counting) -> None:
    days = [hourly(1, first=24 * n)[0] for n in range(230)]
    assert store.merge(days) == MergeCounts(230, 0, 0)
    assert client.calls.count("batch_get_item") == 3
    assert read_all(store) == days


def test_reads_the_hours_that_start_in_the_window(store: DynamoObservationStore) -> None:
    store.merge(hourly(72))
    window = read_all(store, start=DAY + dt.timedelta(hours=20), end=DAY + dt.timedelta(hours=49))
    assert window == hourly(29, first=20)


def test_reads_a_window_given_in_another_time_zone(store: DynamoObservationStore) -> None:
    store.merge(hourly(72))
    china = dt.timezone(dt.timedelta(hours=8))
    window = read_all(store, start=dt.datetime(2014, 1, 2, tzinfo=china), end=dt.datetime(2014, 1, 3, tzinfo=china))
    assert window == hourly(24, first=16)


def test_an_empty_window_asks_for_nothing(store: DynamoObservationStore) -> None:
    assert read_all(store, end=DAY) == ()


def test_hours_that_another_writer_adds_meanwhile_are_kept(
    store: DynamoObservationStore, client: Counting, dynamodb: DynamoDBClient
) -> None:
    other = DynamoObservationStore(dynamodb, "observations")

    def somebody_else(**_: object) -> None:
        client.before.clear()
        other.merge(hourly(12))

    client.before["put_item"] = somebody_else
    assert store.merge(hourly(12, first=8)) == MergeCounts(8, 4, 0)
    assert read_all(store) == hourly(20)


def test_gives_up_where_others_keep_writing(store: DynamoObservationStore, client: Counting) -> None:
    def refuse(**_: object) -> None:
        raise ClientError({"Error": {"Code": "ConditionalCheckFailedException"}}, "PutItem")

    client.before["put_item"] = refuse
    with pytest.raises(Unavailable, match="others keep writing openaq-501001 pm25 of 2014-01-01, 8 times in a row"):
        store.merge(hourly(1))


def test_asks_again_for_days_that_the_table_did_not_give(store: DynamoObservationStore, client: Counting) -> None:
    store.merge(hourly(1))

    def not_now(RequestItems: Any) -> dict[str, Any]:  # noqa: N803 - DynamoDB's own name
        client.before.clear()
        return {"Responses": {}, "UnprocessedKeys": RequestItems}

    client.before["batch_get_item"] = not_now
    assert store.merge(hourly(2)) == MergeCounts(1, 1, 0)


def test_gives_up_where_the_table_goes_on_refusing(store: DynamoObservationStore, client: Counting) -> None:
    client.before["batch_get_item"] = lambda RequestItems: {"Responses": {}, "UnprocessedKeys": RequestItems}  # noqa: N803
    with pytest.raises(Unavailable, match="goes on refusing to be read, 8 times in a row"):
        store.merge(hourly(1))


def refusing(code: str) -> Callable[..., None]:
    def refuse(**_: object) -> None:
        raise ClientError({"Error": {"Code": code}}, "PutItem")

    return refuse


def test_a_table_that_throttles_is_unavailable(store: DynamoObservationStore, client: Counting) -> None:
    client.before["put_item"] = refusing("ProvisionedThroughputExceededException")
    with pytest.raises(Unavailable):
        store.merge(hourly(1))


def test_a_table_that_cannot_be_reached_is_unavailable(store: DynamoObservationStore, client: Counting) -> None:
    def unreachable(**_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://dynamodb.example")

    client.before["batch_get_item"] = unreachable
    with pytest.raises(Unavailable):
        store.merge(hourly(1))


def test_a_missing_grant_is_not_hidden(store: DynamoObservationStore, client: Counting) -> None:
    client.before["put_item"] = refusing("AccessDeniedException")
    with pytest.raises(ClientError, match="AccessDeniedException"):
        store.merge(hourly(1))
