"""The catalogue of stations in DynamoDB: one item a station, with the span of each of its series."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from geoclimate.adapters.aws_errors import unavailable_when_down
from geoclimate.adapters.dynamodb_versions import ATTEMPTS, UNWRITTEN, item_version, put_over, retry_wait
from geoclimate.contracts.tables import PARTITION_KEY, SORT_KEY, STATIONS_PARTITION
from geoclimate.domain.errors import Unavailable
from geoclimate.domain.stations import Series, Station, widen

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_LONG_AGO: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
"""When the stations were described that an older version of the platform wrote: every upload knows better."""


class DynamoStationStore:
    """The stations table; implements `StationStore`."""

    def __init__(self, client: DynamoDBClient, table: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._table = table
        self._sleep = sleep

    def get(self, station: str) -> Station | None:
        """The station of this id, or None.

        Raises:
            Unavailable: The table does not answer.
        """
        found, _ = self._read(station, consistent=False)
        return found

    def list_all(self) -> Sequence[Station]:
        """Every station, ordered by id.

        Raises:
            Unavailable: The table does not answer.
        """
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="#pk = :stations",
            ExpressionAttributeNames={"#pk": PARTITION_KEY},
            ExpressionAttributeValues={":stations": {"S": STATIONS_PARTITION}},
        )
        with unavailable_when_down("DynamoDB"):
            return [_from_item(item) for page in pages for item in page["Items"]]

    def extend(self, stations: Iterable[Station]) -> None:
        """Add stations, or widen what is known of them: names and coordinates are replaced, series' spans only grow.

        Raises:
            Unavailable: The table does not answer, or others change a station faster than it can be widened.
        """
        for station in stations:
            self._extend(station)

    def _extend(self, seen: Station) -> None:
        for attempt in range(ATTEMPTS):
            known, version = self._read(seen.id, consistent=True)
            widened = widen(known, seen)
            if widened == known or put_over(self._client, self._table, _to_item(widened), version):
                return
            self._sleep(retry_wait(attempt))
        raise Unavailable(f"others keep writing station {seen.id}, {ATTEMPTS} times in a row")

    def _read(self, station: str, *, consistent: bool) -> tuple[Station | None, int]:
        with unavailable_when_down("DynamoDB"):
            answer = self._client.get_item(TableName=self._table, Key=_key(station), ConsistentRead=consistent)
        item = answer.get("Item")
        return (None, UNWRITTEN) if item is None else (_from_item(item), item_version(item))


def _key(station: str) -> dict[str, Any]:
    return {PARTITION_KEY: {"S": STATIONS_PARTITION}, SORT_KEY: {"S": station}}


def _to_item(station: Station) -> dict[str, Any]:
    return {
        **_key(station.id),
        "name": {"S": station.name},
        "latitude": {"N": repr(station.latitude)},
        "longitude": {"N": repr(station.longitude)},
        "source": {"S": station.source},
        "described_at": {"S": station.described_at.isoformat()},
        "series": {
            "M": {
                series.parameter: {
                    "M": {"first": {"S": series.first.isoformat()}, "last": {"S": series.last.isoformat()}}
                }
                for series in station.series
            }
        },
    }


def _from_item(item: Mapping[str, Any]) -> Station:
    return Station(
        id=item[SORT_KEY]["S"],
        name=item["name"]["S"],
        latitude=float(item["latitude"]["N"]),
        longitude=float(item["longitude"]["N"]),
        source=item["source"]["S"],
        series=tuple(
            Series(
                parameter,
                dt.datetime.fromisoformat(span["M"]["first"]["S"]),
                dt.datetime.fromisoformat(span["M"]["last"]["S"]),
            )
            for parameter, span in sorted(item["series"]["M"].items())
        ),
        described_at=dt.datetime.fromisoformat(item["described_at"]["S"]) if "described_at" in item else _LONG_AGO,
    )
