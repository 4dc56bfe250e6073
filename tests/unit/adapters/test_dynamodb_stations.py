"""The catalogue in DynamoDB: one item a station, safe with several writers."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NoReturn, cast

import boto3
import pytest
from botocore.exceptions import ClientError
from types_boto3_dynamodb import DynamoDBClient

from geoclimate.adapters.dynamodb_stations import DynamoStationStore
from geoclimate.domain.errors import Unavailable
from geoclimate.domain.geohash import CellRange, cover
from geoclimate.domain.places import WORLD, Box
from geoclimate.domain.stations import Series, Station, place_key
from tests.moto_tables import create_stations_table

DAY = dt.datetime(2014, 1, 1, tzinfo=dt.UTC)


def station(number: int = 1, *series: Series) -> Station:
    return Station(f"openaq-{number}", "Aotizhongxin", 39.98200000000001, -116.3, "openaq", series, DAY)


def span(parameter: str, first: int, last: int) -> Series:
    return Series(parameter, DAY + dt.timedelta(hours=first), DAY + dt.timedelta(hours=last))


def series_of(store: DynamoStationStore) -> tuple[Series, ...]:
    found = store.get("openaq-1")
    assert found is not None
    return found.series


@pytest.fixture
def table(dynamodb: DynamoDBClient) -> DynamoDBClient:
    create_stations_table(dynamodb, "stations")
    return dynamodb


@pytest.fixture
def store(table: DynamoDBClient) -> DynamoStationStore:
    return DynamoStationStore(table, "stations", sleep=lambda _: None)


def test_gives_back_exactly_what_was_stored(store: DynamoStationStore) -> None:
    store.extend([station(1, span("no2", 0, 2), span("pm25", 0, 5))])
    assert store.get("openaq-1") == station(1, span("no2", 0, 2), span("pm25", 0, 5))


def test_an_unknown_station_is_none(store: DynamoStationStore) -> None:
    assert store.get("openaq-9") is None


def test_lists_every_station_by_id(store: DynamoStationStore) -> None:
    store.extend(station(number) for number in (3, 1, 2))
    assert [each.id for each in store.list_all()] == ["openaq-1", "openaq-2", "openaq-3"]


def test_gives_the_stations_after_one_and_no_more_than_asked_for(store: DynamoStationStore) -> None:
    store.extend(station(number) for number in range(1, 6))
    assert [each.id for each in store.list_after(None, 2)] == ["openaq-1", "openaq-2"]
    assert [each.id for each in store.list_after("openaq-2", 2)] == ["openaq-3", "openaq-4"]
    assert [each.id for each in store.list_after("openaq-4", 2)] == ["openaq-5"]
    assert list(store.list_after("openaq-5", 2)) == []


def test_gives_the_stations_in_cells_and_no_others(store: DynamoStationStore) -> None:
    here, there = station(1), replace(station(2), latitude=-39.982, longitude=116.3)
    store.extend([here, there])
    found = [one for each in cover(Box(-117.0, 39.0, -116.0, 41.0), 8) for one in store.list_in(each, None, 9)]
    assert found == [here]


def test_goes_on_in_cells_after_a_place_even_among_stations_of_one_spot(store: DynamoStationStore) -> None:
    spot = [station(number) for number in (1, 10, 2)]
    store.extend(spot)
    [world] = cover(WORLD, 2)
    assert store.list_in(world, None, 2) == spot[:2]
    assert store.list_in(world, place_key(spot[1]), 9) == spot[2:]
    assert store.list_in(world, place_key(spot[2]), 9) == []
    # The cells lie before the place: nothing is left of them, and DynamoDB would refuse a range that runs backwards.
    assert store.list_in(CellRange(0, 1), place_key(spot[0]), 9) == ()


def test_gives_the_stations_of_a_country_and_no_others(store: DynamoStationStore) -> None:
    here = [replace(station(number), country="CN") for number in range(1, 4)]
    store.extend([*here, replace(station(4), country="US"), station(5)])
    assert store.list_of("CN", None, 2) == here[:2]
    assert store.list_of("CN", "openaq-2", 2) == here[2:]
    assert list(store.list_of("FJ", None, 2)) == []
    assert store.get("openaq-5") == station(5)


def test_a_station_is_found_in_its_country_once_that_is_known_and_in_the_one_to_which_it_moved(
    store: DynamoStationStore,
) -> None:
    store.extend([station(1)])
    store.extend([replace(station(1), country="CN")])
    store.extend([station(1)])  # known again without it, as by an older version of the platform
    assert store.list_of("CN", None, 9) == [replace(station(1), country="CN")]

    moved = replace(station(1), longitude=116.3, country="US", described_at=DAY + dt.timedelta(days=1))
    store.extend([moved])
    assert (store.list_of("CN", None, 9), store.list_of("US", None, 9)) == ([], [moved])

    at_sea = replace(moved, longitude=0.0, country=None, described_at=DAY + dt.timedelta(days=2))
    store.extend([at_sea])
    assert list(store.list_of("US", None, 9)) == []
    assert store.list_all() == [at_sea]


def test_a_station_of_an_older_version_is_found_by_place_after_its_next_extension(
    store: DynamoStationStore, table: DynamoDBClient
) -> None:
    store.extend([station(1)])
    key = {"pk": {"S": "STATION"}, "sk": {"S": "openaq-1"}}
    table.update_item(TableName="stations", Key=key, UpdateExpression="REMOVE place")
    [world] = cover(WORLD, 2)
    assert list(store.list_in(world, None, 9)) == []

    store.extend(store.list_all())  # the one-time rewrite of docs/runbooks/index-stations.md

    assert store.list_in(world, None, 9) == [station(1)]
    [item] = table.scan(TableName="stations")["Items"]
    assert item["version"] == {"N": "2"}
    store.extend(store.list_all())
    [item] = table.scan(TableName="stations")["Items"]
    assert item["version"] == {"N": "2"}


def test_a_series_grows(store: DynamoStationStore) -> None:
    store.extend([station(1, span("pm25", 5, 9))])
    store.extend([station(1, span("pm25", 0, 6)), station(1, span("o3", 0, 1))])
    assert series_of(store) == (span("o3", 0, 1), span("pm25", 0, 9))


def test_what_is_known_already_is_not_written_again(store: DynamoStationStore, table: DynamoDBClient) -> None:
    store.extend([station(1, span("pm25", 0, 9))])
    store.extend([station(1, span("pm25", 2, 5))])
    [item] = table.scan(TableName="stations")["Items"]
    assert item["version"] == {"N": "1"}


class Meanwhile:
    """The client, with something that happens before each write."""

    def __init__(self, client: DynamoDBClient, happens: Callable[[], None]) -> None:
        self._client = client
        self._happens = happens

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def put_item(self, **arguments: Any) -> Any:
        self._happens()
        return self._client.put_item(**arguments)


def store_behind(client: DynamoDBClient, happens: Callable[[], None]) -> DynamoStationStore:
    return DynamoStationStore(cast("DynamoDBClient", Meanwhile(client, happens)), "stations", sleep=lambda _: None)


def test_what_another_writer_adds_meanwhile_is_kept(table: DynamoDBClient) -> None:
    other = DynamoStationStore(table, "stations")
    # Widening a station by what is known of it changes nothing, so only the first write meets another.
    store = store_behind(table, lambda: other.extend([station(1, span("o3", 0, 1))]))
    store.extend([station(1, span("pm25", 0, 9))])
    assert series_of(other) == (span("o3", 0, 1), span("pm25", 0, 9))


def test_gives_up_where_others_keep_writing(table: DynamoDBClient) -> None:
    def refuse() -> NoReturn:
        raise ClientError({"Error": {"Code": "ConditionalCheckFailedException"}}, "PutItem")

    with pytest.raises(Unavailable, match="others keep writing station openaq-1"):
        store_behind(table, refuse).extend([station(1)])


def test_a_table_that_does_not_exist_is_not_taken_for_one_that_is_down(aws: None) -> None:  # noqa: ARG001 - moto must run first
    client = boto3.client("dynamodb")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        DynamoStationStore(client, "nowhere").get("openaq-1")
    client.close()
