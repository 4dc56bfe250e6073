"""What is usual, as a forecast."""

import numpy as np
import pytest

from geoclimate.domain.errors import IntegrityError, Unavailable
from geoclimate.features.climatology import solar_month_and_hour
from geoclimate.services.climatology_engine import ClimatologyEngine
from tests.api_fakes import EMBASSY
from tests.engine_fakes import ORIGIN, SPEC, ProductionModel, batch_of
from tests.light_models import LEVELS
from tests.workflow_fakes import RegistryInMemory

BATCH = batch_of(3)


def _engine(model: ProductionModel) -> ClimatologyEngine:
    return ClimatologyEngine("pm25", SPEC.lead_hours, model.registry, model.objects)


def test_says_what_is_usual_at_each_station_in_the_hours_to_come() -> None:
    prediction = _engine(ProductionModel(stations=BATCH.stations[:2])).predict(BATCH)
    hours = ORIGIN + np.asarray(SPEC.lead_hours) - 1
    _, solar = solar_month_and_hour(hours, EMBASSY.longitude)
    assert (prediction.model_version, prediction.lead_hours, prediction.levels) == ("v1", SPEC.lead_hours, LEVELS)
    for row, offset in enumerate((0, 100, 1000)):
        np.testing.assert_allclose(prediction.quantiles[row, :, 3], solar + offset + 0.5)


def test_the_file_is_read_once_a_version() -> None:
    model = ProductionModel()
    engine = _engine(model)
    engine.predict(BATCH)
    model.objects.bodies.clear()
    engine.predict(BATCH)
    model.promote("v2")
    assert engine.predict(BATCH).model_version == "v2"


def test_a_damaged_file_is_refused() -> None:
    model = ProductionModel()
    model.damage("climatology")
    with pytest.raises(IntegrityError):
        _engine(model).predict(BATCH)


def test_before_the_first_model_nothing_is_known_to_be_usual() -> None:
    model = ProductionModel()
    engine = ClimatologyEngine("pm25", SPEC.lead_hours, RegistryInMemory(), model.objects)
    with pytest.raises(Unavailable, match="no model of pm25 is in production"):
        engine.predict(BATCH)


def test_as_a_baseline_it_is_given_at_the_forecasts_own_levels_or_not_at_all() -> None:
    engine = _engine(ProductionModel())
    usual = engine.usual(BATCH, LEVELS)
    assert usual is not None
    np.testing.assert_array_equal(usual, engine.predict(BATCH).quantiles)
    assert engine.usual(BATCH, (0.5,)) is None
