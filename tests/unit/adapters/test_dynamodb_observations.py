"""Packed days in DynamoDB: one item a day, no lost update, no needless write."""

import datetime as dt
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from types_boto3_dynamodb import DynamoDBClient

from geoclimate.adapters.dynamodb_observations import DynamoObservationStore
from geoclimate.domain.day_items import pack_day
from geoclimate.domain.errors import IntegrityError, InvalidQuery, Unavailable
from geoclimate.domain.observations import Observation
from geoclimate.services.merge_outcome import DifferingObservation, MergeCounts
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


def corrected(hour: int, value: float, days_later: int, **changes: Any) -> Observation:
    [delivered] = hourly(1, first=hour)
    digest = f"{days_later:064x}"
    later = delivered.ingested_at + dt.timedelta(days=days_later)
    return replace(delivered, value=value, file_digest=digest, ingested_at=later, **changes)


def test_a_correction_is_served_with_its_number_and_what_it_replaced_as_of_before(
    store: DynamoObservationStore,
) -> None:
    store.merge(hourly(24))
    store.merge([corrected(3, 99.0, 2)])
    served = read_all(store)
    assert served[3] == replace(corrected(3, 99.0, 2), revision=2)
    assert read_all(store, as_of=served[3].ingested_at) == served
    assert read_all(store, as_of=served[3].ingested_at - dt.timedelta(seconds=1)) == hourly(24)
    assert read_all(store, as_of=DAY) == []


def test_a_correction_that_is_read_late_is_history_and_is_counted(store: DynamoObservationStore) -> None:
    store.merge(hourly(24))
    store.merge([corrected(3, 99.0, 2)])
    assert store.merge([corrected(3, 50.0, 1)]) == MergeCounts(superseded=1)
    assert read_all(store)[3] == replace(corrected(3, 99.0, 2), revision=3)
    assert read_all(store, as_of=corrected(3, 50.0, 1).ingested_at)[3].value == 50.0


def test_a_lesser_source_is_not_served_over_a_better_one_and_writes_nothing(
    store: DynamoObservationStore, client: Counting
) -> None:
    store.merge(hourly(3, source="epa"))
    client.calls.clear()
    assert store.merge([corrected(1, 99.0, 2, source="airnow")]) == MergeCounts(superseded=1)
    assert "put_item" not in client.calls
    assert read_all(store) == hourly(3, source="epa")


def test_an_ordinary_read_is_not_handed_the_past(store: DynamoObservationStore, dynamodb: DynamoDBClient) -> None:
    store.merge(hourly(24))
    store.merge([corrected(3, 99.0, 2)])
    [item] = dynamodb.scan(TableName="observations")["Items"]
    assert item["superseded"]["B"]
    dynamodb.put_item(TableName="observations", Item={**item, "superseded": {"B": b"cannot be read"}})
    assert len(read_all(store)) == 24
    with pytest.raises(IntegrityError):
        read_all(store, as_of=DAY + dt.timedelta(days=100))


def test_a_whole_corrected_day_and_its_past_are_one_item_of_two_write_units_at_most(
    store: DynamoObservationStore, client: Counting, dynamodb: DynamoDBClient
) -> None:
    store.merge(hourly(24))
    client.calls.clear()
    store.merge([corrected(hour, hour + 0.7, 1) for hour in range(24)])
    assert client.calls.count("put_item") == 1
    [item] = dynamodb.scan(TableName="observations")["Items"]
    assert len(item["packed"]["B"]) + len(item["superseded"]["B"]) < 1800


def test_an_instant_before_what_a_much_revised_day_keeps_is_refused(store: DynamoObservationStore) -> None:
    chance = random.Random(3)  # noqa: S311 - values, no secret
    for days in range(60):
        store.merge([corrected(hour, round(chance.uniform(0, 300), 1), days) for hour in range(24)])
    newest = corrected(0, 0.0, 59).ingested_at
    assert read_all(store, as_of=newest) == read_all(store)
    assert read_all(store, as_of=newest - dt.timedelta(days=1)) != read_all(store)
    with pytest.raises(InvalidQuery, match="what was served of 2014-01-01") as caught:
        read_all(store, as_of=corrected(0, 0.0, 0).ingested_at)
    assert caught.value.parameter == "as_of"


def test_a_day_of_the_platforms_first_version_takes_revisions(
    store: DynamoObservationStore, dynamodb: DynamoDBClient
) -> None:
    """Its items have no past, and their only piece is what `pack_day` makes of first revisions."""
    item = {"pk": {"S": "openaq-501001#pm25"}, "sk": {"S": "2014-01-01"}, "version": {"N": "4"}}
    dynamodb.put_item(TableName="observations", Item={**item, "packed": {"B": pack_day(hourly(24))}})
    assert store.merge([corrected(3, 99.0, 1)]) == MergeCounts(revised=1)
    assert read_all(store, as_of=DAY + dt.timedelta(days=60)) == hourly(24)


def many_instruments(count: int) -> list[Observation]:
    [one] = hourly(1)
    return [
        replace(one, instrument=str(n), value=math.sin(n), delivered_value=math.cos(n), line=n + 2)
        for n in range(count)
    ]


def test_refuses_what_does_not_fit_into_a_day_and_stores_the_rest(store: DynamoObservationStore) -> None:
    crowd = many_instruments(25_000)
    counts = store.merge([*hourly(24, station="openaq-7"), *crowd])
    assert (counts.added, len(counts.refused)) == (24, 25_000)
    first = counts.refused[0]
    assert (first.line, first.column, first.value, first.rule) == (2, None, "1.0", "full-day")
    assert "openaq-501001 would have 25,000 values of pm25 on 2014-01-01" in first.message
    assert read_all(store) == []
    assert read_all(store, station="openaq-7") == hourly(24, station="openaq-7")
    compared = store.compare(crowd, most=10)
    assert (compared.counts, compared.differences) == (MergeCounts(refused=counts.refused), ())


def test_comparing_says_what_merging_would_do_and_writes_nothing(
    store: DynamoObservationStore, client: Counting
) -> None:
    store.merge([*hourly(20), corrected(4, 50.0, 5)])
    before = read_all(store)
    client.calls.clear()
    incoming = [*hourly(22)[:3], *hourly(2, first=20), corrected(3, 99.0, 2), corrected(4, 60.0, 2)]
    comparison = store.compare(incoming, most=100)
    assert comparison.differences == (
        DifferingObservation(before[3], corrected(3, 99.0, 2), would_replace=True),
        DifferingObservation(before[4], corrected(4, 60.0, 2), would_replace=False),
    )
    assert "put_item" not in client.calls
    assert read_all(store) == before
    assert comparison.counts == store.merge(incoming) == MergeCounts(added=2, unchanged=3, revised=1, superseded=1)


def test_comparing_gives_the_first_differences_by_station_parameter_and_start(store: DynamoObservationStore) -> None:
    stations = ("openaq-9", "openaq-501001")
    store.merge([one for station in stations for one in hourly(48, station=station)])
    later = DAY + dt.timedelta(days=70)
    incoming = [one for station in stations for one in hourly(48, station=station, value=-1.0, ingested_at=later)]
    comparison = store.compare(reversed(incoming), most=50)
    assert comparison.counts == MergeCounts(revised=96)
    named = [(one.incoming.station, one.incoming.start) for one in comparison.differences]
    assert named == sorted((one.station, one.start) for one in incoming)[:50]


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
