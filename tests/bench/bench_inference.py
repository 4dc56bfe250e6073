"""The LSTM on one thread: ONNX Runtime against torch eager, in the same run."""

import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime
import torch

from geoclimate.features.spec import default_spec
from geoclimate_ml.onnx_export import export_onnx
from geoclimate_ml.pipeline import contract_of
from geoclimate_ml.training import Hyperparameters, new_model

_REPEATS: Final = {1: 300, 256: 20}


def run() -> list[tuple[str, str]]:
    """Figures and their values."""
    spec = default_spec("pm25")
    model = new_model(contract_of(spec), Hyperparameters()).eval()
    shape = (max(_REPEATS), spec.history_hours, len(model.contract.feature_names))
    windows = (30 * np.random.default_rng(1).random(shape)).astype(np.float32)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.onnx"
            export_onnx(model, path, {}, windows[:8])
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = 1
            session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        figures = []
        for batch, repeats in _REPEATS.items():
            part = windows[:batch]
            eager = _seconds(partial(_eager, model, part), repeats)
            onnx = _seconds(partial(session.run, None, {"windows": part}), repeats)
            figures += [
                (f"inference, batch {batch}, torch eager", f"{1000 * eager:.2f} ms"),
                (f"inference, batch {batch}, ONNX Runtime", f"{1000 * onnx:.2f} ms"),
                (f"inference, batch {batch}, ONNX Runtime's speed over eager's", f"{eager / onnx:.2f}"),
            ]
        return figures
    finally:
        torch.set_num_threads(threads)


def _eager(model: torch.nn.Module, windows: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> None:
    with torch.inference_mode():
        model(torch.from_numpy(windows))


def _seconds(ask: Callable[[], object], repeats: int) -> float:
    """Median of a call, after a warm-up."""
    taken = []
    for _ in range(repeats + 5):
        began = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken[5:])
