"""Who predicts with which version."""

import pytest

from geoclimate.domain.errors import ModelNotServed, NotFound
from geoclimate.domain.models import ModelRecord, RegistryStage
from geoclimate.services.choose_predictor import OneModel, PredictorChoice
from geoclimate.services.model_registry import ProductionModels
from tests.engine_fakes import SPEC, EngineInMemory
from tests.workflow_fakes import RegistryInMemory, record

PRESENT, FORMER = record("v2", RegistryStage.PRODUCTION), record("v1", RegistryStage.RETIRED)


class Choice:
    def __init__(self, *records: ModelRecord) -> None:
        self.endpoint = EngineInMemory("endpoint")
        self.light: list[ProductionModels] = []
        registry = RegistryInMemory(records)
        self.choose = PredictorChoice(SPEC, registry, (self.endpoint,), self._light).choose

    def _light(self, pinned: ProductionModels) -> EngineInMemory:
        self.light.append(pinned)
        return EngineInMemory("onnx")


@pytest.mark.parametrize("model", [None, "production", "v2"])
def test_the_version_in_production_is_asked_of_the_endpoint(model: str | None) -> None:
    choice = Choice(PRESENT, FORMER)
    predictor, version = choice.choose(model)
    assert (predictor.engines, version, choice.light) == ((choice.endpoint,), "v2", [])


def test_another_version_is_run_by_its_own_light_model() -> None:
    choice = Choice(PRESENT, FORMER)
    predictor, version = choice.choose("v1")
    assert ([engine.name for engine in predictor.engines], version) == (["onnx"], "v1")
    [pinned] = choice.light
    assert pinned.production("pm25") is FORMER


def test_a_version_that_nobody_registered_is_not_found() -> None:
    with pytest.raises(NotFound, match="There is no version v9"):
        Choice(PRESENT).choose("v9")


def test_without_one_in_production_one_must_be_named() -> None:
    with pytest.raises(ModelNotServed):
        Choice(FORMER).choose(None)
    assert Choice(FORMER).choose("v1")[1] == "v1"


def test_a_version_forecasts_its_own_parameter_alone() -> None:
    assert OneModel(FORMER).production("o3") is None
