"""Check that what a model answered is a forecast of what it was asked."""

import numpy as np

from geoclimate.domain.errors import ModelRejected
from geoclimate.features.prediction import Prediction


def check_prediction(prediction: Prediction, rows: int, lead_hours: tuple[int, ...]) -> None:
    """Refuse an answer that is not one finite, ordered row of quantiles a series and lead time.

    Raises:
        ModelRejected: It is not; the message says in what.
    """
    who = f"model {prediction.model_version}"
    if prediction.lead_hours != lead_hours:
        raise ModelRejected(f"{who} forecasts the lead times {prediction.lead_hours}, not {lead_hours}")
    shape = (rows, len(lead_hours), len(prediction.levels))
    if prediction.quantiles.shape != shape:
        raise ModelRejected(f"{who} answered an array of shape {prediction.quantiles.shape}, not {shape}")
    if not np.isfinite(prediction.quantiles).all():
        raise ModelRejected(f"{who} answered values that are not finite")
    if (np.diff(prediction.quantiles, axis=2) < 0).any():
        raise ModelRejected(f"{who} answered quantiles that cross")
