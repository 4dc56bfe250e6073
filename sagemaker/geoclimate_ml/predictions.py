"""What forecasters say at many issue times."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import torch

from geoclimate.features.inputs import Inputs
from geoclimate_ml.networks.forecaster import Forecaster
from geoclimate_ml.samples import Samples
from geoclimate_ml.scoring.forecasts import Forecasts

Floats = npt.NDArray[np.float32]
Predict = Callable[[Inputs], Floats]
"""Quantiles float32 [n, lead times, levels] of some inputs."""

_BATCH = 2048


def network_predicts(network: Forecaster) -> Predict:
    """How a network is asked, on the device that it is on."""

    def predict(inputs: Inputs) -> Floats:
        network.eval()
        matrices = (inputs.history, inputs.context, inputs.future)
        with torch.inference_mode():
            quantiles = network(*(torch.from_numpy(matrix).to(network.device) for matrix in matrices))
        answer: Floats = quantiles.cpu().numpy()
        return answer

    return predict


def predict_samples(predict: Predict, samples: Samples) -> Floats:
    """Ask for all issue times of some samples, in parts."""
    parts = [
        predict(samples.inputs(np.arange(begin, min(begin + _BATCH, len(samples)))))
        for begin in range(0, len(samples), _BATCH)
    ]
    return np.concatenate(parts)


def to_forecasts(quantiles: Floats, samples: Samples, levels: tuple[float, ...]) -> Forecasts:
    """Forecasts beside what came."""
    return Forecasts(
        levels=levels,
        lead_hours=samples.archive.spec.lead_hours,
        quantiles=quantiles,
        observed=samples.observed(np.arange(len(samples))),
        last=samples.newest(),
        issue_hours=samples.issue_hours,
        station=samples.station,
        stations=samples.archive.stations,
    )
