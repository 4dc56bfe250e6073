"""An interval of a series has one value in a file, and a series only so many a day: the lowest line decides."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geoclimate.columnar.columns import ObservationColumns, time_at
from geoclimate.columnar.given_intervals import GivenIntervals, Intervals
from geoclimate.columnar.sorted_rows import DAY, Mask, Positions, SortedRows, Times, begins_of, changed
from geoclimate.domain.parameters import PARAMETERS
from geoclimate.domain.quality import Refusal, RowRule
from geoclimate.domain.series_rules import MOST_A_DAY

_NO_LINE = 0


@dataclass(frozen=True, slots=True, eq=False)
class UniqueRows:
    """Rows of which each interval occurs once.

    Attributes:
        rows: What is left.
        refusals: The rows that contradict an earlier line or are too many, ordered by line.
        repeated: How many rows said again what an earlier line said.
    """

    rows: SortedRows
    refusals: list[Refusal]
    repeated: int


@dataclass(frozen=True, slots=True, eq=False)
class _Past:
    """What was given of some rows' intervals and days.

    Attributes:
        line: Line that gave the row's interval, or 0.
        value: Its value.
        day_count: Intervals given of the row's series and UTC day.
    """

    line: npt.NDArray[np.int32]
    value: npt.NDArray[np.float64]
    day_count: Times


def unique_rows(rows: SortedRows, given: GivenIntervals) -> UniqueRows:
    """Leave one row of each interval, and `MOST_A_DAY` of each day.

    A later row of an interval is counted where it has the same value, and refused where it has another one.
    """
    first = rows.interval_begins()
    met = given.days_met(rows) & ~rows.given
    looked_up = met & first
    if not looked_up.any() and first.all() and not _has_full_day(rows):
        return UniqueRows(rows, [], 0)
    past = _look_up(rows, looked_up, given)
    interval = np.cumsum(first) - 1
    deciding = begins_of(first)
    known = past.line[deciding] != _NO_LINE
    line = np.where(known, past.line[deciding], rows.columns.line[deciding])[interval]
    value = np.where(known, past.value[deciding], rows.columns.value[deciding])[interval]
    new = first & ~rows.given
    new[deciding[known]] = False
    surplus = np.zeros(len(deciding), np.bool_)
    surplus[interval[_surplus(rows, new, past.day_count)]] = True
    too_many = surplus[interval] & ~rows.given
    later = ~new & ~rows.given & ~too_many
    again = later & (rows.columns.value == value)
    other = later & ~again
    refusals = [_too_many(rows.columns, row) for row in np.flatnonzero(too_many).tolist()]
    refusals += [
        _contradiction(rows.columns, row, int(line[row]), float(value[row])) for row in np.flatnonzero(other).tolist()
    ]
    refusals.sort(key=lambda refusal: refusal.line)
    return UniqueRows(rows.take(~(later | too_many)), refusals, int(np.count_nonzero(again)))


def _look_up(rows: SortedRows, chosen: Mask, given: GivenIntervals) -> _Past:
    size = len(rows)
    past = _Past(np.full(size, _NO_LINE, np.int32), np.zeros(size), np.zeros(size, np.int64))
    positions = begins_of(chosen)
    if not len(positions):
        return past
    asked = rows.take(chosen)
    for earlier in given.near(asked):
        found, by = _same_intervals(earlier, asked)
        past.line[positions[found]] = earlier.line[by]
        past.value[positions[found]] = earlier.value[by]
        past.day_count[positions] += _counts_by_day(earlier, asked)
    return past


def _same_intervals(earlier: Intervals, asked: SortedRows) -> tuple[Positions, Positions]:
    """Positions of the asked rows whose interval is among the earlier ones, and of the latter."""
    series = np.concatenate([earlier.series, asked.series])
    start = np.concatenate([earlier.start, asked.columns.start])
    end = np.concatenate([earlier.end, asked.columns.end])
    order = np.lexsort((end, start, series))
    same = ~(changed(series[order]) | changed(start[order]) | changed(end[order]))
    pairs = begins_of(same)
    return order[pairs] - len(earlier), order[pairs - 1]


def _counts_by_day(earlier: Intervals, asked: SortedRows) -> Times:
    """For each asked row, how many of the earlier intervals are of its series and day."""
    series = np.concatenate([earlier.series, asked.series])
    day = np.concatenate([earlier.start, asked.columns.start]) // DAY
    order = np.lexsort((day, series))
    group = np.cumsum(changed(series[order]) | changed(day[order])) - 1
    counts = np.bincount(group[order < len(earlier)], minlength=len(asked) + len(earlier))
    found = np.empty(len(order), np.int64)
    found[order] = counts[group]
    return found[len(earlier) :]


def _has_full_day(rows: SortedRows) -> bool:
    """Whether a series may have more than `MOST_A_DAY` rows on a day."""
    start, series = rows.columns.start, rows.series
    apart = start[MOST_A_DAY:] - start[:-MOST_A_DAY]
    return bool(np.any((apart < DAY) & (series[MOST_A_DAY:] == series[:-MOST_A_DAY])))


def _surplus(rows: SortedRows, new: Mask, day_count: Times) -> Positions:
    """Positions of the new rows that come too late in their day: those of its highest lines."""
    positions = begins_of(new)
    series, day = rows.series[positions], rows.columns.start[positions] // DAY
    begins = begins_of(changed(series) | changed(day))
    counts = np.diff(begins, append=len(positions))
    # Some rows of a day may not have been looked up, none where nothing was given of it.
    before = np.maximum.reduceat(day_count[positions], begins) if len(positions) else counts
    surplus: list[Positions] = [np.empty(0, np.intp)]
    for number in np.flatnonzero(counts + before > MOST_A_DAY).tolist():
        of_day = positions[begins[number] : begins[number] + counts[number]]
        by_line = of_day[np.argsort(rows.columns.line[of_day], kind="stable")]
        surplus.append(by_line[max(0, MOST_A_DAY - int(before[number])) :])
    return np.concatenate(surplus)


def _too_many(columns: ObservationColumns, row: int) -> Refusal:
    instrument = columns.vocabulary.monitors[columns.monitor[row]].instrument
    message = f"instrument {instrument} has more than {MOST_A_DAY} values on this day: deliver hourly values"
    return _refusal(columns, row, _iso(columns.end[row]), RowRule.TOO_MANY, message)


def _contradiction(columns: ObservationColumns, row: int, line: int, value: float) -> Refusal:
    parameter = PARAMETERS[columns.vocabulary.monitors[columns.monitor[row]].parameter]
    message = (
        f"line {line} gives another value of {parameter.name} ({value:g} {parameter.unit}) for the same instrument and"
        " interval, and was taken: deliver one of them"
    )
    return _refusal(columns, row, _number(columns.delivered[row]), RowRule.DUPLICATE, message)


def _refusal(columns: ObservationColumns, row: int, value: str, rule: RowRule, message: str) -> Refusal:
    monitor = columns.vocabulary.monitors[columns.monitor[row]]
    # The line itself is no longer at hand; this is all that was read of it.
    read = (
        monitor.station,
        monitor.parameter,
        monitor.instrument,
        _iso(columns.start[row]),
        _iso(columns.end[row]),
        _number(columns.delivered[row]),
        monitor.delivered_unit,
    )
    return Refusal(int(columns.line[row]), None, value, rule, message, ",".join(read))


def _iso(time: np.int64) -> str:
    return time_at(int(time)).isoformat()


def _number(value: np.float64) -> str:
    return repr(float(value)).removesuffix(".0")
