"""A model as it answers: each network by what is quickest here, and requests merged where that pays."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch

from geoclimate.contracts.model import MAX_ROWS, ForecastContract
from geoclimate.domain.errors import InvalidInput
from geoclimate.features.inputs import Inputs
from geoclimate.features.prediction import Prediction
from geoclimate_ml.forecast_model import ForecastModel
from geoclimate_ml.predictions import Predict
from geoclimate_ml.serving.half_precision import half_precision_predicts
from geoclimate_ml.serving.micro_batching import MicroBatcher
from geoclimate_ml.serving.onnx_session import ONNX_SUFFIX, open_session, session_predicts

_WINDOW_S: Final = 0.003
_MAX_WAITING: Final = 64
_LARGEST: Final = 1e9
"""Beyond what any parameter can have in its canonical unit; products of much larger values leave float32."""
_NEWEST: Final = "newest"


@dataclass(frozen=True, slots=True, eq=False)
class Served:
    """A loaded model; several threads may ask it.

    Attributes:
        version: Registry version.
        contract: Input and output.
        predict: How it is asked.
    """

    version: str
    contract: ForecastContract
    predict: Predict

    def answer(self, inputs: Inputs) -> Prediction:
        """Forecast.

        Raises:
            InvalidInput: The matrices are not those that the model was built for, or have too many rows.
            Unavailable: Too many requests wait.
        """
        check_inputs(inputs, self.contract)
        return Prediction(self.version, self.contract.lead_hours, self.contract.levels, self.predict(inputs))


def served(model: ForecastModel, members: Path, device: torch.device) -> Served:
    """A model ready to be asked.

    On a GPU networks run in half precision and requests are merged; on a processor ONNX Runtime runs each network.

    Args:
        model: With its networks on the CPU.
        members: Folder with the networks as `<kind>.onnx`, as `export_members` writes them; torch runs one that is not
            there.
        device: Where to compute.
    """
    asked: dict[str, Predict] = model.members()
    for kind, network in model.networks.items():
        exported = members / f"{kind}{ONNX_SUFFIX}"
        if device.type != "cpu":
            asked[kind] = half_precision_predicts(network, device)
        elif exported.is_file():
            asked[kind] = session_predicts(open_session(exported))
    predict = _mixture(model, asked)
    if device.type != "cpu":
        predict = MicroBatcher(predict, MAX_ROWS, _WINDOW_S, _MAX_WAITING)
    return Served(model.version, model.contract, predict)


def check_inputs(inputs: Inputs, contract: ForecastContract) -> None:
    """Refuse inputs that a model was not built for.

    Raises:
        InvalidInput: A matrix has another shape or holds what nothing can measure, there are more rows than a call may
            have, or the newest value of a row, from which its forecast is told, is missing.
    """
    if len(inputs) > MAX_ROWS:
        raise InvalidInput(f"{len(inputs)} rows are too many: a call takes at most {MAX_ROWS}")
    for name, matrix, rows, columns in (
        ("history", inputs.history, (contract.history_hours,), contract.history_columns),
        ("context", inputs.context, (), contract.context_columns),
        ("future", inputs.future, (len(contract.lead_hours),), contract.future_columns),
    ):
        expected = (*rows, len(columns))
        if matrix.shape[1:] != expected:
            raise InvalidInput(
                f"{name} must have the shape [n, {', '.join(map(str, expected))}], but has {list(matrix.shape)}; "
                f"its columns are {', '.join(columns)}"
            )
        if (np.abs(matrix) > _LARGEST).any():
            raise InvalidInput(f"{name} holds a value beyond {_LARGEST:g}, which is none in canonical units")
    unknown = np.flatnonzero(np.isnan(inputs.context[:, contract.context_columns.index(_NEWEST)]))
    if len(unknown):
        raise InvalidInput(
            f"context[{unknown[0]}] has no {_NEWEST}, the last known {contract.target}: no forecast can be told from it"
        )


def _mixture(model: ForecastModel, asked: Mapping[str, Predict]) -> Predict:
    return lambda inputs: model.combined({name: ask(inputs) for name, ask in asked.items()})
