"""How good a model is on the part of the time line that it never saw."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from geoclimate.domain.errors import InvalidInput
from geoclimate.domain.models import Evaluation
from geoclimate.features.grid import time_of
from geoclimate_ml.data import Windows
from geoclimate_ml.lstm import QuantileLstm

# Prime to 24, so that every hour of the day takes its turn as an issue time.
ISSUE_EVERY_HOURS = 5
_BATCH = 512


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """What a model said, what persistence said and what came.

    Attributes:
        quantiles: float32 [n, lead times, levels].
        persistence: float32 [n]: the last known value.
        observed: float32 [n, lead times], NaN where nothing was observed.
    """

    quantiles: npt.NDArray[np.float32]
    persistence: npt.NDArray[np.float32]
    observed: npt.NDArray[np.float32]


def predict(model: QuantileLstm, windows: Windows) -> Predictions:
    """Run a model over windows, in parts."""
    device = model.center.device
    model.eval()
    parts: list[tuple[npt.NDArray[np.float32], ...]] = []
    with torch.inference_mode():
        for start in range(0, len(windows), _BATCH):
            inputs, observed = windows.batch(np.arange(start, min(start + _BATCH, len(windows))))
            inputs = inputs.to(device)
            answers = model(inputs), model.last_known(inputs)[:, 0], observed
            parts.append(tuple(tensor.cpu().numpy() for tensor in answers))
    quantiles, persistence, observed_targets = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return Predictions(quantiles, persistence, observed_targets)


def pinball(predictions: Predictions, levels: tuple[float, ...]) -> float:
    """Mean pinball loss over observed targets and levels, canonical unit (Koenker and Bassett, 1978)."""
    error = predictions.observed[..., None] - predictions.quantiles
    weights = np.asarray(levels, dtype=np.float32)
    return float(np.nanmean(np.maximum(weights * error, (weights - 1) * error)))


def evaluate(model: QuantileLstm, test: Windows) -> tuple[Evaluation, float]:
    """Score a model and persistence on the same forecasts, issued every few hours over the whole test part.

    Returns:
        The evaluation, and the mean pinball loss in the canonical unit.

    Raises:
        InvalidInput: A lead time has no observation in the test part, or the target never changes in it.
    """
    levels = model.contract.levels
    issued = test.thinned(ISSUE_EVERY_HOURS)
    predictions = predict(model, issued)
    observed = predictions.observed
    if np.isnan(observed).all(axis=0).any():
        message = f"the test part has no {model.contract.target} at some lead times; more observations are needed"
        raise InvalidInput(message)
    error = np.abs(observed - predictions.quantiles[..., len(levels) // 2])
    persistence_error = np.abs(observed - predictions.persistence[:, None])
    if not np.nansum(persistence_error):
        message = f"{model.contract.target} never changes in the test part; nothing can be learned or compared"
        raise InvalidInput(message)
    inside = (observed >= predictions.quantiles[..., 0]) & (observed <= predictions.quantiles[..., -1])
    evaluation = Evaluation(
        test_start=time_of(int(issued.issue_hours.min())),
        test_end=time_of(int(issued.issue_hours.max())),
        forecasts=len(issued),
        mae=float(np.nanmean(error)),
        persistence_mae=float(np.nanmean(persistence_error)),
        coverage=float(inside[~np.isnan(observed)].mean()),
        nominal_coverage=levels[-1] - levels[0],
        mae_by_lead=tuple(float(value) for value in np.nanmean(error, axis=0)),
        persistence_mae_by_lead=tuple(float(value) for value in np.nanmean(persistence_error, axis=0)),
        # The CRPS is twice the pinball loss over all levels (Gneiting and Raftery, 2007), here over those there are.
        crps=2 * pinball(predictions, levels),
    )
    return evaluation, pinball(predictions, levels)
