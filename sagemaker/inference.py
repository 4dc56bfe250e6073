"""SageMaker's serving hooks: `model_fn`, `input_fn`, `predict_fn`, `output_fn`, per `geoclimate.contracts.model`."""

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from geoclimate.contracts.model import JSON, NPY, ForecastResponse
from geoclimate_ml import artifact
from geoclimate_ml.lstm import QuantileLstm

_BATCH = 256


@dataclass(frozen=True, slots=True)
class Served:
    """A loaded model and its version."""

    network: QuantileLstm
    version: str


def model_fn(model_dir: str) -> Served:
    """Load the model, on the GPU where there is one.

    Raises:
        IntegrityError: The artifact is damaged, or its parts do not belong together.
    """
    # A small network gains nothing from more threads, and they would fight over cores with whatever else runs here.
    torch.set_num_threads(1)
    network, card = artifact.load(Path(model_dir))
    return Served(network.to("cuda" if torch.cuda.is_available() else "cpu"), card.version)


def input_fn(body: str | bytes, content_type: str) -> npt.NDArray[np.float32]:
    """Read windows from a request.

    Returns:
        float32 [n, history_hours, features], NaN where missing.

    Raises:
        ValueError: The content type is neither of the two, or the body is not windows of numbers.
    """
    kind = content_type.split(";", maxsplit=1)[0].strip().lower()
    if kind == NPY:
        windows = _from_npy(body)
    elif kind == JSON:
        windows = _from_json(body)
    else:
        message = f"content type {content_type!r} is not supported; send {NPY} or {JSON}"
        raise ValueError(message)
    if windows.ndim != 3:
        message = f"windows must have the shape [n, history_hours, features], but have {list(windows.shape)}"
        raise ValueError(message)
    if np.isinf(windows).any():
        message = "windows hold an infinite value; a missing value is NaN (null in JSON)"
        raise ValueError(message)
    return windows


def predict_fn(windows: npt.NDArray[np.float32], model: Served) -> ForecastResponse:
    """Forecast, a bounded number of windows at a time.

    Raises:
        ValueError: The windows do not have the rows and columns that the model was built for.
    """
    contract = model.network.contract
    expected = (contract.history_hours, len(contract.feature_names))
    if windows.shape[1:] != expected or not len(windows):
        message = (
            f"windows must have the shape [n, {expected[0]}, {expected[1]}] with n of 1 or more, "
            f"but have {list(windows.shape)}; the columns are {', '.join(contract.feature_names)}"
        )
        raise ValueError(message)
    device = model.network.center.device
    with torch.inference_mode():
        parts = [model.network(part.to(device)).cpu() for part in torch.split(torch.from_numpy(windows), _BATCH)]
    return ForecastResponse(
        model_version=model.version,
        lead_hours=contract.lead_hours,
        levels=contract.levels,
        quantiles=torch.cat(parts).tolist(),
    )


def output_fn(prediction: ForecastResponse, accept: str) -> tuple[str | bytes, str]:
    """Write the answer: JSON, or the bare quantiles as `.npy` where the caller asks for that alone.

    Returns:
        The body and its content type.

    Raises:
        ValueError: The caller accepts neither.
    """
    accepted = {part.split(";")[0].strip().lower() for part in accept.split(",")}
    if accepted & {JSON, "*/*", "application/*", ""}:
        return prediction.model_dump_json(), JSON
    if NPY in accepted:
        buffer = io.BytesIO()
        np.save(buffer, np.asarray(prediction.quantiles, dtype=np.float32), allow_pickle=False)
        return buffer.getvalue(), NPY
    message = f"accept {accept!r} is not supported; ask for {JSON} or {NPY}"
    raise ValueError(message)


def _from_npy(body: str | bytes) -> npt.NDArray[np.float32]:
    if isinstance(body, str):
        message = f"a body of {NPY} must be bytes"
        raise ValueError(message)  # noqa: TRY004 - the hooks promise one class of error for whatever is sent
    try:
        windows = np.load(io.BytesIO(body), allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        message = f"the body is no .npy array: {error}"
        raise ValueError(message) from error
    if not isinstance(windows, np.ndarray) or windows.dtype != np.float32:
        found = getattr(windows, "dtype", "an archive of arrays")
        message = f"windows must be one float32 array, but are {found}"
        raise ValueError(message)
    return windows


def _from_json(body: str | bytes) -> npt.NDArray[np.float32]:
    try:
        document: Any = json.loads(body)
    except ValueError as error:
        message = f"the body is no JSON: {error}"
        raise ValueError(message) from error
    if not isinstance(document, dict) or set(document) != {"windows"}:
        message = 'the body must be {"windows": [[[number or null, ...], ...], ...]}'
        raise ValueError(message)
    try:
        return _numbers(np.asarray(document["windows"], dtype=object)).astype(np.float32)
    except (ValueError, OverflowError) as error:
        message = f"windows must be nested lists of numbers and null, all of the same length: {error}"
        raise ValueError(message) from error


def _numbers(cells: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    if all(cell is None or type(cell) in {int, float} for cell in cells.flat):
        return cells
    message = "a cell is neither a number nor null, or the lists have unequal lengths"
    raise ValueError(message)
