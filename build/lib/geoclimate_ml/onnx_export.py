"""The model as an ONNX file, with its contract in the metadata, proven equal to the network."""

import importlib
import importlib.util
import warnings
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import torch

from geoclimate.domain.errors import IntegrityError
from geoclimate_ml.lstm import QuantileLstm

OPSET = 17
# Of the largest quantile: float32 sums in another order differ by this much at most.
RELATIVE_TOLERANCE = 1e-4


def export_onnx(
    model: QuantileLstm, path: Path, metadata: Mapping[str, str], windows: npt.NDArray[np.float32]
) -> float | None:
    """Write a model as ONNX: input `windows` [n, history_hours, features], output `quantiles` [n, leads, levels].

    Args:
        model: On the CPU and in evaluation mode.
        path: Where to write.
        metadata: Written into the file's metadata.
        windows: Windows on which torch and ONNX Runtime must agree.

    Returns:
        The largest difference between the two, in the target's unit; None where ONNX Runtime is not installed.

    Raises:
        IntegrityError: They differ by more than rounding.
    """
    example = torch.from_numpy(windows[:2])
    with warnings.catch_warnings():
        # The TorchScript exporter is deprecated, but what the newer one writes cannot be quantised. The tracer warns of
        # Python values that are constant here by contract, and of LSTM batches other than the traced one, which the
        # agreement with ONNX Runtime on another batch size disproves.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model,
            (example,),
            str(path),
            dynamo=False,
            opset_version=OPSET,
            input_names=["windows"],
            output_names=["quantiles"],
            dynamic_axes={"windows": {0: "n"}, "quantiles": {0: "n"}},
        )
    exported = onnx.load(str(path))
    onnx.helper.set_model_props(exported, dict(metadata))
    onnx.checker.check_model(exported)
    onnx.save(exported, str(path))
    return _difference(model, path, windows)


def _difference(model: QuantileLstm, path: Path, windows: npt.NDArray[np.float32]) -> float | None:
    if importlib.util.find_spec("onnxruntime") is None:
        return None
    runtime = importlib.import_module("onnxruntime")
    session = runtime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (answered,) = session.run(["quantiles"], {"windows": windows})
    with torch.inference_mode():
        expected = model(torch.from_numpy(windows)).numpy()
    difference = float(np.abs(answered - expected).max())
    allowed = RELATIVE_TOLERANCE * max(1.0, float(np.abs(expected).max()))
    if not difference <= allowed:
        message = f"ONNX Runtime's quantiles differ from torch's by {difference:.2g}, more than {allowed:.2g}"
        raise IntegrityError(message)
    return difference
