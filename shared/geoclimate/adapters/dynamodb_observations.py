"""The hot store of observations in DynamoDB: one packed item a station, parameter and UTC day.

A day is one conditional write: it goes through only where nobody wrote the day since it was read, and is merged again
where somebody did, so two files with hours of the same day lose nothing.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from geoclimate.adapters.aws_errors import unavailable_when_down
from geoclimate.adapters.dynamodb_versions import ATTEMPTS, UNWRITTEN, item_version, put_over, retry_wait
from geoclimate.contracts.tables import PARTITION_KEY, SORT_KEY, day_sort_key, series_partition
from geoclimate.domain.day_items import DayMerge, merge_day, pack_day, unpack_day
from geoclimate.domain.errors import Unavailable
from geoclimate.domain.observations import Observation
from geoclimate.services.ports import MergeCounts

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

CONNECTIONS: Final = 16
"""Requests in flight at once; the client's connection pool should be as large."""
_READ_BATCH: Final = 100
"""What one BatchGetItem takes."""
_PACKED: Final = "packed"

Series = tuple[str, str]
"""Station id and parameter code."""
Day = tuple[str, str, dt.date]
"""Station id, parameter code and UTC day."""


@dataclass(frozen=True, slots=True)
class _StoredDay:
    version: int
    observations: tuple[Observation, ...]


_NOTHING: Final = _StoredDay(UNWRITTEN, ())


class DynamoObservationStore:
    """The observations table; implements `ObservationStore`."""

    def __init__(self, client: DynamoDBClient, table: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._table = table
        self._sleep = sleep

    def merge(self, observations: Iterable[Observation]) -> MergeCounts:
        """Store observations; merging the same ones again changes nothing and writes nothing.

        Raises:
            Unavailable: The table does not answer, goes on refusing for load, or others change a day faster than it can
                be merged. Days that were written stay; a repeat completes the work.
        """
        days: defaultdict[Day, list[Observation]] = defaultdict(list)
        for observation in observations:
            days[observation.station, observation.parameter, observation.start.date()].append(observation)
        with ThreadPoolExecutor(max_workers=CONNECTIONS) as pool:
            stored: dict[Day, _StoredDay] = {}
            for chunk in pool.map(self._read_days, _chunks(days)):
                stored.update(chunk)
            merges = list(pool.map(lambda day: self._merge_day(day, stored.get(day, _NOTHING), days[day]), days))
        return MergeCounts(
            sum(merge.added for merge in merges),
            sum(merge.unchanged for merge in merges),
            sum(merge.revised for merge in merges),
        )

    def read(self, station: str, parameter: str, start: dt.datetime, end: dt.datetime) -> Sequence[Observation]:
        """Observations whose interval starts in `[start, end)`, ordered by start, then instrument.

        Raises:
            Unavailable: The table does not answer.
            IntegrityError: A stored day cannot be read.
        """
        if start >= end:
            return ()
        found: list[Observation] = []
        first = start.astimezone(dt.UTC).date()
        last = (end - dt.timedelta(microseconds=1)).astimezone(dt.UTC).date()
        for item in self._query(station, parameter, first, last):
            found.extend(unpack_day(station, parameter, bytes(item[_PACKED]["B"])))
        return [observation for observation in found if start <= observation.start < end]

    def _query(self, station: str, parameter: str, first: dt.date, last: dt.date) -> Iterator[Mapping[str, Any]]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="#pk = :series AND #sk BETWEEN :first AND :last",
            ExpressionAttributeNames={"#pk": PARTITION_KEY, "#sk": SORT_KEY, "#packed": _PACKED},
            ExpressionAttributeValues={
                ":series": {"S": series_partition(station, parameter)},
                ":first": {"S": day_sort_key(first)},
                ":last": {"S": day_sort_key(last)},
            },
            ProjectionExpression="#packed",
        )
        with unavailable_when_down("DynamoDB"):
            for page in pages:
                yield from page["Items"]

    def _merge_day(self, day: Day, stored: _StoredDay, incoming: Sequence[Observation]) -> DayMerge:
        for attempt in range(ATTEMPTS):
            merge = merge_day(stored.observations, incoming)
            if not merge.changed or self._write(day, merge, stored.version):
                return merge
            self._sleep(retry_wait(attempt))
            stored = self._read_days([day]).get(day, _NOTHING)
        raise Unavailable(f"others keep writing {day[0]} {day[1]} of {day[2]}, {ATTEMPTS} times in a row")

    def _write(self, day: Day, merge: DayMerge, version: int) -> bool:
        item = {**_key(day), _PACKED: {"B": pack_day(merge.observations)}}
        return put_over(self._client, self._table, item, version)

    def _read_days(self, days: Sequence[Day]) -> dict[Day, _StoredDay]:
        """Those of the days that are stored, read consistently; 100 days at most."""
        by_key = {(series_partition(day[0], day[1]), day_sort_key(day[2])): day for day in days}
        waiting: Any = {self._table: {"Keys": [_key(day) for day in days], "ConsistentRead": True}}
        found: dict[Day, _StoredDay] = {}
        for attempt in range(ATTEMPTS):
            with unavailable_when_down("DynamoDB"):
                answer = self._client.batch_get_item(RequestItems=waiting)
            for item in answer["Responses"].get(self._table, ()):
                day = by_key[item[PARTITION_KEY]["S"], item[SORT_KEY]["S"]]
                found[day] = _StoredDay(item_version(item), unpack_day(day[0], day[1], bytes(item[_PACKED]["B"])))
            waiting = answer.get("UnprocessedKeys")
            if not waiting:
                return found
            self._sleep(retry_wait(attempt))
        raise Unavailable(f"table {self._table} goes on refusing to be read, {ATTEMPTS} times in a row")


def _key(day: Day) -> dict[str, Any]:
    station, parameter, date = day
    return {PARTITION_KEY: {"S": series_partition(station, parameter)}, SORT_KEY: {"S": day_sort_key(date)}}


def _chunks(days: Iterable[Day]) -> Iterator[list[Day]]:
    rest = iter(days)
    while chunk := list(islice(rest, _READ_BATCH)):
        yield chunk
