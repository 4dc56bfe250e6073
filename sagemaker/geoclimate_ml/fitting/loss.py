"""Pinball loss in the target's unit, with a weight for each level (Koenker and Bassett, 1978)."""

import torch
from torch import Tensor

_CENTRAL_HALF = (0.25, 0.75)
_OUTER_WEIGHT = 0.5
# In parts of the usual level: air cleaner than this counts no more than this.
_CLEAN = 0.25


def level_weights(levels: tuple[float, ...], median_weight: float) -> Tensor:
    """Weights of the levels, which sum to 1."""
    weights = torch.tensor([_weight(level, median_weight) for level in levels])
    return weights / weights.sum()


def sample_weights(newest: Tensor, usual: Tensor, power: float) -> Tensor:
    """Weights of samples that fall with the level at the issue time, [n]; 1 at the usual level.

    Changes grow with the level, so the few heavy episodes of two years would be most of the loss.

    Args:
        newest: [n]: the newest value of the target.
        usual: [1]: the median of the training part, above 0.
        power: Of the level by which the loss is divided; 0 weighs all samples alike.
    """
    return ((newest.clamp(min=0) / usual + _CLEAN) / (1 + _CLEAN)) ** -power


def pinball_sum(
    quantiles: Tensor, observed: Tensor, levels: Tensor, weights: Tensor, samples: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """The sum of the weighted pinball loss over what was observed, and the sum of the weights of these targets.

    Args:
        quantiles: [n, lead times, levels].
        observed: [n, lead times], NaN where nothing was observed.
        levels: [levels].
        weights: [levels], summing to 1.
        samples: Weight of each sample, [n]; 1 if not given, so that the second sum is a count.
    """
    known = torch.isfinite(observed)
    error = torch.where(known, observed, 0.0)[..., None] - quantiles
    loss = (torch.maximum(levels * error, (levels - 1) * error) * weights).sum(dim=-1)
    counted = known if samples is None else known * samples[:, None]
    return (loss * counted).sum(), counted.sum()


def _weight(level: float, median_weight: float) -> float:
    if level == 0.5:
        return median_weight
    return 1.0 if _CENTRAL_HALF[0] <= level <= _CENTRAL_HALF[1] else _OUTER_WEIGHT
