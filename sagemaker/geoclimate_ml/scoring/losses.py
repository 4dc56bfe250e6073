"""Every score of every forecast, computed once and then averaged over whatever is asked."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geoclimate.domain.verification import INTERVALS, interval_places
from geoclimate_ml.scoring.crps import crps, pinball
from geoclimate_ml.scoring.exceedance import Threshold, brier, exceedance
from geoclimate_ml.scoring.forecasts import Floats, Forecasts


@dataclass(frozen=True, slots=True, eq=False)
class Losses:
    """Scores of single forecasts.

    Attributes:
        names: `absolute_error`, `squared_error`, `crps`, `pinball_0.05` and so on, `coverage_0.8`, `width_0.8`,
            `brier_us-epa-2024_Unhealthy`.
        values: float32 [n, lead times, names], NaN where nothing was observed.
    """

    names: tuple[str, ...]
    values: Floats

    def named(self, name: str) -> Floats:
        """One score: [n, lead times]."""
        return self.values[..., self.names.index(name)]


def losses_of(forecasts: Forecasts, thresholds: Sequence[Threshold] = ()) -> Losses:
    """All scores of all forecasts."""
    quantiles, observed, levels = forecasts.quantiles, forecasts.observed, forecasts.levels
    error = observed - forecasts.median
    by_level = pinball(quantiles, observed, levels)
    columns: dict[str, Floats] = {
        "absolute_error": np.abs(error),
        "squared_error": np.square(error),
        "crps": crps(by_level, levels),
    }
    columns |= {f"pinball_{level:g}": by_level[..., place] for place, level in enumerate(levels)}
    known = np.where(np.isnan(observed), np.float32(np.nan), np.float32(1))
    for share in INTERVALS:
        places = interval_places(levels, share)
        if places is not None:
            low, high = quantiles[..., places[0]], quantiles[..., places[1]]
            columns[f"coverage_{share:g}"] = known * ((observed >= low) & (observed <= high))
            columns[f"width_{share:g}"] = known * (high - low)
    for threshold in thresholds:
        probability = exceedance(quantiles, levels, threshold.concentration)
        columns[brier_name(threshold)] = brier(probability, observed, threshold.concentration)
    return Losses(tuple(columns), np.stack(list(columns.values()), axis=-1, dtype=np.float32))


def brier_name(threshold: Threshold) -> str:
    """The name of a threshold's score among the losses."""
    return f"brier_{threshold.standard}_{threshold.category}"


def mean_by(losses: Losses, labels: npt.NDArray[np.str_]) -> dict[str, dict[str, float]]:
    """Means over the forecasts of each label and all lead times, by label and name; labels as they first come.

    `mae` and `rmse` stand for the means of absolute and squared errors. A label without any truth is left out.
    """
    found, first, place = np.unique(labels, return_index=True, return_inverse=True)
    known = ~np.isnan(losses.values)
    sums = np.zeros((len(found), len(losses.names)))
    counts = np.zeros_like(sums)
    np.add.at(sums, place, np.where(known, losses.values, 0).sum(axis=1, dtype=np.float64))
    np.add.at(counts, place, known.sum(axis=1))
    return {
        str(found[one]): _named(losses.names, sums[one] / np.maximum(counts[one], 1))
        for one in np.argsort(first)
        if counts[one].any()
    }


def mean_by_lead(losses: Losses) -> list[dict[str, float]]:
    """Means over all forecasts, a lead time each; NaN where a lead time was never observed."""
    known = ~np.isnan(losses.values)
    sums = np.where(known, losses.values, 0).sum(axis=0, dtype=np.float64)
    counts = known.sum(axis=0)
    means = np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)
    return [_named(losses.names, row) for row in means]


def mean_of(losses: Losses) -> dict[str, float]:
    """Means over everything.

    Raises:
        ValueError: Nothing was observed.
    """
    means = mean_by(losses, np.full(len(losses.values), "all"))
    if not means:
        raise ValueError("none of the forecast hours was observed, so there is nothing to score")
    return means["all"]


def _named(names: Sequence[str], means: npt.NDArray[np.float64]) -> dict[str, float]:
    scores = dict(zip(names, map(float, means), strict=True))
    mae, mse = scores.pop("absolute_error"), scores.pop("squared_error")
    return {"mae": mae, "rmse": mse**0.5, **scores}
