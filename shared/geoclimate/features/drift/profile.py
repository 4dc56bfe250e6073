"""The reference of one series: its level and spread by day of the year and hour of the day.

Both are sums of harmonics, the level on the parameter's scale and the spread on the logarithm of the absolute residual,
fitted by least squares to one or two whole years. There are two harmonics of the year and three of the day, and the
products of the first of the year with the first two of the day, because a summer's day has another course than a
winter's.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from geoclimate.features.drift.scales import Values, floor_of, scaled

HOURS: Final = 24
YEAR_DAYS: Final = 365.2425
LEAST_SPAN_DAYS: Final = 365
"""A reference covers a whole year: from less, the season cannot be told from a drift."""
LEAST_DAYS: Final = 300
"""So many of its days have `LEAST_HOURS` values or more."""
LEAST_DAYS_A_MONTH: Final = 10
"""And so many in each twelfth of the year."""
LEAST_HOURS: Final = 8
"""Of a day with fewer values nothing is said."""
BINS: Final = 10
"""Bins of the residuals' distribution: deciles of the reference."""

_MOST_RESIDUAL: Final = 4.0
"""Residuals are cut off here, so that a single reading of nonsense is no drift."""
_LEAST_RESIDUAL: Final = 1e-3
LEVEL_TERMS: Final = 19
SPREAD_TERMS: Final = 9
"""The first columns of the basis: constant, year and the first two harmonics of the day."""


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """What is normal for one series.

    Attributes:
        floor: What is added before the logarithm, canonical unit; NaN where there is none.
        level: [LEVEL_TERMS] coefficients of the level on the parameter's scale.
        spread: [SPREAD_TERMS] coefficients of the logarithm of the standard deviation about the level.
        usual_spread: Mean over the days of the logarithm of a day's mean absolute residual.
        edges: [BINS - 1] deciles of the reference's residuals.
        offset: What an operator has accepted as the new level, in standard deviations of an hour.
    """

    floor: float
    level: Values
    spread: Values
    usual_spread: float
    edges: Values
    offset: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class DailyResiduals:
    """What the residuals of each day say; NaN where the day has fewer than `LEAST_HOURS` values.

    Attributes:
        mean: [days] mean residual, in standard deviations of an hour.
        spread: [days] logarithm of the mean absolute residual, less its usual value.
        counts: [days, BINS] hours by bin.
    """

    mean: Values
    spread: Values
    counts: npt.NDArray[np.int64]


def fit_profile(parameter: str, first_day: int, values: Values) -> Profile | str:
    """The reference of a series, or the reason in a sentence why it has none.

    Args:
        parameter: A parameter that has a profile.
        first_day: Day of the first row, in days since 1970-01-01.
        values: [days, 24] in the canonical unit, NaN where missing.
    """
    lack = shortage(first_day, values)
    if lack is not None:
        return lack
    floor = floor_of(parameter, values)
    measured = scaled(values, floor).ravel()
    there = np.flatnonzero(~np.isnan(measured))
    basis = _basis(first_day, len(values))[there]
    level = _least_squares(basis, measured[there])
    residual = measured[there] - basis @ level
    scale = float(np.std(residual))
    if scale < 1e-6 * max(1.0, float(np.abs(measured[there]).max())):
        return "the values do not vary"
    tempered = basis[:, :SPREAD_TERMS]
    spread = _least_squares(tempered, np.log(np.abs(residual) + _LEAST_RESIDUAL * scale))
    # The mean of the logarithm of an absolute residual is not that of its standard deviation.
    spread[0] += np.log(np.std(residual / np.exp(tempered @ spread)))
    profile = Profile(floor, level, spread, 0.0, np.zeros(BINS - 1))
    found = residuals(profile, first_day, values)
    edges = np.nanquantile(found, np.arange(1, BINS) / BINS)
    usual = float(np.nanmean(_spreads(found)))
    return Profile(floor, level, spread, usual, edges)


def shortage(first_day: int, values: Values) -> str | None:
    """What days lack to be a reference, as a sentence that begins with "not enough history", or None."""
    if len(values) < LEAST_SPAN_DAYS:
        return f"not enough history: {len(values)} of {LEAST_SPAN_DAYS} days"
    days = first_day + np.flatnonzero(_enough(values))
    if len(days) < LEAST_DAYS:
        return f"not enough history: {len(days)} of {LEAST_DAYS} days with {LEAST_HOURS} hours or more"
    twelfths = np.bincount((days % YEAR_DAYS * 12 / YEAR_DAYS).astype(np.int64), minlength=12)
    if twelfths.min() < LEAST_DAYS_A_MONTH:
        return f"not enough history: a twelfth of the year has {twelfths.min()} of {LEAST_DAYS_A_MONTH} days"
    return None


def residuals(profile: Profile, first_day: int, values: Values) -> Values:
    """[days, 24] distance of each value from its level, in standard deviations of its season and hour."""
    basis = _basis(first_day, len(values))
    distance = scaled(values, profile.floor).ravel() - basis @ profile.level
    return (distance / np.exp(basis[:, :SPREAD_TERMS] @ profile.spread)).reshape(values.shape) - profile.offset


def daily(profile: Profile, first_day: int, values: Values) -> DailyResiduals:
    """What each day's residuals say.

    Args:
        profile: The reference.
        first_day: Day of the first row, in days since 1970-01-01.
        values: [days, 24] in the canonical unit, NaN where missing.
    """
    found = residuals(profile, first_day, values)
    there = ~np.isnan(found)
    hours = np.maximum(there.sum(axis=1), 1)
    bounded = np.clip(np.where(there, found, 0.0), -_MOST_RESIDUAL, _MOST_RESIDUAL)
    bins = np.searchsorted(profile.edges, found)
    counts = np.stack([((bins == index) & there).sum(axis=1) for index in range(BINS)], axis=1)
    return DailyResiduals(
        mean=np.where(_enough(values), bounded.sum(axis=1) / hours, np.nan),
        spread=_spreads(found) - profile.usual_spread,
        counts=counts,
    )


def _spreads(found: Values) -> Values:
    there = ~np.isnan(found)
    sizes = np.minimum(np.where(there, np.abs(found), 0.0), _MOST_RESIDUAL)
    means = sizes.sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    return np.where(_enough(found), np.log(means + _LEAST_RESIDUAL), np.nan)


def _enough(values: Values) -> npt.NDArray[np.bool_]:
    return np.asarray((~np.isnan(values)).sum(axis=1) >= LEAST_HOURS)


def _basis(first_day: int, days: int) -> Values:
    """[days * 24, LEVEL_TERMS] harmonics of the year and the day, and their products."""
    hours = np.arange(days * HOURS, dtype=np.float64)
    season = 2.0 * np.pi * (first_day + hours / HOURS) / YEAR_DAYS
    day = 2.0 * np.pi * hours / HOURS
    year = [np.cos(season), np.sin(season), np.cos(2.0 * season), np.sin(2.0 * season)]
    course = [part(multiple * day) for multiple in (1.0, 2.0, 3.0) for part in (np.cos, np.sin)]
    products = [one * other for one in year[:2] for other in course[:4]]
    return np.stack([np.ones_like(hours), *year, *course, *products], axis=1)


def _least_squares(basis: Values, values: Values) -> Values:
    # With a season that is there in every month the harmonics are far from dependent, so the normal equations are safe.
    return np.asarray(np.linalg.solve(basis.T @ basis, basis.T @ values), dtype=np.float64)
