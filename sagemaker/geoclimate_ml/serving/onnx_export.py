"""Networks as ONNX files with their contract in the metadata, in float32 and in int8, each proven close to the network.

Inputs are `history`, `context` and `future` as `Inputs` holds them, output `quantiles` [n, lead times, levels].
"""

import logging
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from geoclimate.contracts.model import ONNX_CONTRACT_KEY
from geoclimate.domain.errors import IntegrityError
from geoclimate.features.inputs import Inputs
from geoclimate_ml.forecast_model import ForecastModel
from geoclimate_ml.networks.forecaster import Forecaster
from geoclimate_ml.serving.fused_forecaster import FusedForecaster
from geoclimate_ml.serving.onnx_session import NAMES, ONNX_SUFFIX, QUANTILES, open_session, run_session

OPSET: Final = 17
VERSION_KEY: Final = "version"
FLOAT32_BOUND: Final = 1e-4
"""Largest difference between ONNX Runtime's quantiles and torch's, as a share of the largest quantile."""
INT8_BOUND: Final = 0.05
"""Mean difference between int8's quantiles and torch's, as a share of the mean distance from first to last quantile."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Parity:
    """How far an ONNX file's quantiles are from torch's on real inputs, in the target's unit.

    Attributes:
        largest: The largest difference.
        mean: The mean one.
        width: Mean distance from first to last quantile, for comparison.
    """

    largest: float
    mean: float
    width: float


def export_onnx(network: Forecaster, path: Path, version: str, inputs: Inputs) -> Parity:
    """Write a network as ONNX in float32.

    Args:
        network: On the CPU and in evaluation mode.
        path: Where to write.
        version: Of the model, for the metadata.
        inputs: Real inputs on which both must agree; two rows or more.

    Raises:
        IntegrityError: They differ by more than rounding.
    """
    example = tuple(torch.from_numpy(matrix[:2].copy()) for matrix in _matrices(inputs))
    # The transformer's fast path is one operation that the exporter does not know.
    fast_path = torch.backends.mha.get_fastpath_enabled()
    torch.onnx.register_custom_op_symbolic("aten::softplus", _softplus, OPSET)  # type: ignore[attr-defined] # documented
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with warnings.catch_warnings():
            # The TorchScript exporter is deprecated, but what the newer one writes cannot be quantised. The tracer
            # warns of Python values that are constant here by contract, and of LSTM batches other than the traced one,
            # which the agreement on another batch size disproves.
            warnings.simplefilter("ignore")
            torch.onnx.export(
                FusedForecaster(network),
                example,
                str(path),
                dynamo=False,
                opset_version=OPSET,
                input_names=list(NAMES),
                output_names=[QUANTILES],
                dynamic_axes={name: {0: "n"} for name in (*NAMES, QUANTILES)},
            )
    finally:
        torch.onnx.unregister_custom_op_symbolic("aten::softplus", OPSET)  # type: ignore[attr-defined] # documented
        torch.backends.mha.set_fastpath_enabled(fast_path)
    _describe(path, {ONNX_CONTRACT_KEY: network.contract.model_dump_json(), VERSION_KEY: version})
    parity = _parity(network, path, inputs)
    allowed = FLOAT32_BOUND * max(1.0, parity.width)
    if not parity.largest <= allowed:
        message = f"ONNX Runtime's quantiles differ from torch's by {parity.largest:.2g}, more than {allowed:.2g}"
        raise IntegrityError(message)
    return parity


def export_members(model: ForecastModel, folder: Path, inputs: Inputs) -> float:
    """Write each network of a mixture as `<kind>.onnx`, for serving on processors.

    Returns:
        The largest difference from torch's quantiles, in the target's unit.

    Raises:
        IntegrityError: They differ by more than rounding.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return max(
        export_onnx(network, folder / f"{kind}{ONNX_SUFFIX}", model.version, inputs).largest
        for kind, network in model.networks.items()
    )


def export_light(network: Forecaster, path: Path, version: str, inputs: Inputs) -> Parity:
    """Write a network as ONNX with weights in int8 and activations quantised as they come.

    The arguments are those of `export_onnx`.

    Raises:
        IntegrityError: float32 differs from torch by more than rounding, or int8 by more than `INT8_BOUND`.
    """
    with tempfile.TemporaryDirectory() as folder:
        exact = Path(folder) / "exact.onnx"
        export_onnx(network, exact, version, inputs)
        # It logs advice about models with convolutions, which these are not.
        logging.getLogger().addFilter(_about_preprocessing)
        try:
            quantize_dynamic(exact, path, weight_type=QuantType.QInt8, per_channel=True)
        finally:
            logging.getLogger().removeFilter(_about_preprocessing)
    _describe(path, {ONNX_CONTRACT_KEY: network.contract.model_dump_json(), VERSION_KEY: version})
    parity = _parity(network, path, inputs)
    if not parity.mean <= INT8_BOUND * parity.width:
        message = (
            f"int8's quantiles differ from torch's by {parity.mean:.2g} on average, "
            f"more than {INT8_BOUND:.0%} of their width {parity.width:.2g}"
        )
        raise IntegrityError(message)
    return parity


def _about_preprocessing(record: logging.LogRecord) -> bool:
    return "pre-processing before quantization" not in record.getMessage()


def _softplus(graph: Any, values: Any, beta: Any, threshold: Any) -> Any:
    """`log(1 + exp(x))`, `beta` being 1, by operations that ONNX Runtime has vectorised, as it has not its own."""
    del beta, threshold
    one = graph.op("Constant", value_t=torch.tensor(1.0))
    small = graph.op("Exp", graph.op("Neg", graph.op("Abs", values)))
    return graph.op("Add", graph.op("Relu", values), graph.op("Log", graph.op("Add", small, one)))


def _matrices(inputs: Inputs) -> tuple[Floats, Floats, Floats]:
    return inputs.history, inputs.context, inputs.future


def _describe(path: Path, metadata: Mapping[str, str]) -> None:
    exported = onnx.load(str(path))
    onnx.helper.set_model_props(exported, dict(metadata))
    onnx.checker.check_model(exported)
    onnx.save(exported, str(path))


def _parity(network: Forecaster, path: Path, inputs: Inputs) -> Parity:
    answered = run_session(open_session(path), inputs)
    with torch.inference_mode():
        expected = network(*(torch.from_numpy(matrix) for matrix in _matrices(inputs))).numpy()
    difference = np.abs(answered - expected)
    width = expected[..., -1] - expected[..., 0]
    return Parity(float(difference.max()), float(difference.mean()), float(width.mean()))
