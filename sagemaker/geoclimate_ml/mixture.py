"""Several forecasters as one: each quantile is the weighted mean of theirs, with weights by lead time.

Averaging quantiles keeps them in order and keeps the members' sharpness (Vincent, 1912; Lichtendahl, Grushka-Cockayne
and Winkler, 2013, "Is it better to average probabilities or quantiles?").
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from geoclimate_ml.scoring.crps import level_weights

Floats = npt.NDArray[np.float32]

# How far weights may go from equal ones: members that are hard to tell apart on a short validation stay together.
_STEPS = 60
_RATE = 0.5
_SMOOTHED_LEADS = 5
# So that a weight can come back.
_LEAST_WEIGHT = 1e-12


def mixed(members: Mapping[str, Floats], weights: Mapping[str, npt.NDArray[np.float64]]) -> Floats:
    """Weighted mean of the members' quantiles.

    Args:
        members: float32 [n, lead times, levels] by name.
        weights: float64 [lead times] by name, summing to 1 over the members at each lead time.
    """
    parts = [weights[name][:, None] * quantiles for name, quantiles in members.items()]
    mean: Floats = np.stack(parts).sum(axis=0).astype(np.float32)
    return mean


def choose_weights(
    members: Mapping[str, Floats], observed: Floats, levels: tuple[float, ...]
) -> dict[str, npt.NDArray[np.float64]]:
    """Weights by lead time that lower the CRPS on a validation part, begun at equal ones.

    The CRPS of a mean of quantiles is convex in the weights, so a few steps of exponentiated gradient descent (Kivinen
    and Warmuth, 1997) walk towards the best; the number of steps is bounded, so that little evidence moves them little.

    Args:
        members: float32 [n, lead times, levels] by name, of issue times that no member was trained on.
        observed: float32 [n, lead times], NaN where nothing was observed.
        levels: Quantile levels, ascending.

    Returns:
        float64 [lead times] by name.
    """
    names = list(members)
    said = np.stack([members[name] for name in names]).astype(np.float64)
    known = np.isfinite(observed)
    truth = np.where(known, observed, 0.0)[..., None]
    share = np.asarray(level_weights(levels), dtype=np.float64)
    level = np.asarray(levels)
    usual = np.abs(truth[..., 0] - said[0, ..., len(levels) // 2])
    unit = np.maximum((usual * known).sum(axis=0) / np.maximum(known.sum(axis=0), 1), 1e-9)
    weights = np.full((len(names), observed.shape[1]), 1.0 / len(names))
    for _ in range(_STEPS):
        mean = (weights[:, None, :, None] * said).sum(axis=0)
        slope = np.where(mean > truth, 1 - level, -level) * known[..., None] * share
        gradient = (slope * said).sum(axis=(1, 3)) / np.maximum(known.sum(axis=0), 1) / unit
        gradient = _smoothed(gradient)
        # In logarithms: where a member is right to the last digit, the others' gradients have no bound.
        strength = np.log(np.maximum(weights, _LEAST_WEIGHT)) - _RATE * (gradient - gradient.mean(axis=0))
        weights = np.exp(strength - strength.max(axis=0))
        weights /= weights.sum(axis=0)
    return dict(zip(names, weights, strict=True))


def _smoothed(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Running mean over neighbouring lead times, [members, lead times]: their weights have no reason to differ much."""
    width = min(_SMOOTHED_LEADS, values.shape[1] | 1)
    padded = np.pad(values, ((0, 0), (width // 2, width // 2)), mode="edge")
    smooth: npt.NDArray[np.float64] = np.lib.stride_tricks.sliding_window_view(padded, width, axis=1).mean(axis=-1)
    return smooth[:, : values.shape[1]]
