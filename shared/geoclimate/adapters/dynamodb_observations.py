"""The hot store of observations in DynamoDB: one packed item a station, parameter and UTC day.

A day is one conditional write: it goes through only where nobody wrote the day since it was read, and is merged again
where somebody did, so two files with hours of the same day lose nothing. What is served lies in one attribute of the
item and what was served before in another, so that ordinary readers are handed the first alone.
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
from geoclimate.adapters.dynamodb_transactions import item_key, read_items
from geoclimate.adapters.dynamodb_versions import ATTEMPTS, UNWRITTEN, item_version, put_over, retry_wait
from geoclimate.contracts.tables import PARTITION_KEY, SORT_KEY, day_sort_key, series_partition
from geoclimate.domain.bounded_days import PackedDay, pack_within_bounds, unpack_bounded
from geoclimate.domain.day_items import unpack_day
from geoclimate.domain.errors import RefusedValue, Unavailable
from geoclimate.domain.observations import Observation, SeriesWindow
from geoclimate.domain.quality import Refusal
from geoclimate.domain.revisions import DayMerge, DayRevisions, day_as_of, merge_day
from geoclimate.services.merge_outcome import Comparison, DifferingObservation, MergeCounts

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

CONNECTIONS: Final = 16
"""Requests in flight at once; the client's connection pool should be as large."""
_READ_BATCH: Final = 100
"""What one BatchGetItem takes."""
_PACKED: Final = "packed"
_SUPERSEDED: Final = "superseded"
_COMPLETE_SINCE: Final = "complete_since"
_THINNED_UNTIL: Final = "thinned_until"
_REVISIONS: Final = (_PACKED, _SUPERSEDED, _COMPLETE_SINCE, _THINNED_UNTIL)

Series = tuple[str, str]
"""Station id and parameter code."""
Day = tuple[str, str, dt.date]
"""Station id, parameter code and UTC day."""


@dataclass(frozen=True, slots=True)
class _StoredDay:
    version: int
    revisions: DayRevisions


_NOTHING: Final = _StoredDay(UNWRITTEN, DayRevisions())


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
        days = _by_day(observations)
        with ThreadPoolExecutor(max_workers=CONNECTIONS) as pool:
            stored = self._read_all(days, pool)
            counts = pool.map(lambda day: self._merge_day(day, stored.get(day, _NOTHING), days[day]), days)
            return sum(counts, MergeCounts())

    def compare(self, observations: Iterable[Observation], most: int) -> Comparison:
        """What merging observations would change; nothing is written.

        Args:
            observations: As for `merge`.
            most: Differences to give.

        Raises:
            Unavailable: The table does not answer, or goes on refusing for load.
            IntegrityError: A stored day cannot be read.
        """
        days = _by_day(observations)
        with ThreadPoolExecutor(max_workers=CONNECTIONS) as pool:
            stored = self._read_all(days, pool)
        counts = MergeCounts()
        differences: list[DifferingObservation] = []
        for day in sorted(days):
            merge = merge_day(stored.get(day, _NOTHING).revisions, days[day])
            try:
                pack_within_bounds(merge.day)
            except RefusedValue as reason:
                counts += _refused(days[day], reason)
                continue
            counts += _counts(merge)
            if len(differences) < most:
                differences += _differences(merge)
        return Comparison(counts, tuple(differences[:most]))

    def read(
        self, station: str, parameter: str, start: dt.datetime, end: dt.datetime, as_of: dt.datetime | None = None
    ) -> Sequence[Observation]:
        """Observations whose interval starts in `[start, end)`, ordered by start, then instrument.

        Args:
            station: Station id.
            parameter: Parameter code.
            start: Beginning of the window.
            end: End of the window, not included.
            as_of: Only uploads up to this instant count; without it all do.

        Raises:
            InvalidQuery: `as_of`: what was served of a day then is not kept any more.
            Unavailable: The table does not answer.
            IntegrityError: A stored day cannot be read.
        """
        if start >= end:
            return ()
        found: list[Observation] = []
        first, last = _first_and_last_day(start, end)
        if as_of is None:
            for item in self._query(station, parameter, first, last, (_PACKED,)):
                found.extend(unpack_day(station, parameter, bytes(item[_PACKED]["B"])))
        else:
            for item in self._query(station, parameter, first, last, _REVISIONS):
                found.extend(day_as_of(_revisions(station, parameter, item), as_of))
        return [observation for observation in found if start <= observation.start < end]

    def read_together(self, windows: Sequence[SeriesWindow]) -> Sequence[Sequence[Observation]]:
        """Observations of several series at once: for each window what `read` gives; one request for 100 days.

        Raises:
            Unavailable: The table does not answer, or goes on refusing for load.
            IntegrityError: A stored day cannot be read.
        """
        days = [[(window.station, window.parameter, day) for day in _days(window)] for window in windows]
        by_key = {_names(day): day for each in days for day in each}
        found: dict[Day, Sequence[Observation]] = {}
        items = read_items(self._client, self._table, by_key, self._sleep, consistent=False, attributes=(_PACKED,))
        for item in items:
            day = by_key[item[PARTITION_KEY]["S"], item[SORT_KEY]["S"]]
            found[day] = unpack_day(day[0], day[1], bytes(item[_PACKED]["B"]))
        return [
            [one for day in each for one in found.get(day, ()) if window.start <= one.start < window.end]
            for window, each in zip(windows, days, strict=True)
        ]

    def _query(
        self, station: str, parameter: str, first: dt.date, last: dt.date, attributes: Sequence[str]
    ) -> Iterator[Mapping[str, Any]]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="#pk = :series AND #sk BETWEEN :first AND :last",
            ExpressionAttributeNames={
                "#pk": PARTITION_KEY,
                "#sk": SORT_KEY,
                **{f"#{attribute}": attribute for attribute in attributes},
            },
            ExpressionAttributeValues={
                ":series": {"S": series_partition(station, parameter)},
                ":first": {"S": day_sort_key(first)},
                ":last": {"S": day_sort_key(last)},
            },
            ProjectionExpression=", ".join(f"#{attribute}" for attribute in attributes),
        )
        with unavailable_when_down("DynamoDB"):
            for page in pages:
                yield from page["Items"]

    def _merge_day(self, day: Day, stored: _StoredDay, incoming: Sequence[Observation]) -> MergeCounts:
        for attempt in range(ATTEMPTS):
            merge = merge_day(stored.revisions, incoming)
            try:
                if not merge.changed or self._write(day, merge, stored.version):
                    return _counts(merge)
            except RefusedValue as reason:
                return _refused(incoming, reason)
            self._sleep(retry_wait(attempt))
            stored = self._read_days([day]).get(day, _NOTHING)
        raise Unavailable(f"others keep writing {day[0]} {day[1]} of {day[2]}, {ATTEMPTS} times in a row")

    def _write(self, day: Day, merge: DayMerge, version: int) -> bool:
        item = {**item_key(*_names(day)), **_attributes(pack_within_bounds(merge.day))}
        return put_over(self._client, self._table, item, version)

    def _read_all(self, days: Iterable[Day], pool: ThreadPoolExecutor) -> dict[Day, _StoredDay]:
        stored: dict[Day, _StoredDay] = {}
        for chunk in pool.map(self._read_days, _chunks(days)):
            stored.update(chunk)
        return stored

    def _read_days(self, days: Sequence[Day]) -> dict[Day, _StoredDay]:
        """Those of the days that are stored, read consistently; 100 days at most."""
        by_key = {_names(day): day for day in days}
        found: dict[Day, _StoredDay] = {}
        for item in read_items(self._client, self._table, by_key, self._sleep):
            day = by_key[item[PARTITION_KEY]["S"], item[SORT_KEY]["S"]]
            found[day] = _StoredDay(item_version(item), _revisions(day[0], day[1], item))
        return found


