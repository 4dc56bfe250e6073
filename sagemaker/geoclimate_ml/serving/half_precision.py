"""Networks run by torch on a GPU, with matrix products in half precision."""

import numpy as np
import numpy.typing as npt
import torch

from geoclimate.features.inputs import Inputs
from geoclimate_ml.networks.forecaster import Forecaster
from geoclimate_ml.predictions import Predict


def half_precision_predicts(network: Forecaster, device: torch.device) -> Predict:
    """How a network is asked on a device; scaling and quantiles stay in float32, so they cannot cross."""
    moved = network.to(device).eval()
    half = torch.bfloat16 if device.type != "cuda" or torch.cuda.is_bf16_supported() else torch.float16

    def predict(inputs: Inputs) -> npt.NDArray[np.float32]:
        matrices = (inputs.history, inputs.context, inputs.future)
        with torch.inference_mode(), torch.autocast(device.type, dtype=half):
            quantiles = moved(*(torch.from_numpy(matrix).to(device) for matrix in matrices))
        answer: npt.NDArray[np.float32] = quantiles.float().cpu().numpy()
        return answer

    return predict
