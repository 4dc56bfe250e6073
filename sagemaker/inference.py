"""SageMaker's serving hooks: `model_fn`, `input_fn`, `predict_fn` and `output_fn`, per `geoclimate.contracts.model`."""

import os
from pathlib import Path
from typing import Final

import torch

from geoclimate.domain.errors import IntegrityError
from geoclimate.features.inputs import Inputs
from geoclimate.features.prediction import Prediction
from geoclimate_ml.model_files import MEMBERS, load_model
from geoclimate_ml.serving.bodies import read_inputs, write_prediction
from geoclimate_ml.serving.refusals import refusals
from geoclimate_ml.serving.served import Served, served

_VERSION_VARIABLE: Final = "GEOCLIMATE_MODEL_VERSION"
"""The version that the deployment means to serve."""


def model_fn(model_dir: str) -> Served:
    """Load the model, on the GPU where there is one.

    Raises:
        IntegrityError: The artifact is damaged, its parts do not belong together, or it is not of the version that is
            to be served.
    """
    # A small network gains nothing from more threads, and they would fight over cores with whatever else runs here.
    torch.set_num_threads(1)
    directory = Path(model_dir)
    model, _ = load_model(directory)
    wanted = os.environ.get(_VERSION_VARIABLE, model.version)
    if model.version != wanted:
        raise IntegrityError(f"the artifact holds the version {model.version}, not {wanted} that is to be served")
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return served(model, directory / MEMBERS, device)


def input_fn(body: str | bytes, content_type: str) -> Inputs:
    """Read inputs from a request.

    Raises:
        InvalidInput: The body holds no inputs, is too large, or has another content type.
    """
    with refusals():
        return read_inputs(body, content_type)


def predict_fn(inputs: Inputs, model: Served) -> Prediction:
    """Forecast.

    Raises:
        InvalidInput: The matrices are not those that the model was built for, or have too many rows.
        Unavailable: Too many requests wait.
    """
    with refusals():
        return model.answer(inputs)


def output_fn(prediction: Prediction, accept: str) -> tuple[str | bytes, str]:
    """Write the answer as the caller wants it.

    Raises:
        InvalidInput: The caller accepts neither safetensors nor JSON.
    """
    with refusals():
        return write_prediction(prediction, accept)
