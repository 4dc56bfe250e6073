"""What is kept of one series between two runs, and how further days change it."""

from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from geoclimate.features.drift.cusum import NOTHING, Cusum, after
from geoclimate.features.drift.population import population_stability
from geoclimate.features.drift.profile import BINS, DailyResiduals, Profile, daily, residuals
from geoclimate.features.drift.scales import Values
from geoclimate.features.drift.standstill import NO_RUN, Run, longest_run, run_after, run_threshold, stands_for_nothing

Reason: TypeAlias = Literal["stuck", "level", "neighbours", "spread", "population"]
"""Which statistic says that a series has drifted."""

REMEMBERED_DAYS: Final = 90
"""Days whose residuals are kept: the window of the population stability index, and what neighbours are compared on."""
LEAST_WINDOW_DAYS: Final = 45
"""So many of them have values, or nothing is said of the population."""
LEAST_ACCEPTED_DAYS: Final = 10
"""So many of the newest days have values, or they are not taken for normal."""
LEAST_NEIGHBOURS: Final = 3
"""The median of fewer stations is too much that of one of them."""


@dataclass(frozen=True, slots=True)
class Limit:
    """When a CUSUM says drift; see `docs/drift.md` for what the figures were chosen on.

    Attributes:
        allowance: Deviation a day that does not count.
        threshold: The sum at which the series has drifted.
    """

    allowance: float
    threshold: float


LEVEL: Final = Limit(0.75, 25.0)
"""Of the daily mean residual, in standard deviations of an hour."""
NEIGHBOURS: Final = Limit(0.5, 12.0)
"""Of the daily mean residual less the median of the neighbours'."""
CLOSE_NEIGHBOURS: Final = Limit(0.35, 12.0)
"""The same of what neighbouring stations measure much alike, so that a slow creep shows earlier."""
_ALIKE: Final = frozenset({"pm25", "pm10", "temperature", "dewpoint"})
SPREAD: Final = Limit(0.4, 12.0)
"""Of the logarithm of the mean absolute residual."""
POPULATION_THRESHOLD: Final = 1.0
"""Of the population stability index."""
_POPULATION_MARGIN: Final = 1.5
"""And so many times the largest index in the reference itself: where clean air is reported in coarse steps, as 0, 1 and
2 ppb, the residuals of a season lie in few bins, and those of each season in others."""
_REFERENCE_STEP_DAYS: Final = 7
WHOLE_REFERENCE_DAYS: Final = 700
"""A shorter reference knows one year's season only."""
PATIENCE: Final = 1.5
"""So many times higher are its thresholds, because the next year's season differs from it."""
_CEILING: Final = 1.5
"""A sum stops at this many thresholds: a drift that was mended is over after weeks, not after as long as it lasted."""
_OVER_BELOW: Final = 0.5
"""A drift is over when its statistic is below this part of the threshold."""


@dataclass(frozen=True, slots=True, eq=False)
class SeriesWatch:
    """The state of one series.

    Attributes:
        station: Station id.
        parameter: Parameter code.
        profile: What is normal; None where only a stuck sensor is looked for.
        first_day: First day of the reference, in days since 1970-01-01.
        reference_end: The day after its last.
        longest_run: Most equal hourly values in a row in the reference.
        next_day: The first day that was not looked at.
        usual_population: Largest population stability index of any `REMEMBERED_DAYS` of the reference.
        level: CUSUM of the residuals.
        neighbours: CUSUM of what they differ from the neighbours'.
        spread: CUSUM of their spread.
        run: Equal values up to now.
        means: [REMEMBERED_DAYS] mean residual of the days before `next_day`, NaN where there is none.
        counts: [REMEMBERED_DAYS, BINS] hours by bin of the same days.
        drifting: Day on which it was noticed, by reason.
    """

    station: str
    parameter: str
    profile: Profile | None
    first_day: int
    reference_end: int
    longest_run: int
    next_day: int
    usual_population: float = 0.0
    level: Cusum = NOTHING
    neighbours: Cusum = NOTHING
    spread: Cusum = NOTHING
    run: Run = NO_RUN
    means: Values = field(default_factory=lambda: np.full(REMEMBERED_DAYS, np.nan))
    counts: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros((REMEMBERED_DAYS, BINS), np.int64))
    drifting: dict[Reason, int] = field(default_factory=dict)

    @property
    def patience(self) -> float:
        """By how much the thresholds are raised because the reference is short."""
        return 1.0 if self.reference_end - self.first_day >= WHOLE_REFERENCE_DAYS else PATIENCE

    def mean_of(self, first_day: int, days: int) -> Values:
        """Mean residual of `days` days from a first one on; NaN where it is not known (any more)."""
        places = np.arange(first_day, first_day + days) - (self.next_day - REMEMBERED_DAYS)
        known = (places >= 0) & (places < REMEMBERED_DAYS)
        return np.where(known, self.means[np.clip(places, 0, REMEMBERED_DAYS - 1)], np.nan)


