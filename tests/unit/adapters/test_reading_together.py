"""Stations and days read together: the same answers as one by one, with few requests."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest
from types_boto3_dynamodb import DynamoDBClient

from geoclimate.adapters.aws_json import Patience
from geoclimate.adapters.dynamodb_client import dynamodb_client
from geoclimate.adapters.dynamodb_observations import DynamoObservationStore
from geoclimate.adapters.dynamodb_stations import DynamoStationStore
from geoclimate.domain.errors import Unavailable
from geoclimate.domain.observations import SeriesWindow
from geoclimate.services.read_latest import read_latest, read_named_stations
from tests.api_fakes import EMBASSY, LAST, SILENT, hourly
from tests.moto_tables import create_stations_table
from tests.wire import Wire, installed

FIVE = [replace(EMBASSY, id=f"openaq-{number}") for number in range(10, 15)]
REFUSED = b'{"Responses":{},"UnprocessedKeys":{"t":{"Keys":[{"pk":{"S":"a"},"sk":{"S":"b"}}]}}}'


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    yield from installed(monkeypatch)


@pytest.fixture
def client(keyed_table: DynamoDBClient, wire: Wire) -> DynamoDBClient:  # noqa: ARG001 - moto and the wire come first
    create_stations_table(keyed_table, "s")
    return dynamodb_client(Patience(connect_seconds=1, read_seconds=1, attempts=1))


@pytest.fixture
def stations(client: DynamoDBClient, keyed_table: DynamoDBClient) -> DynamoStationStore:
    DynamoStationStore(keyed_table, "s").extend([*FIVE, SILENT])
    return DynamoStationStore(client, "s")


@pytest.fixture
def observations(client: DynamoDBClient, keyed_table: DynamoDBClient) -> DynamoObservationStore:
    rows = [replace(row, station=station.id) for station in FIVE for row in hourly(60)]
    DynamoObservationStore(keyed_table, "t").merge(rows)
    return DynamoObservationStore(client, "t", sleep=lambda _: None)


def _operations(wire: Wire) -> list[str]:
    return [headers["x-amz-target"].partition(".")[2] for headers in wire.sent]


def test_the_newest_values_of_five_stations_take_two_requests(
    stations: DynamoStationStore, observations: DynamoObservationStore, wire: Wire
) -> None:
    named = read_named_stations(stations, [station.id for station in FIVE])

    values = read_latest(observations, named, "pm25")

    assert [one.observation and one.observation.end for one in values] == [LAST] * 5
    assert _operations(wire) == ["BatchGetItem", "BatchGetItem"]


def test_days_read_together_are_those_read_one_by_one(observations: DynamoObservationStore) -> None:
    windows = [
        SeriesWindow(station.id, "pm25", LAST - dt.timedelta(hours=30 + number), LAST - dt.timedelta(minutes=number))
        for number, station in enumerate(FIVE)
    ]

    together = observations.read_together([*windows, windows[0]])

    alone = [list(observations.read(one.station, one.parameter, one.start, one.end)) for one in windows]
    assert [list(one) for one in together] == [*alone, alone[0]]
    assert [len(one) for one in alone] == [30, 31, 32, 33, 34]


def test_a_series_of_which_nothing_is_stored_has_no_days(observations: DynamoObservationStore) -> None:
    window = SeriesWindow(SILENT.id, "pm25", LAST - dt.timedelta(hours=48), LAST)

    assert list(observations.read_together([window])) == [[]]


def test_nothing_is_asked_for_no_series(observations: DynamoObservationStore, wire: Wire) -> None:
    assert list(observations.read_together([])) == []
    assert wire.sent == []


def test_stations_that_do_not_exist_are_left_out_and_each_is_asked_for_once(stations: DynamoStationStore) -> None:
    found = stations.get_together([SILENT.id, "openaq-0", FIVE[0].id, SILENT.id])

    assert found == {SILENT.id: SILENT, FIVE[0].id: FIVE[0]}


def test_what_the_table_leaves_for_later_is_asked_for_again(observations: DynamoObservationStore, wire: Wire) -> None:
    wire.failures = [(200, REFUSED), (200, b'{"Responses":{"t":[]}}')]

    observations.read_together([SeriesWindow(SILENT.id, "pm25", LAST - dt.timedelta(hours=1), LAST)])

    assert _operations(wire) == ["BatchGetItem", "BatchGetItem"]


def test_a_table_that_goes_on_leaving_it_for_later_is_unavailable(
    observations: DynamoObservationStore, wire: Wire
) -> None:
    wire.failures = [(200, REFUSED)] * 8

    with pytest.raises(Unavailable, match="goes on refusing to be read"):
        observations.read_together([SeriesWindow(SILENT.id, "pm25", LAST - dt.timedelta(hours=1), LAST)])
