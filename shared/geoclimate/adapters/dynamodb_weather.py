"""Weather forecasts in DynamoDB: one packed item a place and issue time, and one a grid point that has any.

A run is one conditional write: it goes through only where nobody wrote the run since it was read, and is merged again
where somebody did, so two files with parts of one run lose nothing.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from geoclimate.adapters.aws_errors import unavailable_when_down
from geoclimate.adapters.dynamodb_tables import DynamoRawTable
from geoclimate.adapters.dynamodb_versions import ATTEMPTS, UNWRITTEN, item_version, put_over, retry_wait
from geoclimate.contracts.tables import PARTITION_KEY, POINTS_PARTITION, SORT_KEY, issue_sort_key, weather_partition
from geoclimate.domain.errors import Unavailable
from geoclimate.domain.geohash import CellRange, geohash_text
from geoclimate.domain.places import Point
from geoclimate.domain.run_items import pack_editions, unpack_editions
from geoclimate.domain.weather_forecasts import ForecastPlace, RunEdition, RunMerge, WeatherRun, merge_run, point_key
from geoclimate.services.merge_outcome import MergeCounts

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

CONNECTIONS: Final = 16
"""Requests in flight at once; the client's connection pool should be as large."""
_AT_ONCE: Final = 256
"""Runs that are objects at once: some 100 kB each, with their dictionaries."""
_EDITIONS: Final = "editions"
_AFTER_ALL: Final = "~"
"""Sorts behind every character of a geohash and of a number."""


class DynamoWeatherForecastStore:
    """The table of weather forecasts; implements `WeatherForecastStore`."""

    def __init__(self, client: DynamoDBClient, table: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._table = table
        self._sleep = sleep

    def merge(self, runs: Iterable[WeatherRun]) -> MergeCounts:
        """Store runs; merging the same ones again changes nothing and writes nothing.

        Raises:
            Unavailable: The table does not answer, goes on refusing for load, or others change a run faster than it can
                be merged. Runs that were written stay; a repeat completes the work.
            IntegrityError: A stored run cannot be read.
        """
        points: set[Point] = set()

        def noted() -> Iterator[WeatherRun]:
            for run in runs:
                if run.place.point is not None:
                    points.add(run.place.point)
                yield run

        counts = self._each(noted(), self._merge)
        self._list_points(points)
        return counts

    def compare(self, runs: Iterable[WeatherRun]) -> MergeCounts:
        """What merging runs would change; nothing is written.

        Raises:
            Unavailable: The table does not answer, or goes on refusing for load.
            IntegrityError: A stored run cannot be read.
        """
        return self._each(runs, lambda run: _counts(merge_run(self._stored(run)[0], run.editions)))

    def runs(self, place: ForecastPlace, first: dt.datetime, last: dt.datetime) -> Sequence[WeatherRun]:
        """The runs for a place that were issued from `first` to `last`, both included, ordered by issue time.

        Raises:
            Unavailable: The table does not answer.
            IntegrityError: A stored run cannot be read.
        """
        if first > last:
            return ()
        items = self._query(weather_partition(place), issue_sort_key(first), issue_sort_key(last))
        return [WeatherRun(place, dt.datetime.fromisoformat(item[SORT_KEY]["S"]), _editions(item)) for item in items]

    def has_runs(self, place: ForecastPlace) -> bool:
        """Whether there is any run for a place, issued whenever.

        Raises:
            Unavailable: The table does not answer.
        """
        with unavailable_when_down("DynamoDB"):
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="#pk = :place",
                ProjectionExpression="#pk",
                ExpressionAttributeNames={"#pk": PARTITION_KEY},
                ExpressionAttributeValues={":place": {"S": weather_partition(place)}},
                ScanIndexForward=False,
                Limit=1,
            )
        return bool(answer["Items"])

    def points_in(self, cells: CellRange) -> Sequence[Point]:
        """The grid points in these cells that have runs.

        Raises:
            Unavailable: The table does not answer.
        """
        low, high = geohash_text(cells.first), geohash_text(cells.last) + _AFTER_ALL
        return [
            Point(float(item["latitude"]["N"]), float(item["longitude"]["N"]))
            for item in self._query(POINTS_PARTITION, low, high)
        ]

    def _each(self, runs: Iterable[WeatherRun], handle: Callable[[WeatherRun], MergeCounts]) -> MergeCounts:
        counts = MergeCounts()
        waiting = iter(runs)
        with ThreadPoolExecutor(max_workers=CONNECTIONS) as pool:
            while some := list(islice(waiting, _AT_ONCE)):
                counts = sum(pool.map(handle, some), counts)
        return counts

    def _merge(self, run: WeatherRun) -> MergeCounts:
        for attempt in range(ATTEMPTS):
            stored, version = self._stored(run)
            merged = merge_run(stored, run.editions)
            if merged.editions == stored:
                return _counts(merged)
            item = {**_key(run), _EDITIONS: {"B": pack_editions(merged.editions)}}
            if put_over(self._client, self._table, item, version):
                return _counts(merged)
            self._sleep(retry_wait(attempt))
        raise Unavailable(f"others keep writing the run of {run.issue_time} for {run.place.key}, {ATTEMPTS} times")

    def _stored(self, run: WeatherRun) -> tuple[tuple[RunEdition, ...], int]:
        with unavailable_when_down("DynamoDB"):
            item = self._client.get_item(TableName=self._table, Key=_key(run), ConsistentRead=True).get("Item")
        return ((), UNWRITTEN) if item is None else (_editions(item), item_version(item))

    def _list_points(self, points: Iterable[Point]) -> None:
        table = DynamoRawTable(self._client, self._table, self._sleep)
        keys = {(POINTS_PARTITION, point_key(point)): point for point in points}
        known = {(str(item[PARTITION_KEY]["S"]), str(item[SORT_KEY]["S"])) for item in table.read(keys)}
        table.write(_point_item(key, point) for key, point in keys.items() if key not in known)

    def _query(self, partition: str, low: str, high: str) -> Iterator[Mapping[str, Any]]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="#pk = :pk AND #sk BETWEEN :low AND :high",
            ExpressionAttributeNames={"#pk": PARTITION_KEY, "#sk": SORT_KEY},
            ExpressionAttributeValues={":pk": {"S": partition}, ":low": {"S": low}, ":high": {"S": high}},
        )
        with unavailable_when_down("DynamoDB"):
            for page in pages:
                yield from page["Items"]


def _key(run: WeatherRun) -> dict[str, Any]:
    return {PARTITION_KEY: {"S": weather_partition(run.place)}, SORT_KEY: {"S": issue_sort_key(run.issue_time)}}


def _editions(item: Mapping[str, Any]) -> tuple[RunEdition, ...]:
    return unpack_editions(bytes(item[_EDITIONS]["B"]))


def _point_item(key: tuple[str, str], point: Point) -> dict[str, Any]:
    return {
        PARTITION_KEY: {"S": key[0]},
        SORT_KEY: {"S": key[1]},
        "latitude": {"N": repr(point.latitude)},
        "longitude": {"N": repr(point.longitude)},
    }


def _counts(merge: RunMerge) -> MergeCounts:
    return MergeCounts(merge.added, merge.unchanged, merge.revised, merge.superseded)