@dataclass(frozen=True, slots=True)
class Statistic:
    """One statistic of a series and how it is judged.

    Attributes:
        reason: Which one.
        value: What it is.
        threshold: At which the series has drifted.
        since: When what it says began, in days since 1970-01-01.
        direction: `up`, `down`, or empty where it has none.
    """

    reason: Reason
    value: float
    threshold: float
    since: int
    direction: str = ""


def begin_watch(station: str, parameter: str, profile: Profile | None, first_day: int, values: Values) -> SeriesWatch:
    """The state of a series after its reference.

    Args:
        station: Station id.
        parameter: Parameter code.
        profile: What was fitted to these days, or None.
        first_day: Day of the first row, in days since 1970-01-01.
        values: [days, 24] in the canonical unit, NaN where missing.
    """
    fresh = SeriesWatch(
        station=station,
        parameter=parameter,
        profile=profile,
        first_day=first_day,
        reference_end=first_day + len(values),
        longest_run=longest_run(values),
        next_day=first_day + len(values),
        run=run_after(NO_RUN, first_day, values),
    )
    if profile is None:
        return fresh
    found = daily(profile, first_day, values)
    return _remember(replace(fresh, usual_population=_largest_population(found.counts)), found)


def look_at_days(watch: SeriesWatch, values: Values, shown: Values) -> SeriesWatch:
    """The state after further days, all but what is compared with neighbours.

    Args:
        watch: The state before them.
        values: [days, 24] from `watch.next_day` on, canonical unit, NaN where missing.
        shown: The same with the values that were flagged because they stand still.
    """
    run = run_after(watch.run, watch.next_day, shown)
    if watch.profile is None:
        return replace(watch, run=run, next_day=watch.next_day + len(values))
    found = daily(watch.profile, watch.next_day, values)
    level, spread = watch.level, watch.spread
    for offset in range(len(values)):
        day = watch.next_day + offset
        level = _after(level, day, float(found.mean[offset]), LEVEL, watch.patience)
        spread = _after(spread, day, float(found.spread[offset]), SPREAD, watch.patience)
    moved = replace(watch, run=run, level=level, spread=spread, next_day=watch.next_day + len(values))
    return _remember(moved, found)


def accept_days(watch: SeriesWatch, values: Values) -> SeriesWatch:
    """The state that takes the newest days for normal: their level and spread, about the season that was known.

    A series of which too few of these days have values, or that has no profile, stays as it is.

    Args:
        watch: The state after these days.
        values: [days, 24] up to `watch.next_day`, canonical unit, NaN where missing.
    """
    if watch.profile is None:
        return watch
    first_day = watch.next_day - len(values)
    found = daily(watch.profile, first_day, values)
    if np.count_nonzero(~np.isnan(found.mean)) < LEAST_ACCEPTED_DAYS:
        return watch
    # A day's mean is cut off where the shift is large; the residuals themselves are not.
    shift = float(np.nanmedian(residuals(watch.profile, first_day, values)))
    moved = replace(watch.profile, offset=watch.profile.offset + shift)
    spread = float(np.nanmean(daily(moved, first_day, values).spread))
    profile = replace(moved, usual_spread=moved.usual_spread + spread)
    fresh = replace(
        watch,
        profile=profile,
        level=NOTHING,
        neighbours=NOTHING,
        spread=NOTHING,
        means=np.full(REMEMBERED_DAYS, np.nan),
        counts=np.zeros((REMEMBERED_DAYS, BINS), np.int64),
        drifting={},
    )
    return _remember(fresh, daily(profile, first_day, values))


