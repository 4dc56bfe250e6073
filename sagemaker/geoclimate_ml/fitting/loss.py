"""Pinball loss in the target's unit, with a weight for each level (Koenker and Bassett, 1978)."""

import torch
from torch import Tensor

_CENTRAL_HALF = (0.25, 0.75)
_OUTER_WEIGHT = 0.5


def level_weights(levels: tuple[float, ...], median_weight: float) -> Tensor:
    """Weights of the levels, which sum to 1."""
    weights = torch.tensor([_weight(level, median_weight) for level in levels])
    return weights / weights.sum()


def pinball_sum(quantiles: Tensor, observed: Tensor, levels: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
    """The sum of the weighted pinball loss over what was observed, and how many targets that were.

    Args:
        quantiles: [n, lead times, levels].
        observed: [n, lead times], NaN where nothing was observed.
        levels: [levels].
        weights: [levels], summing to 1.
    """
    known = torch.isfinite(observed)
    error = torch.where(known, observed, 0.0)[..., None] - quantiles
    loss = (torch.maximum(levels * error, (levels - 1) * error) * weights).sum(dim=-1)
    return (loss * known).sum(), known.sum()


def _weight(level: float, median_weight: float) -> float:
    if level == 0.5:
        return median_weight
    return 1.0 if _CENTRAL_HALF[0] <= level <= _CENTRAL_HALF[1] else _OUTER_WEIGHT
