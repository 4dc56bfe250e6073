"""What was measured over an hour, a day or a month: a mean over time, with how much of the time it covers.

At every moment the station's value is the mean of what its instruments show then; the mean of a step is that of the
station's value over the time that was measured, so an observation of an hour weighs four times as much as one of a
quarter of an hour, and one that lies in two steps counts in each by its part. So the means of the hours, weighted by
their coverage, give the mean of the day, and those of the days that of the month, whatever is missing.

Of directions it is the mean of their unit vectors over time; none of them is the least.
"""

import datetime as dt
import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from types import MappingProxyType
from typing import Final, NamedTuple

from geoclimate.domain.calendar_steps import Interval, Step
from geoclimate.domain.directions import direction_of, is_direction
from geoclimate.domain.null_reasons import LATE_FOR, NullReason
from geoclimate.domain.observations import Observation
from geoclimate.domain.stations import Series

QUANTILE_LEVELS: Final = (0.1, 0.25, 0.5, 0.75, 0.9)
_LONGEST_DAY: Final = dt.timedelta(hours=26)
"""Of local days: 25 hours where the clocks go back, and 26 in the zone `Antarctica/Troll`, where they do so by two."""
LONGEST_COUNTED: Final = MappingProxyType(
    {"hourly": dt.timedelta(hours=1), "daily": _LONGEST_DAY, "monthly": _LONGEST_DAY}
)
"""A longer observation says nothing of one step: a day's mean is no hour's value."""

_MICROSECOND: Final = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class IntervalMean:
    """What was measured over one step.

    Attributes:
        start: Beginning of the step, UTC.
        end: End of the step, not included, UTC.
        coverage: Share of the step that was measured, 0 to 1.
        count: How many observations the mean is made of.
        mean: Mean over the time that was measured; None where nothing was, as are the three that follow, and where
            directions cancel each other out. The three are None for directions always.
        minimum: Least of the observations.
        maximum: Greatest of the observations.
        quantiles: A value a level of `QUANTILE_LEVELS`: the least that the station's value did not exceed in that share
            of the time that was measured.
        null_reason: Why there is no mean.
    """

    start: dt.datetime
    end: dt.datetime
    coverage: float
    count: int
    mean: float | None
    minimum: float | None
    maximum: float | None
    quantiles: tuple[float, ...] | None
    null_reason: NullReason | None


class _Piece(NamedTuple):
    """A value and when it was measured, in microseconds from the beginning of the step."""

    start: int
    end: int
    value: float


def interval_means(
    observations: Sequence[Observation],
    steps: Sequence[Interval],
    step: Step,
    flags: Collection[str],
    series: Series,
    now: dt.datetime,
) -> list[IntervalMean]:
    """The mean of every step, None with a reason where there is none.

    Args:
        observations: Those of one series that end after the first step begins and start before the last one ends; of
            any flag.
        steps: In order, not overlapping.
        step: What they are.
        flags: Flags of the observations that count.
        series: What is known of the series.
        now: When this is asked: a step that begins later is no hole.
    """
    longest = LONGEST_COUNTED[step]
    mean = _mean_direction if is_direction(series.parameter) else _mean
    starts = [one.start for one in steps]
    counted: list[list[_Piece]] = [[] for _ in steps]
    rejected = [False] * len(steps)
    too_long = [False] * len(steps)
    for one in observations:
        for place in range(max(bisect_right(starts, one.start) - 1, 0), len(steps)):
            start, end = steps[place]
            if start >= one.end:
                break
            if one.start >= end:
                continue
            if one.end - one.start > longest:
                too_long[place] = True
            elif one.flag not in flags:
                rejected[place] = True
            else:
                counted[place].append(_piece(one, start, end))
    return [
        mean(interval, pieces)
        if pieces
        else _nothing(interval, _why(interval, series, now, rejected=rejected[place], too_long=too_long[place]))
        for place, (interval, pieces) in enumerate(zip(steps, counted, strict=True))
    ]