def compare_with_neighbours(watch: SeriesWatch, first_day: int, others: Values) -> SeriesWatch:
    """The state after the days from `first_day` on were compared with those of other stations.

    Args:
        watch: The state after these days.
        first_day: The first of them.
        others: [stations, days] mean residuals of the same parameter at other stations, NaN where unknown.
    """
    own = watch.mean_of(first_day, others.shape[1])
    neighbours, limit = watch.neighbours, _neighbours_limit(watch.parameter)
    for offset in range(others.shape[1]):
        known = others[~np.isnan(others[:, offset]), offset]
        if len(known) >= LEAST_NEIGHBOURS:
            differs = float(own[offset] - np.median(known))
            neighbours = _after(neighbours, first_day + offset, differs, limit, watch.patience)
    return replace(watch, neighbours=neighbours)


def statistics(watch: SeriesWatch) -> list[Statistic]:
    """Every statistic of a series, in the order in which one drift is best explained."""
    hours = 0 if stands_for_nothing(watch.parameter, watch.run.value) else watch.run.hours
    stuck = Statistic("stuck", float(hours), run_threshold(watch.longest_run), watch.run.since)
    if watch.profile is None:
        return [stuck]
    sums = (
        _judged("level", watch.level, LEVEL, watch.patience),
        _judged("neighbours", watch.neighbours, _neighbours_limit(watch.parameter), watch.patience),
        _judged("spread", watch.spread, SPREAD, watch.patience),
    )
    window = population_of(watch)
    threshold = watch.patience * max(POPULATION_THRESHOLD, _POPULATION_MARGIN * watch.usual_population)
    begin = watch.next_day - REMEMBERED_DAYS
    return [stuck, *sums, Statistic("population", 0.0 if window is None else window, threshold, begin)]


def population_of(watch: SeriesWatch) -> float | None:
    """PSI of the remembered days, or None where too few of them have values."""
    return _population(watch.counts)


def judge(watch: SeriesWatch) -> SeriesWatch:
    """The state with its drifts brought up to date: new ones noted, those that are over forgotten."""
    drifting: dict[Reason, int] = {}
    for each in statistics(watch):
        before = watch.drifting.get(each.reason)
        if each.value >= each.threshold:
            drifting[each.reason] = watch.next_day if before is None else before
        elif before is not None and each.value >= _OVER_BELOW * each.threshold:
            drifting[each.reason] = before
    return replace(watch, drifting=drifting)


def _population(counts: npt.NDArray[np.int64]) -> float | None:
    measured = int(np.count_nonzero(counts.sum(axis=1)))
    return population_stability(counts.sum(axis=0)) if measured >= LEAST_WINDOW_DAYS else None


def _largest_population(counts: npt.NDArray[np.int64]) -> float:
    begins = range(0, len(counts) - REMEMBERED_DAYS + 1, _REFERENCE_STEP_DAYS)
    found = [_population(counts[begin : begin + REMEMBERED_DAYS]) for begin in begins]
    return max((each for each in found if each is not None), default=0.0)


def _neighbours_limit(parameter: str) -> Limit:
    return CLOSE_NEIGHBOURS if parameter in _ALIKE else NEIGHBOURS


def _after(before: Cusum, day: int, value: float, limit: Limit, patience: float) -> Cusum:
    return after(before, day, value, allowance=limit.allowance, most=_CEILING * patience * limit.threshold)


def _judged(reason: Reason, total: Cusum, limit: Limit, patience: float) -> Statistic:
    direction = "up" if total.sign > 0 else "down"
    return Statistic(reason, total.statistic, patience * limit.threshold, total.since, direction)


def _remember(watch: SeriesWatch, found: DailyResiduals) -> SeriesWatch:
    return replace(
        watch,
        means=np.concatenate([watch.means, found.mean])[-REMEMBERED_DAYS:],
        counts=np.concatenate([watch.counts, found.counts])[-REMEMBERED_DAYS:],
    )
