"""Probabilities of exceeding the thresholds of an air quality index, and their Brier score."""

import math
from dataclasses import dataclass

import numpy as np

from geoclimate.domain.aqi.catalogue import STANDARDS, standards_with
from geoclimate.domain.aqi.standards import Method, Scale, Segment
from geoclimate.domain.parameters import PARAMETERS
from geoclimate.domain.units import conversion
from geoclimate_ml.scoring.forecasts import Floats

# A quantile function that stands still between two levels has no slope to go on with beyond them.
_SMALLEST_SPREAD = 1e-3


@dataclass(frozen=True, slots=True)
class Threshold:
    """A concentration that separates two categories of an index.

    Attributes:
        standard: Id of the index.
        category: Name of the category above it.
        concentration: Canonical unit. Taken of one hour, whatever hours the index averages.
    """

    standard: str
    category: str
    concentration: float


def thresholds_of(target: str) -> tuple[Threshold, ...]:
    """Where each index that knows the parameter changes its category, ascending; none where no index knows it.

    The concentration is that of the scale with the shortest mean, which is the nearest to an hour's.
    """
    found: list[Threshold] = []
    for name in standards_with(target):
        standard = STANDARDS[name]
        scale = min(standard.scales_of(target), key=lambda one: (one.averaging_hours, -len(one.segments)))
        convert = conversion(scale.unit, PARAMETERS[target])
        if convert is None:
            continue
        for lower, upper in zip(scale.segments, scale.segments[1:], strict=False):
            bound = _bound(scale, lower, upper)
            concentration = (bound + convert.shift) * convert.scale
            found.append(Threshold(name, standard.category(upper.index_low).name, concentration))
    return tuple(found)


def _bound(scale: Scale, lower: Segment, upper: Segment) -> float:
    """The concentration above which the upper segment holds: the lower one's end, or where truncation reaches it."""
    if scale.step is None and scale.method is Method.MEAN and lower.high is not None:
        return float(lower.high)
    return float(upper.low)


def exceedance(quantiles: Floats, levels: tuple[float, ...], threshold: float) -> Floats:
    """Probability that the value lies above a threshold.

    Between two quantiles the distribution function is a straight line. Beyond the outermost the probability falls
    exponentially, at the rate between the two outermost levels, which for .9 and .95 halves it at every step of their
    distance.

    Args:
        quantiles: [..., levels].
        levels: Quantile levels, ascending.
        threshold: In the target's unit.

    Returns:
        [...] from 0 to 1.
    """
    probability = np.empty(quantiles.shape[:-1], dtype=np.float32)
    lowest, highest = quantiles[..., 0], quantiles[..., -1]
    above, below = threshold > highest, threshold < lowest
    left = np.clip((quantiles <= threshold).sum(axis=-1) - 1, 0, len(levels) - 2)[..., None]
    low = np.take_along_axis(quantiles, left, axis=-1)[..., 0]
    high = np.take_along_axis(quantiles, left + 1, axis=-1)[..., 0]
    ascending = np.asarray(levels, dtype=np.float32)
    share = np.clip((threshold - low) / np.maximum(high - low, _SMALLEST_SPREAD), 0, 1)
    probability[...] = 1 - (ascending[left[..., 0]] + share * (ascending[left[..., 0] + 1] - ascending[left[..., 0]]))
    upper_rate = math.log((1 - levels[-2]) / (1 - levels[-1]))
    lower_rate = math.log(levels[1] / levels[0])
    upper_spread = np.maximum(highest - quantiles[..., -2], _SMALLEST_SPREAD)
    lower_spread = np.maximum(quantiles[..., 1] - lowest, _SMALLEST_SPREAD)
    upper_tail = (1 - levels[-1]) * np.exp(-upper_rate * np.maximum(threshold - highest, 0) / upper_spread)
    lower_tail = levels[0] * np.exp(-lower_rate * np.maximum(lowest - threshold, 0) / lower_spread)
    return np.where(above, upper_tail, np.where(below, 1 - lower_tail, probability)).astype(np.float32)


def brier(probability: Floats, observed: Floats, threshold: float) -> Floats:
    """Squared difference between a probability and what came (Brier, 1950); NaN where nothing was observed."""
    came = np.where(np.isnan(observed), np.float32(np.nan), (observed > threshold).astype(np.float32))
    return np.square(probability - came)
