"""Pinball loss, and the continuous ranked probability score from quantiles.

The CRPS of a forecast with quantile function q is the integral over the levels t from 0 to 1 of twice the pinball loss
of q(t): Laio and Tamea (2007), "Verification tools for probabilistic forecasts of continuous hydrological variables",
eq. 6, and Gneiting and Ranjan (2011), "Comparing density forecasts using threshold- and quantile-weighted scoring
rules", eq. 9. With a few levels the integral is a sum. Here every level stands for the cell between the midpoints to
its neighbours, the outermost for all beyond: .05 .1 .25 .5 .75 .9 .95 weigh .075 .1 .2 .25 .2 .1 .075. These weights
sum to 1 and are symmetric, so a forecast of one value scores its absolute error, as with the integral. For a normal
distribution the sum is 1.7% below the integral: it compares forecasts of the same levels and not of others.
"""

from collections.abc import Sequence

import numpy as np

from geoclimate.domain.verification import level_weights
from geoclimate_ml.scoring.forecasts import Floats


def pinball(quantiles: Floats, observed: Floats, levels: Sequence[float]) -> Floats:
    """Pinball loss (Koenker and Bassett, 1978).

    Args:
        quantiles: [..., levels].
        observed: [...], NaN where nothing was observed.
        levels: Quantile levels.

    Returns:
        [..., levels] in the target's unit, NaN where nothing was observed.
    """
    error = observed[..., None] - quantiles
    weights = np.asarray(levels, dtype=np.float32)
    return np.maximum(weights * error, (weights - 1) * error)


def crps(losses: Floats, levels: Sequence[float]) -> Floats:
    """CRPS from the pinball losses of some levels.

    Args:
        losses: [..., levels]: what `pinball` gives.
        levels: Quantile levels, ascending.

    Returns:
        [...] in the target's unit.
    """
    return 2 * (losses @ np.asarray(level_weights(levels), dtype=np.float32))
