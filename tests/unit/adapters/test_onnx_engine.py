"""The light model inside the function."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from geoclimate.adapters.onnx_engine import OnnxEngine
from geoclimate.domain.errors import IntegrityError, ModelRejected, Unavailable
from tests.engine_fakes import SPEC, ProductionModel, batch_of
from tests.light_models import LEVELS, contract_for, light_model
from tests.workflow_fakes import RegistryInMemory


def _engine(model: ProductionModel) -> OnnxEngine:
    return OnnxEngine(SPEC, model.registry, model.objects)


def test_the_light_model_of_the_version_in_production_answers() -> None:
    prediction = _engine(ProductionModel()).predict(batch_of(3))
    assert (prediction.model_version, prediction.lead_hours, prediction.levels) == ("v1", SPEC.lead_hours, LEVELS)
    np.testing.assert_allclose(prediction.quantiles[:, 0, 3], [40, 41, 42])
    np.testing.assert_allclose(prediction.quantiles[0, 23, [0, 6]], [40 - 24 * 0.45, 40 + 24 * 0.45], rtol=1e-6)


def test_more_rows_than_are_run_at_once_come_back_in_order() -> None:
    prediction = _engine(ProductionModel()).predict(batch_of(100))
    np.testing.assert_allclose(prediction.quantiles[:, 0, 3], 40 + np.arange(100))


def test_a_version_is_loaded_once_and_a_new_one_takes_its_place() -> None:
    model = ProductionModel()
    engine = _engine(model)
    engine.predict(batch_of())
    model.objects.bodies.clear()
    engine.predict(batch_of())
    model.promote("v2")
    assert engine.predict(batch_of()).model_version == "v2"


def test_without_a_model_in_production_it_says_so() -> None:
    model = ProductionModel()
    with pytest.raises(Unavailable, match="no model of pm25 is in production"):
        OnnxEngine(SPEC, RegistryInMemory(), model.objects).predict(batch_of())


def test_a_damaged_file_is_refused_before_it_is_loaded() -> None:
    model = ProductionModel()
    model.damage("light.onnx")
    with pytest.raises(IntegrityError, match="was registered"):
        _engine(model).predict(batch_of())


def test_a_file_that_is_no_model_is_refused() -> None:
    model = ProductionModel()
    model.promote("v2", light=b"no model at all")
    with pytest.raises(IntegrityError, match="ONNX Runtime cannot read the light model"):
        _engine(model).predict(batch_of())


@pytest.mark.parametrize(
    ("light", "message"),
    [
        (light_model(contract_for(SPEC), metadata={}), "holds no contract"),
        (light_model(contract_for(SPEC), metadata={"contract": "{}"}), "is not valid"),
        (light_model(contract_for(replace(SPEC, history_hours=48))), "other inputs: history_hours differ"),
        (
            light_model(contract_for(SPEC).model_copy(update={"context_columns": ("newest",)})),
            "other inputs: context_columns differ",
        ),
        (light_model(contract_for(SPEC), sign=-1.0), "quantiles that cross"),
    ],
    ids=["no contract", "no JSON of it", "other rows", "other columns", "crossing"],
)
def test_a_model_of_other_inputs_or_of_no_forecasts_is_refused(light: bytes, message: str) -> None:
    model = ProductionModel()
    model.promote("v2", light=light)
    with pytest.raises(ModelRejected, match=message):
        _engine(model).predict(batch_of())


def test_a_model_that_fails_while_it_runs_is_unavailable() -> None:
    model = ProductionModel()
    batch = batch_of()
    other = replace(batch, inputs=replace(batch.inputs, history=batch.inputs.history[:, :5]))
    with pytest.raises(Unavailable, match="ONNX Runtime fails with the light model of v1"):
        _engine(model).predict(other)


def test_where_the_runtime_is_missing_it_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(Unavailable, match="ONNX Runtime cannot be loaded"):
        _engine(ProductionModel()).predict(batch_of())