def _by_day(observations: Iterable[Observation]) -> Mapping[Day, list[Observation]]:
    days: defaultdict[Day, list[Observation]] = defaultdict(list)
    for observation in observations:
        days[observation.station, observation.parameter, observation.start.date()].append(observation)
    return days


def _counts(merge: DayMerge) -> MergeCounts:
    return MergeCounts(merge.added, merge.unchanged, len(merge.revised), len(merge.superseded))


def _refused(observations: Sequence[Observation], reason: RefusedValue) -> MergeCounts:
    """All of a day's new observations: which of them would still fit is nothing that a provider could know."""
    refusals = (
        Refusal(one.line, reason.column, repr(one.delivered_value), reason.rule, str(reason)) for one in observations
    )
    return MergeCounts(refused=tuple(refusals))


def _differences(merge: DayMerge) -> list[DifferingObservation]:
    found = [
        DifferingObservation(served, incoming, would_replace)
        for disagreements, would_replace in ((merge.revised, True), (merge.superseded, False))
        for served, incoming in disagreements
    ]
    return sorted(found, key=lambda one: (one.incoming.start, one.incoming.instrument, one.incoming.end))


def _attributes(packed: PackedDay) -> dict[str, Any]:
    attributes: dict[str, Any] = {_PACKED: {"B": packed.current}}
    if packed.superseded:
        attributes[_SUPERSEDED] = {"B": packed.superseded}
    if packed.complete_since is not None:
        attributes[_COMPLETE_SINCE] = {"S": packed.complete_since.isoformat()}
    if packed.thinned_until is not None:
        attributes[_THINNED_UNTIL] = {"S": packed.thinned_until.isoformat()}
    return attributes


def _revisions(station: str, parameter: str, item: Mapping[str, Any]) -> DayRevisions:
    packed = PackedDay(
        bytes(item[_PACKED]["B"]),
        bytes(item[_SUPERSEDED]["B"]) if _SUPERSEDED in item else b"",
        _instant(item.get(_COMPLETE_SINCE)),
        _instant(item.get(_THINNED_UNTIL)),
    )
    return unpack_bounded(station, parameter, packed)


def _instant(attribute: Mapping[str, str] | None) -> dt.datetime | None:
    return None if attribute is None else dt.datetime.fromisoformat(attribute["S"])


def _names(day: Day) -> tuple[str, str]:
    station, parameter, date = day
    return series_partition(station, parameter), day_sort_key(date)


def _first_and_last_day(start: dt.datetime, end: dt.datetime) -> tuple[dt.date, dt.date]:
    return start.astimezone(dt.UTC).date(), (end - dt.timedelta(microseconds=1)).astimezone(dt.UTC).date()


def _days(window: SeriesWindow) -> Sequence[dt.date]:
    first, last = _first_and_last_day(window.start, window.end)
    return [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]


def _chunks(days: Iterable[Day]) -> Iterator[list[Day]]:
    rest = iter(days)
    while chunk := list(islice(rest, _READ_BATCH)):
        yield chunk
