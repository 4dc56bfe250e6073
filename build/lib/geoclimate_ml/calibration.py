"""Make the interval as wide as it says: a split-conformal correction from the validation part.

Raw quantiles of a network that was stopped early tend to be too narrow. For each lead time and each outer level, the
factor is the quantile of the observed distances from the median in units of the predicted ones: conformalised quantile
regression (Romano, Patterson and Candes, 2019) with a scale in place of a shift, so quantiles still cannot cross.
"""

import numpy as np
import torch

from geoclimate_ml.data import Windows
from geoclimate_ml.evaluation import predict
from geoclimate_ml.lstm import QuantileLstm

_NARROWEST, _WIDEST = 0.5, 3.0
# A predicted width of nothing, where the lower quantile is cut off at zero, must not divide.
_SMALLEST_WIDTH = 1e-3


def calibrate(model: QuantileLstm, validation: Windows) -> None:
    """Set the model's `interval_factor` from forecasts of the validation part.

    A factor is bounded, so that a short or odd validation part cannot make an interval vanish or explode.
    """
    levels = model.contract.levels
    middle = len(levels) // 2
    predictions = predict(model, validation)
    factor = np.ones((len(model.contract.lead_hours), len(levels)), dtype=np.float32)
    deviation = predictions.observed - predictions.quantiles[..., middle]
    for position, level in enumerate(levels):
        if position == middle:
            continue
        width = predictions.quantiles[..., position] - predictions.quantiles[..., middle]
        side = np.sign(position - middle)
        ratio = side * deviation / np.maximum(side * width, _SMALLEST_WIDTH)
        # A lead time that was never observed keeps its widths.
        ratio[:, np.isnan(ratio).all(axis=0)] = 1.0
        wanted = level if position > middle else 1 - level
        factor[:, position] = np.nanquantile(ratio, wanted, axis=0)
    model.interval_factor.copy_(torch.from_numpy(np.clip(factor, _NARROWEST, _WIDEST)))
