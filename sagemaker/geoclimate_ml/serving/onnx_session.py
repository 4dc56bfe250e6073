"""Networks run by ONNX Runtime on the processor."""

from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnxruntime

from geoclimate.features.inputs import Inputs
from geoclimate_ml.predictions import Predict

NAMES: Final = ("history", "context", "future")
QUANTILES: Final = "quantiles"
ONNX_SUFFIX: Final = ".onnx"
_ROWS: Final = 64
"""Rows at a time: fewer pay for starting each operation, more fall out of the processor's cache."""

Floats = npt.NDArray[np.float32]


def open_session(path: Path) -> Any:
    """An ONNX Runtime session on one thread of the processor.

    A small network gains nothing from more threads, and they would fight over cores with whatever else runs.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def run_session(session: Any, inputs: Inputs) -> Floats:
    """Quantiles float32 [n, lead times, levels] of some inputs."""
    named = dict(zip(NAMES, (inputs.history, inputs.context, inputs.future), strict=True))
    (quantiles,) = session.run([QUANTILES], named)
    answer: Floats = quantiles
    return answer


def session_predicts(session: Any) -> Predict:
    """How a session is asked for many rows."""

    def predict(inputs: Inputs) -> Floats:
        parts = [
            run_session(session, part_of(inputs, slice(begin, begin + _ROWS))) for begin in range(0, len(inputs), _ROWS)
        ]
        return np.concatenate(parts)

    return predict


def part_of(inputs: Inputs, rows: slice) -> Inputs:
    """Some rows of some inputs."""
    return Inputs(inputs.history[rows], inputs.context[rows], inputs.future[rows])
