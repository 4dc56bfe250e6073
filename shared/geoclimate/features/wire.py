"""Inputs and predictions as bytes, for the caller and for the endpoint alike: safetensors files, see `tensor_file`.

A request holds the tensors `history`, `context` and `future`; an answer holds `quantiles`, with `model_version`,
`lead_hours` and `levels` in its metadata. Both are float32; a missing input is NaN.
"""

import json
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from geoclimate.domain.errors import IntegrityError, InvalidInput
from geoclimate.features.inputs import Inputs
from geoclimate.features.prediction import Prediction
from geoclimate.features.tensor_file import Tensors, read_tensors, write_tensors

_AXES: Final = {
    "history": ("n", "history_hours", "columns"),
    "context": ("n", "columns"),
    "future": ("n", "lead times", "columns"),
}
_QUANTILES: Final = "quantiles"
_METADATA: Final = {"model_version", "lead_hours", "levels"}


def encode_inputs(inputs: Inputs) -> bytes:
    """A request's body."""
    return write_tensors({"history": inputs.history, "context": inputs.context, "future": inputs.future}, {})


def decode_inputs(content: bytes) -> Inputs:
    """What a request's body holds; its arrays may not be written to.

    Raises:
        InvalidInput: The body is no such file, or `to_inputs` refuses what it holds.
    """
    tensors, _ = _read(content, "the body")
    return to_inputs(tensors)


def to_inputs(tensors: Tensors) -> Inputs:
    """Inputs from arrays by name.

    Raises:
        InvalidInput: The names are not the three of `Inputs`, an array has another type or number of axes, they
            disagree about n, n is 0, or a value is infinite.
    """
    if tensors.keys() != _AXES.keys():
        # A name may hold what cannot be written as text, such as half of a pair of surrogates.
        found = ", ".join(map(ascii, sorted(tensors)))
        raise InvalidInput(f"the inputs must be exactly {', '.join(_AXES)}, but are {found or 'none'}")
    for name, axes in _AXES.items():
        array = tensors[name]
        if array.dtype != np.float32 or array.ndim != len(axes):
            raise InvalidInput(
                f"{name} must be float32 [{', '.join(axes)}], but is {array.dtype} of shape {list(array.shape)}"
            )
        if np.isinf(array).any():
            raise InvalidInput(f"{name} holds an infinite value; a missing value is NaN (null in JSON)")
    inputs = Inputs(**tensors)
    rows = len(inputs)
    if not rows or rows != len(inputs.context) or rows != len(inputs.future):
        raise InvalidInput(
            f"history, context and future must have the same number of rows, 1 or more, "
            f"but have {rows}, {len(inputs.context)} and {len(inputs.future)}"
        )
    return inputs


def encode_prediction(prediction: Prediction) -> bytes:
    """An answer's body."""
    metadata = {
        "model_version": prediction.model_version,
        "lead_hours": json.dumps(prediction.lead_hours),
        "levels": json.dumps(prediction.levels),
    }
    return write_tensors({_QUANTILES: prediction.quantiles}, metadata)


def decode_prediction(content: bytes) -> Prediction:
    """What an answer's body holds; its array may not be written to.

    Raises:
        InvalidInput: The body is no such file, or lacks something; the shape and the values are not judged.
    """
    tensors, metadata = _read(content, "the answer")
    quantiles = tensors.get(_QUANTILES)
    if quantiles is None or len(tensors) != 1 or quantiles.dtype != np.float32 or metadata.keys() != _METADATA:
        raise InvalidInput(
            f"the answer must hold {_QUANTILES} in float32 and the metadata {', '.join(sorted(_METADATA))}, "
            f"but holds {', '.join(sorted(tensors))} and {', '.join(sorted(metadata))}"
        )
    return _prediction(quantiles, metadata)


def _prediction(quantiles: npt.NDArray[np.float32], metadata: dict[str, str]) -> Prediction:
    try:
        lead_hours: list[Any] = json.loads(metadata["lead_hours"])
        levels: list[Any] = json.loads(metadata["levels"])
        return Prediction(
            model_version=metadata["model_version"],
            lead_hours=tuple(map(int, lead_hours)),
            levels=tuple(map(float, levels)),
            quantiles=quantiles,
        )
    except (RecursionError, TypeError, ValueError) as error:
        raise InvalidInput(f"the answer's lead_hours or levels are no lists of numbers: {error}") from error


def _read(content: bytes, what: str) -> tuple[Tensors, dict[str, str]]:
    try:
        return read_tensors(content)
    except IntegrityError as error:
        raise InvalidInput(f"{what} is {error}") from error
