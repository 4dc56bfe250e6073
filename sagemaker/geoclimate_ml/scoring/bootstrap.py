"""How sure a mean score or a comparison is: a moving-block bootstrap over days.

Errors of neighbouring hours, lead times and stations go together, so whole runs of days are drawn with all their
stations, lead times and forecasters: Kuensch (1989), "The jackknife and the bootstrap for general stationary
observations". Every forecaster is scored on the same draw, which makes ratios paired.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geoclimate_ml.scoring.forecasts import Floats, Integers

_BLOCK_DAYS = 7
RESAMPLES = 2000
_HOURS = 24

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with the middle 95% of its resamples."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class DayScores:
    """One score of several forecasters, added up by day of issue.

    Attributes:
        names: Forecasters.
        sums: float64 [days, forecasters].
        counts: float64 [days, forecasters].
    """

    names: tuple[str, ...]
    sums: Array
    counts: Array


def day_scores(scores: dict[str, Floats], issue_hours: Integers) -> DayScores:
    """Add single scores up by day.

    Args:
        scores: float32 [n, lead times] by forecaster, NaN where nothing was observed.
        issue_hours: int64 [n], the same for all.
    """
    _, day = np.unique(issue_hours // _HOURS, return_inverse=True)
    sums = np.zeros((int(day.max()) + 1, len(scores)))
    counts = np.zeros_like(sums)
    for place, values in enumerate(scores.values()):
        known = ~np.isnan(values)
        sums[:, place] = np.bincount(day, np.where(known, values, 0).sum(axis=1, dtype=np.float64))
        counts[:, place] = np.bincount(day, known.sum(axis=1))
    return DayScores(tuple(scores), sums, counts)


def resampled_means(scores: DayScores, *, seed: int, resamples: int = RESAMPLES) -> Array:
    """Mean scores of resampled test periods: float64 [1 + resamples, forecasters], the first row as measured."""
    days = len(scores.sums)
    block = min(_BLOCK_DAYS, days)
    starts = np.random.default_rng(seed).integers(0, days - block + 1, (resamples, -(-days // block)))
    drawn = (starts[..., None] + np.arange(block)).reshape(resamples, -1)[:, :days]
    times = np.ones((1 + resamples, days))
    for row, chosen in enumerate(drawn, start=1):
        times[row] = np.bincount(chosen, minlength=days)
    # A draw in which nothing of a forecaster was observed has no mean.
    totals, counts = times @ scores.sums, times @ scores.counts
    return np.divide(totals, counts, out=np.full_like(totals, np.nan), where=counts > 0)


def mean_interval(means: Array, names: tuple[str, ...], name: str) -> Interval:
    """The mean score of one forecaster."""
    return _interval(means[:, names.index(name)])


def ratio_interval(means: Array, names: tuple[str, ...], name: str, reference: str) -> Interval:
    """One forecaster's mean score over another's: below 1 where it is better."""
    return _interval(means[:, names.index(name)] / means[:, names.index(reference)])


def _interval(values: Array) -> Interval:
    low, high = np.nanquantile(values[1:], (0.025, 0.975))
    return Interval(float(values[0]), float(low), float(high))
