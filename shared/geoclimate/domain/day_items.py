"""A day of observations of one series as one small, exact item.

The observations of one station, parameter and UTC day go into columns; a column whose values are all the same is
written once; times and lines are written as steps. As compressed JSON a day of 24 hourly values from one file takes
about a third of a kilobyte, so it is read with one read unit and written with one write unit of DynamoDB. JSON writes a
float with the shortest digits that give it back bit for bit (Python's `repr`), so nothing is lost.
"""

import datetime as dt
import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, Final, TypeVar

from geoclimate.domain.errors import IntegrityError
from geoclimate.domain.observations import Observation

FORMAT: Final = 1
"""Raised when the layout of the columns changes, so that old items stay readable."""

_T = TypeVar("_T")

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND: Final = dt.timedelta(microseconds=1)
_TEXTS: Final = ("delivered_unit", "instrument", "flag", "source", "file_digest")


@dataclass(frozen=True, slots=True)
class DayMerge:
    """A day after more observations came.

    Attributes:
        observations: All of the day, ordered by start, then instrument, then end.
        added: Intervals of an instrument that were not known before.
        unchanged: Known, with the same value, or with a newer one.
        revised: Known with another value, which the new one replaced.
    """

    observations: tuple[Observation, ...]
    added: int
    unchanged: int
    revised: int

    @property
    def changed(self) -> bool:
        """Whether the day differs from what it was."""
        return self.added + self.revised > 0


def merge_day(current: Iterable[Observation], incoming: Iterable[Observation]) -> DayMerge:
    """Merge observations of one series and day into those that are stored.

    An interval of an instrument has one value. Where two differ, the one from the newer upload wins; of two uploads in
    the same second the one with the greater file digest, and within one file the lower line, so that the outcome
    does not depend on which of them came first. The same value again leaves the stored observation as it is, with the
    file that first brought it.
    """
    merged = {_interval(observation): observation for observation in current}
    added = unchanged = revised = 0
    for observation in incoming:
        key = _interval(observation)
        known = merged.get(key)
        if known is None:
            added += 1
        elif known.value == observation.value or _rank(observation) < _rank(known):
            unchanged += 1
            continue
        else:
            revised += 1
        merged[key] = observation
    ordered = sorted(
        merged.values(), key=lambda observation: (observation.start, observation.instrument, observation.end)
    )
    return DayMerge(tuple(ordered), added, unchanged, revised)


def _interval(observation: Observation) -> tuple[str, dt.datetime, dt.datetime]:
    return observation.instrument, observation.start, observation.end


def _rank(observation: Observation) -> tuple[dt.datetime, str, int]:
    return observation.ingested_at, observation.file_digest, -observation.line


def pack_day(observations: Sequence[Observation]) -> bytes:
    """The observations of one station, parameter and day as bytes.

    Args:
        observations: At least one; all of one station and parameter, times in UTC.
    """
    starts = [_microseconds(observation.start) for observation in observations]
    values = [observation.value for observation in observations]
    delivered = [observation.delivered_value for observation in observations]
    columns: dict[str, Any] = {
        "format": FORMAT,
        "start": _steps(starts),
        "length": _once([(observation.end - observation.start) // _MICROSECOND for observation in observations]),
        "value": values,
        "line": _steps([observation.line for observation in observations]),
        "ingested_at": _once([_microseconds(observation.ingested_at) for observation in observations]),
    }
    # Compared as texts, because -0.0 == 0.0.
    if repr(delivered) != repr(values):
        columns["delivered_value"] = delivered
    for name in _TEXTS:
        columns[name] = _once([getattr(observation, name) for observation in observations])
    text = json.dumps(columns, separators=(",", ":"), allow_nan=False, ensure_ascii=False)
    return zlib.compress(text.encode(), level=9)


def unpack_day(station: str, parameter: str, packed: bytes) -> tuple[Observation, ...]:
    """The observations that `pack_day` wrote, in the same order.

    Raises:
        IntegrityError: The bytes are none that this version of the platform can read.
    """
    try:
        columns: dict[str, Any] = json.loads(zlib.decompress(packed))
        if columns["format"] != FORMAT:
            raise IntegrityError(f"a packed day of {station} {parameter} has the unknown format {columns['format']}")
        values: list[float] = columns["value"]
        count = len(values)
        starts = [_EPOCH + step * _MICROSECOND for step in accumulate(columns["start"])]
        lengths = _each(columns["length"], count)
        delivered: list[float] = columns.get("delivered_value", values)
        lines = list(accumulate(columns["line"]))
        uploads = [_EPOCH + stamp * _MICROSECOND for stamp in _each(columns["ingested_at"], count)]
        texts = zip(*(_each(columns[name], count) for name in _TEXTS), strict=True)
        return tuple(
            Observation(
                station=station,
                parameter=parameter,
                start=start,
                end=start + length * _MICROSECOND,
                value=value,
                delivered_value=delivered_value,
                delivered_unit=delivered_unit,
                instrument=instrument,
                flag=flag,
                source=source,
                file_digest=file_digest,
                line=line,
                ingested_at=ingested_at,
            )
            for start, length, value, delivered_value, line, ingested_at, (
                delivered_unit,
                instrument,
                flag,
                source,
                file_digest,
            ) in zip(starts, lengths, values, delivered, lines, uploads, texts, strict=True)
        )
    except (zlib.error, ValueError, KeyError, TypeError) as error:
        raise IntegrityError(f"a packed day of {station} {parameter} cannot be read: {error!r}") from error


def _microseconds(moment: dt.datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _steps(numbers: Sequence[int]) -> list[int]:
    """The first number, then the step to each next one."""
    return [numbers[0], *(after - before for before, after in pairwise(numbers))]


def _once(column: list[_T]) -> list[_T]:
    """The column, or its one value where all are the same."""
    return column[:1] if column.count(column[0]) == len(column) else column


def _each(column: list[_T], count: int) -> list[_T]:
    """The column at full length again."""
    return column * count if len(column) == 1 else column
