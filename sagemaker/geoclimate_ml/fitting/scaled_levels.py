"""Training as if the air had been cleaner or dirtier: concentrations of a sample multiplied by one random factor.

Two years hold few heavy episodes, and the next year's may be heavier. A moderate one multiplied by two is one more,
with its own weather. Only what is in the target's unit is multiplied: histories, changes, neighbours and the truth.
"""

import torch
from torch import Tensor

from geoclimate_ml.networks.input_scaling import InputScaling

Batch = tuple[Tensor, Tensor, Tensor, Tensor]


def with_scaled_levels(batch: Batch, scaling: InputScaling, spread: float) -> Batch:
    """Multiply each sample by a factor whose logarithm is even from minus to plus `spread`.

    Args:
        batch: History, context, future and what was observed.
        scaling: Which columns are in the target's unit; nothing is multiplied where changes do not grow with the level.
        spread: 0 leaves the batch as it is.
    """
    if not spread or not scaling.relative_change:
        return batch
    history, context, future, observed = batch
    factor = torch.exp(spread * (2 * torch.rand(len(context), device=context.device) - 1))
    return (
        _scaled(history, scaling.history_target, factor),
        _scaled(context, torch.cat([scaling.context_target, scaling.context_change]), factor),
        _scaled(future, scaling.future_target, factor),
        observed * factor[:, None],
    )


def _scaled(matrix: Tensor, columns: Tensor, factor: Tensor) -> Tensor:
    scale = torch.ones(matrix.shape[-1], dtype=torch.bool, device=matrix.device).index_fill(0, columns, value=False)
    factors = factor.reshape(-1, *([1] * (matrix.ndim - 1)))
    return torch.where(scale, matrix, matrix * factors)
