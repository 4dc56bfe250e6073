"""Several forecasters as one: each quantile is the weighted mean of theirs, with weights by lead time.

Averaging quantiles keeps them in order and keeps the members' sharpness (Vincent, 1912; Lichtendahl, Grushka-Cockayne
and Winkler, 2013, "Is it better to average probabilities or quantiles?").
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from geoclimate.domain.verification import level_weights

Floats = npt.NDArray[np.float32]

# What a nat of relative entropy to the weights before costs, in parts of the loss: a short validation part does not
# tell apart members that are nearly as good.
_HELD = 0.05
_STEPS = 200
_RATE = 3.0
_SMOOTHED_LEADS = 5
# So that logarithms and ratios stay numbers.
_LEAST_WEIGHT = 1e-12
_LEAST_LOSS = 1e-6


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
    members: Mapping[str, Floats],
    observed: Floats,
    levels: tuple[float, ...],
    before: Mapping[str, float],
) -> dict[str, npt.NDArray[np.float64]]:
    """Weights by lead time that lower the CRPS on a validation part, held to those before it was seen.

    What is lowered at each lead time is the CRPS of the mixture relative to what it was before, and a share of the
    relative entropy of the weights to those before. Both are convex in the weights; exponentiated gradient descent
    (Kivinen and Warmuth, 1997), with the entropy taken whole at every step, walks to the least. Weights are then
    averaged over neighbouring lead times.

    Args:
        members: float32 [n, lead times, levels] by name, of issue times that no member was trained on.
        observed: float32 [n, lead times], NaN where nothing was observed.
        levels: Quantile levels, ascending.
        before: Weight of each member before any evidence, above 0 and summing to 1.

    Returns:
        float64 [lead times] by name.
    """
    leads = observed.shape[1]
    # [lead times, members, n x levels], so that both sums below are products of matrices.
    said = np.stack([members[name].swapaxes(0, 1).reshape(leads, -1) for name in members], axis=1)
    known = np.isfinite(observed).T[..., None]
    share = known * np.asarray(level_weights(levels), dtype=np.float32)
    level = np.asarray(levels, dtype=np.float32)
    too_low, too_high = (share * -level).reshape(leads, -1), (share * (1 - level)).reshape(leads, -1)
    truth = np.repeat(np.where(known[..., 0], observed.T, 0), len(levels), axis=1).astype(np.float32)
    begun = np.log([[before[name] for name in members]])
    weights = np.repeat(np.exp(begun), leads, axis=0)
    unit = None
    for step in range(_STEPS):
        mean = np.matmul(weights[:, None].astype(np.float32), said)[:, 0]
        slope = np.where(mean > truth, too_high, too_low)
        unit = ((mean - truth) * slope).sum(axis=1, keepdims=True).clip(_LEAST_LOSS) if unit is None else unit
        gradient = np.matmul(said, slope[..., None])[..., 0] / unit
        rate = _RATE / np.sqrt(1 + step)
        strength = np.log(np.maximum(weights, _LEAST_WEIGHT)) - rate * (gradient - _HELD * begun)
        strength /= 1 + rate * _HELD
        weights = np.exp(strength - strength.max(axis=1, keepdims=True))
        weights /= weights.sum(axis=1, keepdims=True)
    return dict(zip(members, _smoothed(weights).T, strict=True))


def _smoothed(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Running mean over neighbouring lead times, [lead times, members]: their weights have no reason to differ much."""
    width = min(_SMOOTHED_LEADS, len(values) | 1)
    padded = np.pad(values, ((width // 2, width // 2), (0, 0)), mode="edge")
    smooth: npt.NDArray[np.float64] = np.lib.stride_tricks.sliding_window_view(padded, width, axis=0).mean(axis=-1)
    return smooth[: len(values)]
