"""The light model of the version in production, run by ONNX Runtime inside the function."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError

from geoclimate.contracts.model import LIGHT_MODEL_LIMIT_BYTES, ONNX_CONTRACT_KEY, ForecastContract
from geoclimate.domain.errors import IntegrityError, ModelRejected, Unavailable
from geoclimate.domain.forecasts import Engine
from geoclimate.features.input_spec import InputSpec
from geoclimate.features.inputs import Inputs, contract_fields
from geoclimate.features.prediction import Prediction
from geoclimate.services.check_prediction import check_prediction
from geoclimate.services.forecast_batch import ForecastBatch
from geoclimate.services.model_registry import ProductionModels
from geoclimate.services.ports import ObjectStore
from geoclimate.services.read_model_file import in_production, read_model_file

_ROWS: Final = 32
"""Rows at a time: more are no faster on one thread, and take more memory."""


@dataclass(frozen=True, slots=True)
class _LightModel:
    """A loaded model; `session` is an `onnxruntime.InferenceSession`."""

    version: str
    contract: ForecastContract
    session: Any


class OnnxEngine:
    """The light model of the version in production; implements `ForecastEngine`.

    The runtime is loaded when it is first needed: a function whose endpoint answers never pays for it.

    Args:
        spec: What a model is shown; a model that was built for anything else is refused.
        registry: Which version is in production.
        objects: The bucket of artifacts.
    """

    name: Engine = "onnx"

    def __init__(self, spec: InputSpec, registry: ProductionModels, objects: ObjectStore) -> None:
        self._spec = spec
        self._registry = registry
        self._objects = objects
        self._kept: _LightModel | None = None

    def predict(self, batch: ForecastBatch) -> Prediction:
        """What the light model expects of the stations of a batch.

        Raises:
            Unavailable: No model is in production, it has no light model, a store does not answer, ONNX Runtime is not
                installed, or it fails.
            NotFound: The model's file is gone.
            InvalidInput: The file is too large, or in another bucket.
            IntegrityError: The file is not the one that was registered, or no model.
            ModelRejected: The model was built for other inputs, or its answer is no forecast.
        """
        model = self._in_production()
        parts = [_run(model, batch.inputs, slice(start, start + _ROWS)) for start in range(0, len(batch), _ROWS)]
        prediction = Prediction(model.version, model.contract.lead_hours, model.contract.levels, np.concatenate(parts))
        check_prediction(prediction, len(batch), self._spec.lead_hours)
        return prediction

    def _in_production(self) -> _LightModel:
        record = in_production(self._registry, self._spec.target)
        if self._kept is None or self._kept.version != record.version:
            content = read_model_file(
                self._objects, record.light_model_uri, record.light_model_digest, LIGHT_MODEL_LIMIT_BYTES
            )
            session = _session(content)
            self._kept = _LightModel(record.version, _contract(session, self._spec, record.version), session)
        return self._kept


def _session(content: bytes) -> Any:
    try:
        runtime = importlib.import_module("onnxruntime")
    except ImportError as error:
        raise Unavailable(f"ONNX Runtime cannot be loaded: {error}") from error
    options = runtime.SessionOptions()
    # A function of this size has less than two cores, and idle threads would spin on them.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    try:
        return runtime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except _runtime_errors() as error:
        raise IntegrityError(f"ONNX Runtime cannot read the light model: {error}") from error


def _contract(session: Any, spec: InputSpec, version: str) -> ForecastContract:
    text = session.get_modelmeta().custom_metadata_map.get(ONNX_CONTRACT_KEY)
    if text is None:
        raise ModelRejected(f"the light model of {version} holds no contract in its metadata")
    try:
        contract = ForecastContract.model_validate_json(text)
    except ValidationError as error:
        raise ModelRejected(f"the contract in the light model of {version} is not valid: {error}") from error
    expected = ForecastContract(**contract_fields(spec), levels=contract.levels)
    other = [name for name in ForecastContract.model_fields if getattr(contract, name) != getattr(expected, name)]
    if other:
        raise ModelRejected(f"the light model of {version} was built for other inputs: {', '.join(other)} differ")
    return contract


def _run(model: _LightModel, inputs: Inputs, rows: slice) -> npt.NDArray[np.float32]:
    named = {"history": inputs.history[rows], "context": inputs.context[rows], "future": inputs.future[rows]}
    try:
        (quantiles,) = model.session.run(["quantiles"], named)
    except _runtime_errors() as error:
        raise Unavailable(f"ONNX Runtime fails with the light model of {model.version}: {error}") from error
    return np.asarray(quantiles, dtype=np.float32)


def _runtime_errors() -> tuple[type[Exception], ...]:
    """The runtime's errors: its module has nothing else that is one, and they have no class of their own in common."""
    module = vars(importlib.import_module("onnxruntime.capi.onnxruntime_pybind11_state"))
    return tuple(kind for kind in module.values() if isinstance(kind, type) and issubclass(kind, Exception))
