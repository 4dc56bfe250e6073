"""Light models small enough to be written by hand: they expect the newest known target, wider by lead time."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from geoclimate.contracts.model import ONNX_CONTRACT_KEY, ForecastContract
from geoclimate.features.input_spec import InputSpec
from geoclimate.features.inputs import contract_fields

LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


def contract_for(spec: InputSpec, levels: tuple[float, ...] = LEVELS) -> ForecastContract:
    """What a model of this specification says that it was built for."""
    return ForecastContract(**contract_fields(spec), levels=levels)


def light_model(contract: ForecastContract, *, metadata: dict[str, str] | None = None, sign: float = 1.0) -> bytes:
    """An ONNX file with the inputs and the output of a real one; with `sign` -1 its quantiles cross."""
    leads = np.asarray(contract.lead_hours, dtype=np.float32)[:, None]
    spread = sign * leads * (np.asarray(contract.levels, dtype=np.float32) - 0.5)
    shapes: dict[str, list[str | int | None]] = {
        "history": ["n", contract.history_hours, len(contract.history_columns)],
        "context": ["n", len(contract.context_columns)],
        "future": ["n", len(contract.lead_hours), len(contract.future_columns)],
    }
    nodes = [
        helper.make_node("Gather", ["history", "newest"], ["row"], axis=1),
        helper.make_node("Gather", ["row", "target"], ["value"], axis=2),
        helper.make_node("Add", ["value", "spread"], ["quantiles"]),
    ]
    graph = helper.make_graph(
        nodes,
        "light",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()],
        [helper.make_tensor_value_info("quantiles", TensorProto.FLOAT, ["n", *spread.shape])],
        [
            numpy_helper.from_array(np.array([contract.history_hours - 1]), "newest"),
            numpy_helper.from_array(np.array([0]), "target"),
            numpy_helper.from_array(spread[None], "spread"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    given = {ONNX_CONTRACT_KEY: contract.model_dump_json()} if metadata is None else metadata
    helper.set_model_props(model, given)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())
