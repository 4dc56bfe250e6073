"""Which intervals a file has already given, in little memory."""

import datetime as dt
from array import array
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from geoclimate.domain.errors import RefusedValue
from geoclimate.domain.quality import RowRule

MOST_A_DAY: Final = 1440
"""Values of one instrument on one UTC day: one a minute. Keeps a packed day far below DynamoDB's 400 KB an item."""


@dataclass(frozen=True, slots=True)
class _Day:
    """One instrument's rows of one UTC day, in three arrays of equal length: about 24 bytes a row."""

    ends: "array[float]" = field(default_factory=lambda: array("d"))
    values: "array[float]" = field(default_factory=lambda: array("d"))
    lines: "array[int]" = field(default_factory=lambda: array("L"))


@dataclass(frozen=True, slots=True)
class Earlier:
    """The row that gave an interval first.

    Attributes:
        value: Its value, canonical unit.
        line: Its 1-based line.
    """

    value: float
    line: int


class SeenIntervals:
    """The intervals of one file, by parameter, station and instrument."""

    def __init__(self) -> None:
        self._days: defaultdict[tuple[str, str, str, int], _Day] = defaultdict(_Day)

    def earlier(
        self, station: str, parameter: str, instrument: str, end: dt.datetime, value: float, line: int
    ) -> Earlier | None:
        """The row that gave this interval before, or None; then this row is remembered.

        Raises:
            RefusedValue: `too-many-a-day`: the instrument has `MOST_A_DAY` values on this day already.
        """
        seconds = end.timestamp()
        day = self._days[station, parameter, instrument, int(seconds // 86_400)]
        if seconds in day.ends:
            place = day.ends.index(seconds)
            return Earlier(day.values[place], day.lines[place])
        if len(day.ends) >= MOST_A_DAY:
            message = f"instrument {instrument} has more than {MOST_A_DAY} values on this day: deliver hourly values"
            raise RefusedValue(RowRule.TOO_MANY, None, end.isoformat(), message)
        day.ends.append(seconds)
        day.values.append(value)
        day.lines.append(line)
        return None
