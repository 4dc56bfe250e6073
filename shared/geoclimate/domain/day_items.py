"""A day of observations of one series as one small, exact item.

The observations of one station, parameter and UTC day go into columns; a column whose values are all the same is
written once; times and lines are written as steps. As compressed JSON a day of 24 hourly values from one file takes
about a third of a kilobyte, so it is read with one read unit and written with one write unit of DynamoDB. JSON writes a
float with the shortest digits that give it back bit for bit (Python's `repr`), so nothing is lost.

An item has the day's current observations in one such piece and its superseded ones in another, so that most readers
need only the first. A day with much revised values is kept within bounds: see `bounded_days`.
"""

import datetime as dt
import json
import zlib
from collections.abc import Sequence
from itertools import accumulate, pairwise
from operator import attrgetter
from typing import Any, Final, TypeVar

from geoclimate.domain.errors import IntegrityError
from geoclimate.domain.observations import Observation

FORMAT: Final = 1
"""Raised when the layout of the columns changes, so that old items stay readable."""

_T = TypeVar("_T")

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND: Final = dt.timedelta(microseconds=1)
_TEXTS: Final = ("delivered_unit", "instrument", "flag", "source", "file_digest")
_ONCE: Final = (*_TEXTS, "revision")
_SMALL_TEXT: Final = 4096
_SMALL_WINDOW: Final = 12
"""As large as a small text: making room for the usual window, 32 KB, takes longer than packing a day of hours."""


def pack_day(observations: Sequence[Observation]) -> bytes:
    """The observations of one station, parameter and day as bytes.

    Args:
        observations: At least one; all of one station and parameter, times in UTC.
    """
    values = [observation.value for observation in observations]
    delivered = [observation.delivered_value for observation in observations]
    uploads = _once([observation.ingested_at for observation in observations])
    columns: dict[str, Any] = {
        "format": FORMAT,
        "start": _steps([(observation.start - _EPOCH) // _MICROSECOND for observation in observations]),
        "length": _once([(observation.end - observation.start) // _MICROSECOND for observation in observations]),
        "value": values,
        "line": _steps([observation.line for observation in observations]),
        "ingested_at": [(upload - _EPOCH) // _MICROSECOND for upload in uploads],
    }
    # Compared as texts, because -0.0 == 0.0.
    if delivered != values or repr(delivered) != repr(values):
        columns["delivered_value"] = delivered
    for name in _TEXTS:
        columns[name] = _once(list(map(attrgetter(name), observations)))
    revisions = _once([observation.revision for observation in observations])
    if revisions != [1]:
        columns["revision"] = revisions
    text = json.dumps(columns, separators=(",", ":"), allow_nan=False, ensure_ascii=False).encode()
    packer = zlib.compressobj(9, wbits=_SMALL_WINDOW if len(text) <= _SMALL_TEXT else zlib.MAX_WBITS)
    return packer.compress(text) + packer.flush()


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
        # What an older version of the platform wrote has no revisions: it kept the newest only.
        columns.setdefault("revision", [1])
        constants = zip(*(_each(columns[name], count) for name in _ONCE), strict=True)
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
                revision=revision,
            )
            for start, length, value, delivered_value, line, ingested_at, (
                delivered_unit,
                instrument,
                flag,
                source,
                file_digest,
                revision,
            ) in zip(starts, lengths, values, delivered, lines, uploads, constants, strict=True)
        )
    except (zlib.error, ValueError, KeyError, TypeError) as error:
        raise IntegrityError(f"a packed day of {station} {parameter} cannot be read: {error!r}") from error


def _steps(numbers: Sequence[int]) -> list[int]:
    """The first number, then the step to each next one."""
    return [numbers[0], *(after - before for before, after in pairwise(numbers))]


def _once(column: list[_T]) -> list[_T]:
    """The column, or its one value where all are the same."""
    return column[:1] if column.count(column[0]) == len(column) else column


def _each(column: list[_T], count: int) -> list[_T]:
    """The column at full length again."""
    return column * count if len(column) == 1 else column
