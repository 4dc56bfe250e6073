"""The smallest network of the platform as a light model, untrained: its speed does not depend on its weights."""

import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from geoclimate.contracts.model import ONNX_CONTRACT_KEY
from geoclimate.features.input_spec import InputSpec
from geoclimate_ml.networks.architecture import Architecture
from geoclimate_ml.networks.forecaster import Forecaster
from tests.engine_fakes import batch_of
from tests.light_models import contract_for


def write_light_lstm(path: Path, spec: InputSpec) -> None:
    """Write it as int8 ONNX with its contract."""
    contract = contract_for(spec)
    network = Forecaster(contract, Architecture(kind="lstm")).eval()
    inputs = batch_of(4, spec).inputs
    example = tuple(torch.from_numpy(np.nan_to_num(part)) for part in (inputs.history, inputs.context, inputs.future))
    names = ("history", "context", "future")
    whole = path.with_suffix(".float.onnx")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            example,
            str(whole),
            dynamo=False,
            opset_version=17,
            input_names=list(names),
            output_names=["quantiles"],
            dynamic_axes={name: {0: "n"} for name in (*names, "quantiles")},
        )
    quantize_dynamic(whole, path, weight_type=QuantType.QInt8)
    model = onnx.load(path)
    onnx.helper.set_model_props(model, {ONNX_CONTRACT_KEY: contract.model_dump_json()})
    onnx.save(model, path)
