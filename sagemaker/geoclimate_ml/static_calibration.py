"""Where the online calibration begins: factors that make the validation part's quantiles cover what they state.

Split-conformal (Papadopoulos and others, 2002; Romano, Patterson and Candes, 2019) with a scale in place of a shift:
for each lead time and level, the quantile of the observed distances from the median in units of the predicted ones.
"""

import numpy as np

from geoclimate.features.conformal import ALL_STATIONS, ConformalState, initial_state
from geoclimate_ml.scoring.forecasts import Forecasts

_NARROWEST, _WIDEST = 0.5, 2.5
# A predicted width of nothing, where the lower quantile is cut off at zero, must not divide.
_SMALLEST_WIDTH = 1e-3
_SMOOTHED_LEADS = 7
_LEAST = 50


def static_calibration(forecasts: Forecasts, lowest: float | None) -> ConformalState:
    """The state from which a model's calibration begins.

    A factor is bounded, so that a short or odd validation part cannot make an interval vanish or explode, and is the
    mean over neighbouring lead times.

    Args:
        forecasts: Of issue times that the model was not trained on.
        lowest: Least value that the target can take, or None.
    """
    levels = forecasts.levels
    middle = levels.index(0.5)
    state = initial_state(levels, forecasts.lead_hours, lowest=lowest)
    factor = np.ones((len(forecasts.lead_hours), len(levels)), dtype=np.float32)
    deviation = forecasts.observed - forecasts.quantiles[..., middle]
    for place, level in enumerate(levels):
        side = np.sign(place - middle)
        if not side:
            continue
        width = side * (forecasts.quantiles[..., place] - forecasts.quantiles[..., middle])
        ratio = side * deviation / np.maximum(width, _SMALLEST_WIDTH)
        wanted = level if side > 0 else 1 - level
        for lead in range(len(factor)):
            known = ratio[np.isfinite(ratio[:, lead]), lead]
            if len(known) >= _LEAST:
                factor[lead, place] = np.clip(np.quantile(known, wanted), _NARROWEST, _WIDEST)
    return ConformalState(levels, state.lead_hours, state.step, lowest, {ALL_STATIONS: _smoothed(factor)})


def _smoothed(
    factor: np.ndarray[tuple[int, int], np.dtype[np.float32]],
) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    width = min(_SMOOTHED_LEADS, len(factor) - 1 + len(factor) % 2)
    padded = np.pad(factor, ((width // 2, width // 2), (0, 0)), mode="edge")
    means = np.lib.stride_tricks.sliding_window_view(padded, width, axis=0).mean(axis=-1)
    smooth: np.ndarray[tuple[int, int], np.dtype[np.float32]] = means[: len(factor)].astype(np.float32)
    return smooth
