"""The probability that a value exceeds a threshold, from the quantiles of a forecast."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Exceedance:
    """What quantiles say of the probability that a threshold is exceeded.

    Attributes:
        probability: Between two quantiles, along the straight line from one to the other; None beyond the outermost
            ones, of which the forecast says nothing.
        at_least: What the quantiles leave no doubt of: 1 - the level of the first quantile above the threshold.
        at_most: The same from the other side: 1 - the level of the last quantile that is not above the threshold.
    """

    probability: float | None
    at_least: float
    at_most: float


def exceedance(levels: Sequence[float], quantiles: Sequence[float], threshold: float) -> Exceedance:
    """How probable it is that the value lies above a threshold.

    Inside the quantiles it is the probability by which evaluations of models score exceedance (Brier, 1950). Beyond
    them those assume a tail; here only its bounds are given, such as at most 0.05 above the .95 quantile.

    Args:
        levels: Quantile levels in (0, 1), ascending.
        quantiles: Value by level, never decreasing.
        threshold: In the same unit.
    """
    above = bisect_right(quantiles, threshold)
    at_least = 1.0 - levels[above] if above < len(levels) else 0.0
    at_most = 1.0 - levels[above - 1] if above else 1.0
    if above == 0 or (above == len(levels) and threshold > quantiles[-1]):
        return Exceedance(None, at_least, at_most)
    if above == len(levels):
        return Exceedance(at_most, at_least, at_most)
    low, high = quantiles[above - 1], quantiles[above]
    share = (threshold - low) / (high - low)
    # The mean of the two ends, so that rounding leads to neither side of them.
    return Exceedance(min(at_most, max(at_least, (1.0 - share) * at_most + share * at_least)), at_least, at_most)
