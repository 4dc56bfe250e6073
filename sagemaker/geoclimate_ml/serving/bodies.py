"""Bodies of requests and answers of the endpoint: safetensors, or JSON for people."""

import json
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from geoclimate.contracts.model import JSON, SAFETENSORS, ForecastResponse
from geoclimate.domain.errors import InvalidInput
from geoclimate.features.inputs import Inputs
from geoclimate.features.prediction import Prediction
from geoclimate.features.wire import decode_inputs, encode_prediction, to_inputs

MAX_BODY_BYTES: Final = 6 * 1024 * 1024
"""What SageMaker lets through to a real-time endpoint."""
_MATRICES: Final = ("history", "context", "future")
_ANY: Final = frozenset({JSON, "*/*", "application/*", ""})


def read_inputs(body: str | bytes, content_type: str) -> Inputs:
    """Inputs from a request.

    Raises:
        InvalidInput: The content type is neither of the two, or the body is too large or holds no inputs.
    """
    if len(body) > MAX_BODY_BYTES:
        raise InvalidInput(f"the body has {len(body)} bytes, more than the {MAX_BODY_BYTES} that a call takes")
    kind = content_type.split(";", maxsplit=1)[0].strip().lower()
    if kind == SAFETENSORS and isinstance(body, bytes | bytearray):
        return decode_inputs(bytes(body))
    if kind == JSON:
        return to_inputs(_from_json(body))
    raise InvalidInput(f"content type {content_type!r} is not supported; send {SAFETENSORS} as bytes, or {JSON}")


def write_prediction(prediction: Prediction, accept: str) -> tuple[str | bytes, str]:
    """The body of an answer and its content type.

    Raises:
        InvalidInput: The caller accepts neither of the two.
    """
    accepted = {part.split(";")[0].strip().lower() for part in accept.split(",")}
    if SAFETENSORS in accepted:
        return encode_prediction(prediction), SAFETENSORS
    if accepted & _ANY:
        response = ForecastResponse(
            model_version=prediction.model_version,
            lead_hours=prediction.lead_hours,
            levels=prediction.levels,
            quantiles=prediction.quantiles.tolist(),
        )
        return response.model_dump_json(), JSON
    raise InvalidInput(f"accept {accept!r} is not supported; ask for {SAFETENSORS} or {JSON}")


def _from_json(body: str | bytes) -> dict[str, npt.NDArray[Any]]:
    try:
        document: Any = json.loads(body, parse_constant=_refuse_constant)
    except (RecursionError, ValueError) as error:
        raise InvalidInput(f"the body is no JSON: {error}") from error
    if not isinstance(document, dict) or document.keys() != set(_MATRICES):
        raise InvalidInput(f"the body must be an object with exactly {', '.join(_MATRICES)}")
    return {name: _matrix(name, document[name]) for name in _MATRICES}


def _matrix(name: str, lists: Any) -> npt.NDArray[np.float32]:
    try:
        cells = np.asarray(lists, dtype=object)
        if not all(cell is None or type(cell) in {int, float} for cell in cells.flat):
            message = "a cell is neither a number nor null, or the lists have unequal lengths"
            raise ValueError(message)  # noqa: TRY301 - joins what numpy raises for the same fault
        with np.errstate(over="ignore"):
            # What is too large for float32 becomes infinite, which is refused with the matrix's name.
            return cells.astype(np.float64).astype(np.float32)
    # Of lists nested too deep numpy says a RuntimeError, as a RecursionError is one.
    except (OverflowError, RuntimeError, TypeError, ValueError) as error:
        raise InvalidInput(
            f"{name} must be nested lists of numbers and null, all of the same length: {error}"
        ) from error


def _refuse_constant(name: str) -> float:
    message = f"{name} is no number in JSON; a missing value is null"
    raise ValueError(message)
