"""The catalogue of stations in DynamoDB: one item a station, with the span of each of its series.

An index sorts the items by place, another one by country. Items that an older version of the platform wrote lack the
attribute of the first, so they are not in it until `extend` sees the station again, be it by what is known of it
already; they are in the second when `extend` is told their country.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from geoclimate.adapters.aws_errors import unavailable_when_down
from geoclimate.adapters.dynamodb_transactions import read_items
from geoclimate.adapters.dynamodb_versions import ATTEMPTS, UNWRITTEN, item_version, put_over, retry_wait
from geoclimate.contracts.tables import (
    COUNTRIES_INDEX,
    COUNTRY_KEY,
    PARTITION_KEY,
    PLACE_KEY,
    PLACES_INDEX,
    SORT_KEY,
    STATIONS_PARTITION,
)
from geoclimate.domain.errors import Unavailable
from geoclimate.domain.geohash import CellRange, geohash_text
from geoclimate.domain.stations import Series, Station, place_key, widen

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_NAMES: Final = {"#pk": PARTITION_KEY}
_VALUES: Final[Mapping[str, Any]] = {":pk": {"S": STATIONS_PARTITION}}
"""What every query of the whole partition is told."""
_LONG_AGO: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
"""When the stations were described that an older version of the platform wrote: every upload knows better."""
# Ids consist of letters, digits, '.', '_' and '-': '!' sorts before all of them, '$' after the '#' that precedes them.
_JUST_AFTER: Final = "!"
_AFTER_ALL: Final = "$"


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
        item = self._item(station, consistent=False)
        return None if item is None else _from_item(item)

    def get_together(self, stations: Iterable[str]) -> Mapping[str, Station]:
        """Those of these ids that exist, by id; one request for 100.

        Raises:
            Unavailable: The table does not answer, or goes on refusing for load.
        """
        keys = ((STATIONS_PARTITION, station) for station in dict.fromkeys(stations))
        found = map(_from_item, read_items(self._client, self._table, keys, self._sleep, consistent=False))
        return {station.id: station for station in found}

    def list_all(self) -> Sequence[Station]:
        """Every station, ordered by id.

        Raises:
            Unavailable: The table does not answer.
        """
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="#pk = :pk",
            ExpressionAttributeNames=_NAMES,
            ExpressionAttributeValues=_VALUES,
        )
        with unavailable_when_down("DynamoDB"):
            return [_from_item(item) for page in pages for item in page["Items"]]

    def list_after(self, station: str | None, most: int) -> Sequence[Station]:
        """The stations whose ids follow this one, or the first ones; ordered by id, `most` at most.

        Raises:
            Unavailable: The table does not answer.
        """
        if station is None:
            return self._query("#pk = :pk", _NAMES, _VALUES, most)
        names, values = {**_NAMES, "#sk": SORT_KEY}, {**_VALUES, ":last": {"S": station}}
        return self._query("#pk = :pk AND #sk > :last", names, values, most)

    def list_of(self, country: str, station: str | None, most: int) -> Sequence[Station]:
        """The stations of a country whose ids follow this one, or the first ones; from the index, ordered by id.

        Args:
            country: ISO 3166-1 alpha-2 code.
            station: An id, or None.
            most: How many to give at most.

        Raises:
            Unavailable: The table does not answer.
        """
        condition, names, values = "#country = :country", {"#country": COUNTRY_KEY}, {":country": {"S": country}}
        if station is not None:
            condition += " AND #sk > :last"
            names["#sk"], values[":last"] = SORT_KEY, {"S": station}
        return self._query(condition, names, values, most, IndexName=COUNTRIES_INDEX)

    def list_in(self, cells: CellRange, place: str | None, most: int) -> Sequence[Station]:
        """The stations in these cells whose place keys follow this one, or the first ones; from the index.

        Args:
            cells: Where to look.
            place: A `place_key`, or None.
            most: How many to give at most.

        Raises:
            Unavailable: The table does not answer.
        """
        low, high = geohash_text(cells.first), geohash_text(cells.last) + _AFTER_ALL
        if place is not None:
            low = max(low, place + _JUST_AFTER)
        # DynamoDB refuses a range that ends before it begins.
        if low > high:
            return ()
        return self._query(
            "#pk = :pk AND #place BETWEEN :low AND :high",
            {**_NAMES, "#place": PLACE_KEY},
            {**_VALUES, ":low": {"S": low}, ":high": {"S": high}},
            most,
            IndexName=PLACES_INDEX,
        )

    def extend(self, stations: Iterable[Station]) -> None:
        """Add stations, or widen what is known of them: names and coordinates are replaced, series' spans only grow.

        Raises:
            Unavailable: The table does not answer, or others change a station faster than it can be widened.
        """
        for station in stations:
            self._extend(station)

    def _extend(self, seen: Station) -> None:
        for attempt in range(ATTEMPTS):
            item = self._item(seen.id, consistent=True)
            known, version = (None, UNWRITTEN) if item is None else (_from_item(item), item_version(item))
            widened = widen(known, seen)
            is_indexed = item is not None and PLACE_KEY in item
            if (widened == known and is_indexed) or put_over(self._client, self._table, _to_item(widened), version):
                return
            self._sleep(retry_wait(attempt))
        raise Unavailable(f"others keep writing station {seen.id}, {ATTEMPTS} times in a row")

    def _item(self, station: str, *, consistent: bool) -> Mapping[str, Any] | None:
        with unavailable_when_down("DynamoDB"):
            answer = self._client.get_item(TableName=self._table, Key=_key(station), ConsistentRead=consistent)
        return answer.get("Item")

    def _query(
        self, condition: str, names: Mapping[str, str], values: Mapping[str, Any], most: int, **index: str
    ) -> Sequence[Station]:
        request: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
            "PaginationConfig": {"MaxItems": most, "PageSize": most},
            **index,
        }
        pages = self._client.get_paginator("query").paginate(**request)
        with unavailable_when_down("DynamoDB"):
            return [_from_item(item) for page in pages for item in page["Items"]]


def _key(station: str) -> dict[str, Any]:
    return {PARTITION_KEY: {"S": STATIONS_PARTITION}, SORT_KEY: {"S": station}}


def _to_item(station: Station) -> dict[str, Any]:
    return {
        **_key(station.id),
        PLACE_KEY: {"S": place_key(station)},
        **({} if station.country is None else {COUNTRY_KEY: {"S": station.country}}),
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
        country=item[COUNTRY_KEY]["S"] if COUNTRY_KEY in item else None,
    )
