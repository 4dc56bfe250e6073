"""Quantiles around a forecast of one value, from how wrong it was in the training part."""

from dataclasses import dataclass

import numpy as np

from geoclimate_ml.scoring.forecasts import Floats

_BINS = 5
_LEAST = 50


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """Quantiles of the error by lead time and by how large the forecast value is.

    Attributes:
        edges: float32 [lead times, bins - 1]: where one bin of forecast values ends and the next begins.
        errors: float32 [lead times, bins, levels]: the median's column is 0.
    """

    edges: Floats
    errors: Floats


def fit_spread(values: Floats, observed: Floats, levels: tuple[float, ...]) -> Spread:
    """Learn the spread of a forecast of one value.

    Args:
        values: float32 [n, lead times] as forecast over the training part.
        observed: float32 [n, lead times], NaN where nothing was observed.
        levels: Quantile levels with the median.

    Returns:
        The spread; a bin with few observations has the errors of all of its lead time.

    Raises:
        ValueError: A lead time was never observed.
    """
    leads = values.shape[1]
    shares = np.arange(1, _BINS) / _BINS
    edges = np.quantile(values, shares, axis=0).T
    errors = np.empty((leads, _BINS, len(levels)))
    for lead in range(leads):
        known = ~np.isnan(observed[:, lead])
        if not known.any():
            raise ValueError(f"lead time number {lead + 1} was never observed in the training part")
        error = observed[known, lead] - values[known, lead]
        place = np.searchsorted(edges[lead], values[known, lead], side="right")
        for one in range(_BINS):
            chosen = error[place == one]
            errors[lead, one] = np.quantile(chosen if len(chosen) >= _LEAST else error, levels)
    # The forecast value stays the median, and its quantiles stay in order around it.
    middle = levels.index(0.5)
    errors[..., :middle] = np.minimum(errors[..., :middle], 0)
    errors[..., middle] = 0
    errors[..., middle + 1 :] = np.maximum(errors[..., middle + 1 :], 0)
    return Spread(edges.astype(np.float32), errors.astype(np.float32))


def spread_around(spread: Spread, values: Floats, lowest: float | None) -> Floats:
    """Quantiles float32 [n, lead times, levels] around forecast values [n, lead times].

    Args:
        spread: What was learned.
        values: Forecast values.
        lowest: Least value that the target can take, or None.
    """
    leads = np.arange(values.shape[1])
    place = (values[..., None] >= spread.edges).sum(axis=-1)
    quantiles: Floats = values[..., None] + spread.errors[leads, place]
    # A value below what there can be, such as an instrument's noise, stays inside its own quantiles.
    return quantiles if lowest is None else np.maximum(quantiles, np.minimum(np.float32(lowest), values)[..., None])
