"""How good forecasts were: means, coverage and skill, from the sums of their scores."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geoclimate.domain.verification import (
    BASELINES,
    INTERVALS,
    MILLIONTHS,
    Baseline,
    Forecaster,
    LeadSums,
    interval_places,
    level_weights,
)


@dataclass(frozen=True, slots=True)
class BaselineSkill:
    """A baseline on the hours for which it said something, and the forecasts' skill over it on the same hours.

    Attributes:
        hours: How many hours.
        mae: Mean absolute error of its median, canonical unit.
        rmse: Root of its mean squared error, canonical unit.
        crps: Its mean continuous ranked probability score, canonical unit; the MAE where it gives one value.
        mae_skill: 1 - the forecasts' MAE over its own, above 0 where the forecasts are better; None where its own is 0.
        crps_skill: The same of the CRPS.
    """

    hours: int
    mae: float
    rmse: float
    crps: float
    mae_skill: float | None
    crps_skill: float | None


@dataclass(frozen=True, slots=True)
class Skill:
    """How good forecasts of one lead time, or of several, were.

    Attributes:
        hours: Hours that were scored.
        mae: Mean absolute error of the median, canonical unit.
        rmse: Root of the mean squared error of the median, canonical unit.
        crps: Mean continuous ranked probability score from the quantiles, canonical unit.
        pinball: Mean pinball loss a level, ascending by level.
        coverage: Share of hours inside the interval that states this probability; levels that were not issued are
            missing.
        baselines: By name; those that said nothing are missing.
    """

    hours: int
    mae: float
    rmse: float
    crps: float
    pinball: tuple[float, ...]
    coverage: Mapping[float, float]
    baselines: Mapping[Baseline, BaselineSkill]


def skill_of(forecaster: Forecaster, sums: LeadSums) -> Skill:
    """The figures of some sums, which are of one hour at least."""
    levels, hours = forecaster.levels, sums.named("count")
    pinball = tuple(_mean(loss, hours) for loss in sums.pinball)
    return Skill(
        hours=hours,
        mae=_mean(sums.named("absolute"), hours),
        rmse=math.sqrt(_mean(sums.named("squared"), hours)),
        crps=2.0 * math.fsum(map(float.__mul__, pinball, level_weights(levels))),
        pinball=pinball,
        coverage={
            share: sums.named(f"covered_{share:g}") / hours
            for share in INTERVALS
            if interval_places(levels, share) is not None
        },
        baselines={name: _baseline(name, sums) for name in BASELINES if sums.named(f"{name}_count")},
    )


def over_all(leads: Sequence[LeadSums]) -> LeadSums:
    """Sums over several lead times, one at least."""
    first, *others = leads
    for sums in others:
        first += sums
    return first


def _baseline(name: str, sums: LeadSums) -> BaselineSkill:
    hours = sums.named(f"{name}_count")
    absolute, crps = sums.named(f"{name}_absolute"), sums.named(f"{name}_crps")
    return BaselineSkill(
        hours=hours,
        mae=_mean(absolute, hours),
        rmse=math.sqrt(_mean(sums.named(f"{name}_squared"), hours)),
        crps=_mean(crps, hours),
        mae_skill=_skill(sums.named(f"{name}_forecast_absolute"), absolute),
        crps_skill=_skill(sums.named(f"{name}_forecast_crps"), crps),
    )


def _mean(total: int, hours: int) -> float:
    return total / (hours * MILLIONTHS)


def _skill(mine: int, its: int) -> float | None:
    return None if its == 0 else 1.0 - mine / its
