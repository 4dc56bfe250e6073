"""The catalogue in DynamoDB: one item a station, safe with several writers."""

import datetime as dt

import boto3
import pytest
from botocore.exceptions import ClientError
from geoclimate.adapters.dynamodb_stations import DynamoStationStore
from geoclimate.domain.errors import Unavailable
from geoclimate.domain.stations import Series, Station

from tests.moto_tables import create_table

DAY = dt.datetime(2014, 1, 1, tzinfo=dt.UTC)


def station(number=1, *series):
    return Station(f"openaq-{number}", "Aotizhongxin", 39.98200000000001, -116.3, "openaq", series)


def span(parameter, first, last):
    return Series(parameter, DAY + dt.timedelta(hours=first), DAY + dt.timedelta(hours=last))


@pytest.fixture
def table(dynamodb):
    create_table(dynamodb, "stations")
    return dynamodb


@pytest.fixture
def store(table):
    return DynamoStationStore(table, "stations", sleep=lambda _: None)


def test_gives_back_exactly_what_was_stored(store):
    store.extend([station(1, span("no2", 0, 2), span("pm25", 0, 5))])
    assert store.get("openaq-1") == station(1, span("no2", 0, 2), span("pm25", 0, 5))


def test_an_unknown_station_is_none(store):
    assert store.get("openaq-9") is None


def test_lists_every_station_by_id(store):
    store.extend(station(number) for number in (3, 1, 2))
    assert [each.id for each in store.list_all()] == ["openaq-1", "openaq-2", "openaq-3"]


def test_a_series_grows(store):
    store.extend([station(1, span("pm25", 5, 9))])
    store.extend([station(1, span("pm25", 0, 6)), station(1, span("o3", 0, 1))])
    assert store.get("openaq-1").series == (span("o3", 0, 1), span("pm25", 0, 9))


def test_what_is_known_already_is_not_written_again(store, table):
    store.extend([station(1, span("pm25", 0, 9))])
    store.extend([station(1, span("pm25", 2, 5))])
    [item] = table.scan(TableName="stations")["Items"]
    assert item["version"] == {"N": "1"}


class Meanwhile:
    """The client, with somebody else's write before the first one."""

    def __init__(self, client, write):
        self._client = client
        self._write = write

    def __getattr__(self, name):
        return getattr(self._client, name)

    def put_item(self, **arguments):
        write, self._write = self._write, lambda: None
        write()
        return self._client.put_item(**arguments)


def test_what_another_writer_adds_meanwhile_is_kept(table):
    other = DynamoStationStore(table, "stations")
    client = Meanwhile(table, lambda: other.extend([station(1, span("o3", 0, 1))]))
    DynamoStationStore(client, "stations", sleep=lambda _: None).extend([station(1, span("pm25", 0, 9))])
    assert other.get("openaq-1").series == (span("o3", 0, 1), span("pm25", 0, 9))


def test_gives_up_where_others_keep_writing(table):
    def refuse():
        raise ClientError({"Error": {"Code": "ConditionalCheckFailedException"}}, "PutItem")

    client = Meanwhile(table, refuse)
    client.put_item = lambda **_: refuse()
    with pytest.raises(Unavailable, match="others keep writing station openaq-1"):
        DynamoStationStore(client, "stations", sleep=lambda _: None).extend([station(1)])


def test_a_table_that_cannot_be_reached_is_unavailable(aws):  # noqa: ARG001 - moto must run first
    client = boto3.client("dynamodb")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        DynamoStationStore(client, "nowhere").get("openaq-1")
    client.close()
