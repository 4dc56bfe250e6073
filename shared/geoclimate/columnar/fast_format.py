"""What the fast ways from lines to columns must know of a format."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from geoclimate.columnar.columns import Monitor
from geoclimate.columnar.line_patterns import LineLayout
from geoclimate.domain.quality import Measure


@dataclass(frozen=True, slots=True)
class Meaning:
    """What lines mean that differ in a stamp and a value only.

    Attributes:
        monitor: What was measured, by which instrument.
        measure: The way to the canonical unit.
        flag: What the lines themselves say against their values, or `valid`.
    """

    monitor: Monitor
    measure: Measure
    flag: str


@dataclass(frozen=True, slots=True)
class StampColumn:
    """A column that says when, by itself or together with others.

    Attributes:
        column: It.
        parse: Gives the microseconds that its text adds to the stamp, counted from 1970 UTC; raises `RefusedValue`.
    """

    column: str
    parse: Callable[[str], int]


@dataclass(frozen=True, slots=True)
class FastFormat:
    """A format of which lines are read many at once.

    Attributes:
        layout: What varies from line to line, mostly.
        told_by: The columns that `layout.understand` looks at.
        stamp: The columns that say when.
        midnight: The point in time of 00:00 on a date, given the date's ten characters and the clock of a pattern;
            raises `RefusedValue`.
        start: Beginning of the interval, as counted from the stamp.
        end: End of the interval, likewise.
    """

    layout: LineLayout[Meaning]
    told_by: tuple[str, ...]
    stamp: tuple[StampColumn, ...]
    midnight: Callable[[str, str], dt.datetime]
    start: dt.timedelta
    end: dt.timedelta