def _piece(observation: Observation, start: dt.datetime, end: dt.datetime) -> _Piece:
    return _Piece(
        (max(observation.start, start) - start) // _MICROSECOND,
        (min(observation.end, end) - start) // _MICROSECOND,
        observation.value,
    )


def _mean(interval: Interval, pieces: list[_Piece]) -> IntervalMean:
    values = [piece.value for piece in pieces]
    low, high = min(values), max(values)
    stretches = _stretches(sorted(pieces))
    covered = sum(length for length, _ in stretches)
    mean = math.fsum(length * value for length, value in stretches) / covered
    return IntervalMean(
        start=interval.start,
        end=interval.end,
        coverage=covered / ((interval.end - interval.start) // _MICROSECOND),
        count=len(pieces),
        # Rounding may bring a mean out of the range by its last bit.
        mean=min(max(mean, low), high),
        minimum=low,
        maximum=high,
        quantiles=tuple(min(max(value, low), high) for value in _quantiles(stretches, covered)),
        null_reason=None,
    )


def _mean_direction(interval: Interval, pieces: list[_Piece]) -> IntervalMean:
    east, north = (
        _stretches(sorted(piece._replace(value=part(math.radians(piece.value))) for piece in pieces))
        for part in (math.sin, math.cos)
    )
    covered = sum(length for length, _ in east)
    direction = direction_of(
        math.fsum(length * value for length, value in east) / covered,
        math.fsum(length * value for length, value in north) / covered,
    )
    if len({piece.value for piece in pieces}) == 1:
        direction = pieces[0].value
    return IntervalMean(
        start=interval.start,
        end=interval.end,
        coverage=covered / ((interval.end - interval.start) // _MICROSECOND),
        count=len(pieces),
        mean=direction,
        minimum=None,
        maximum=None,
        quantiles=None,
        null_reason=NullReason.NOT_MEASURED if direction is None else None,
    )


def _stretches(pieces: Sequence[_Piece]) -> list[tuple[int, float]]:
    """Length and value of the stretches in which the station's value stays the same; pieces are in order."""
    if all(before.end <= after.start for before, after in pairwise(pieces)):
        return [(end - start, value) for start, end, value in pieces]
    changes = sorted(
        [(start, True, value) for start, _, value in pieces] + [(end, False, value) for _, end, value in pieces]
    )
    shown: Counter[float] = Counter()
    stretches: list[tuple[int, float]] = []
    before = 0
    for place, begins, value in changes:
        if place > before and (instruments := shown.total()):
            total = math.fsum(one * count for one, count in shown.items())
            stretches.append((place - before, total / instruments))
        before = place
        shown[value] += 1 if begins else -1
        if not shown[value]:
            del shown[value]
    return stretches


def _quantiles(stretches: Sequence[tuple[int, float]], covered: int) -> tuple[float, ...]:
    ordered = sorted((value, length) for length, value in stretches)
    reached = list(accumulate(length for _, length in ordered))
    # The last place of all for a level that rounding has brought beyond it.
    places = (_first_reaching(reached, level * covered) for level in QUANTILE_LEVELS)
    return tuple(ordered[min(place, len(ordered) - 1)][0] for place in places)


def _first_reaching(reached: Sequence[int], wanted: float) -> int:
    place = bisect_right(reached, wanted)
    return place - 1 if place and reached[place - 1] == wanted else place


def _nothing(interval: Interval, reason: NullReason) -> IntervalMean:
    return IntervalMean(interval.start, interval.end, 0.0, 0, None, None, None, None, reason)


def _why(interval: Interval, series: Series, now: dt.datetime, *, rejected: bool, too_long: bool) -> NullReason:
    if rejected:
        return NullReason.QC_REJECTED
    if too_long:
        return NullReason.NOT_MEASURED
    has_ended = interval.start >= series.last and now - series.last > LATE_FOR
    if interval.end <= series.first or interval.start >= now or has_ended:
        return NullReason.OUTSIDE_PERIOD
    return NullReason.UPSTREAM_LATE
