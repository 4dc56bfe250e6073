"""Scores of forecasts against what was observed, as sums that add up the same in any order.

Errors are kept in whole millionths of the canonical unit: integers add up exactly, so it does not matter in which order
forecasts are scored, nor how they are put together. Means, skill and coverage come from the sums, in `skill`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal, get_args

from geoclimate.domain.forecasts import Baselines, Engine, Forecast

MILLIONTHS: Final = 1_000_000

INTERVALS: Final = (0.5, 0.8, 0.9)
"""Probabilities of the intervals between symmetric quantiles whose coverage is counted."""

NoCoverageReason = Literal["not_verified_yet", "level_not_verified", "unavailable"]
"""Why nothing is said of how often an interval held the truth: no hour of such forecasts has its truth yet, its
probability is not among `INTERVALS`, or the store of the scores did not answer."""

Baseline = Literal["persistence", "seasonal_naive", "climatology"]
"""What forecasts are compared with."""

BASELINES: Final[tuple[Baseline, ...]] = get_args(Baseline)
"""In the order of the sums."""

_OWN: Final = ("count", "absolute", "squared", *(f"covered_{share:g}" for share in INTERVALS))
_PAIRED: Final = ("count", "absolute", "squared", "crps", "forecast_absolute", "forecast_squared", "forecast_crps")
_COLUMNS: Final = {
    name: place
    for place, name in enumerate((*_OWN, *(f"{baseline}_{sum_}" for baseline in BASELINES for sum_ in _PAIRED)))
}


@dataclass(frozen=True, slots=True)
class LeadSums:
    """Sums over the scored hours of one lead time.

    A baseline's sums are over those hours only for which it said something, and stand beside the forecast's own on the
    same hours: whoever compares them compares the same hours.

    Attributes:
        numbers: The named sums, see `named`; then the pinball loss of each level. Errors are in millionths.
    """

    numbers: tuple[int, ...]

    def __add__(self, other: LeadSums) -> LeadSums:
        return LeadSums(tuple(mine + its for mine, its in zip(self.numbers, other.numbers, strict=True)))

    def named(self, name: str) -> int:
        """One sum: `count`, `absolute`, `squared`, `covered_0.8`, or of a baseline `persistence_count` and so on."""
        return self.numbers[_COLUMNS[name]]

    @property
    def pinball(self) -> tuple[int, ...]:
        """The pinball loss of each level, in millionths."""
        return self.numbers[len(_COLUMNS) :]


def sums_width(levels: Sequence[float]) -> int:
    """How many numbers the sums of a lead time have."""
    return len(_COLUMNS) + len(levels)


@dataclass(frozen=True, slots=True)
class Forecaster:
    """Whose scores are added: pinball losses of other levels, or of another engine, are another sum.

    Attributes:
        engine: What computed the forecasts.
        levels: Their quantile levels, ascending.
    """

    engine: Engine
    levels: tuple[float, ...]


SkillSums = Mapping[Forecaster, Mapping[int, LeadSums]]
"""Sums of many forecasts by who made them and lead time."""


def scores_of(forecast: Forecast, observed: Mapping[int, float]) -> SkillSums:
    """The scores of one forecast.

    Args:
        forecast: As it was issued.
        observed: What was observed, by lead time; lead times that were not observed are missing.

    Returns:
        Sums over the one forecast, of the lead times that were observed.
    """
    rows = dict(enumerate(forecast.lead_hours))
    scored = {
        lead: _score(forecast, place, observed[lead]) for place, lead in rows.items() if observed.get(lead) is not None
    }
    return {Forecaster(forecast.engine, forecast.levels): scored} if scored else {}


def added(one: SkillSums, other: SkillSums) -> SkillSums:
    """Both together."""
    total = {forecaster: dict(leads) for forecaster, leads in one.items()}
    for forecaster, leads in other.items():
        mine = total.setdefault(forecaster, {})
        for lead, sums in leads.items():
            mine[lead] = mine[lead] + sums if lead in mine else sums
    return total


def pinball_loss(value: float, level: float, observed: float) -> float:
    """Loss of one quantile (Koenker and Bassett, 1978)."""
    error = observed - value
    return max(level * error, (level - 1.0) * error)


def level_weights(levels: Sequence[float]) -> tuple[float, ...]:
    """How much of the range from 0 to 1 each level stands for: the cell between the midpoints to its neighbours.

    The outermost stand for all beyond, and the sum is 1. Twice the weighted sum of the pinball losses is the CRPS (Laio
    and Tamea, 2007, eq. 6; Gneiting and Ranjan, 2011, eq. 9), as the evaluation of models has it.
    """
    edges = (0.0, *((low + high) / 2 for low, high in pairwise(levels)), 1.0)
    return tuple(high - low for low, high in pairwise(edges))


def interval_places(levels: Sequence[float], share: float) -> tuple[int, int] | None:
    """Places of the two levels between which an interval states this probability; None where they are not there."""
    found = [
        next((place for place, level in enumerate(levels) if abs(level - wanted) < 1e-6), None)
        for wanted in ((1 - share) / 2, (1 + share) / 2)
    ]
    lower, upper = found
    return None if lower is None or upper is None else (lower, upper)


def _score(forecast: Forecast, place: int, observed: float) -> LeadSums:
    row, levels = forecast.quantiles[place], forecast.levels
    losses = tuple(map(pinball_loss, row, levels, [observed] * len(levels)))
    own = (abs(observed - _middle(row, levels)), _crps(losses, levels))
    return LeadSums(
        (
            1,
            _millionths(own[0]),
            _millionths(own[0] ** 2),
            *(_covered(row, levels, share, observed) for share in INTERVALS),
            *_paired(forecast.baselines, place, levels, observed, own),
            *map(_millionths, losses),
        )
    )


def _paired(
    baselines: Baselines | None, place: int, levels: Sequence[float], observed: float, own: tuple[float, float]
) -> tuple[int, ...]:
    """The sums of the baselines; a baseline of one value has its absolute error for CRPS."""
    numbers: list[int] = []
    for error, crps in _baseline_errors(baselines, place, levels, observed):
        if error is None or crps is None:
            numbers += [0] * len(_PAIRED)
        else:
            mine = map(_millionths, (error, error**2, crps, own[0], own[0] ** 2, own[1]))
            numbers += [1, *mine]
    return tuple(numbers)


def _baseline_errors(
    baselines: Baselines | None, place: int, levels: Sequence[float], observed: float
) -> list[tuple[float | None, float | None]]:
    """Absolute error and CRPS of each baseline; None where it said nothing."""
    if baselines is None:
        return [(None, None)] * len(BASELINES)
    points = [baselines.persistence, baselines.seasonal_naive[place]]
    errors = [None if value is None else abs(observed - value) for value in points]
    found: list[tuple[float | None, float | None]] = [(error, error) for error in errors]
    if baselines.climatology is None:
        return [*found, (None, None)]
    row = baselines.climatology[place]
    losses = tuple(map(pinball_loss, row, levels, [observed] * len(levels)))
    return [*found, (abs(observed - _middle(row, levels)), _crps(losses, levels))]


def _middle(row: Sequence[float], levels: Sequence[float]) -> float:
    """The median, or the quantile of the level nearest to it."""
    return row[min(range(len(levels)), key=lambda place: abs(levels[place] - 0.5))]


def _crps(losses: Sequence[float], levels: Sequence[float]) -> float:
    return 2.0 * sum(map(float.__mul__, losses, level_weights(levels)))


def _covered(row: Sequence[float], levels: Sequence[float], share: float, observed: float) -> int:
    places = interval_places(levels, share)
    return int(places is not None and row[places[0]] <= observed <= row[places[1]])


def _millionths(value: float) -> int:
    return round(value * MILLIONTHS)
