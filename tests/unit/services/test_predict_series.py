"""Predictions of a caller's own series: shown to the models as the platform's stations are."""

import datetime as dt

import numpy as np
import pytest

from geoclimate.contracts.model import MAX_ROWS
from geoclimate.domain.errors import ModelNotServed, NotFound, Unavailable
from geoclimate.domain.models import RegistryStage
from geoclimate.features.grid import HourlyGrid, hour_of
from geoclimate.features.inputs import inputs_at, station_series
from geoclimate.features.region import to_region
from geoclimate.features.weather_runs import no_runs
from geoclimate.services.own_series import OwnSeries
from geoclimate.services.predict_series import SeriesPredictor
from tests.engine_fakes import SPEC, EngineInMemory
from tests.workflow_fakes import RegistryInMemory, record

ISSUE = dt.datetime(2014, 1, 31, 5, tzinfo=dt.UTC)
VERSION = "v2"


def _own(series: int = 2, hours: int = 72, *, apart: float = 10.0) -> OwnSeries:
    values = np.full((series, hours, 2), np.nan, dtype=np.float32)
    values[:, :, 0] = 40 + np.arange(series)[:, None] + np.sin(np.arange(hours))
    values[:, :, 1] = -3.0
    latitudes = tuple(30 + apart * (row % 5) for row in range(series))
    longitudes = tuple(apart * (row // 5) % 170 for row in range(series))
    return OwnSeries(ISSUE, latitudes, longitudes, ("pm25", "temperature"), values)


def _predictor(*engines: EngineInMemory) -> SeriesPredictor:
    registry = RegistryInMemory([record(VERSION, RegistryStage.PRODUCTION), record("v1", RegistryStage.RETIRED)])
    return SeriesPredictor(SPEC, registry, engines)


def test_a_series_is_shown_as_a_station_with_the_same_hours_would_be() -> None:
    own, engine = _own(3, 72, apart=0.5), EngineInMemory("endpoint")
    _predictor(engine).predict(own, VERSION)
    values = np.full((3, 900, len(SPEC.parameters)), np.nan, dtype=np.float32)
    values[:, -72:, SPEC.parameters.index("pm25")] = own.values[..., 0]
    values[:, -72:, SPEC.parameters.index("temperature")] = own.values[..., 1]
    first = hour_of(ISSUE) - 900
    places = list(zip(own.latitudes, own.longitudes, strict=True))
    region = to_region(("a", "b", "c"), places, [HourlyGrid(first, rows) for rows in values], SPEC)
    [batch] = engine.asked
    for row in range(3):
        station = station_series(region, row, SPEC)
        expected = inputs_at(station, no_runs(len(SPEC.weather)), np.array([hour_of(ISSUE)]), SPEC)
        for name in ("history", "context", "future"):
            found, wanted = getattr(batch.inputs, name)[row], getattr(expected, name)[0]
            np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-4)


def test_noise_below_zero_is_shown_as_zero_as_it_is_of_a_station() -> None:
    own, clean, engine = _own(1), _own(1), EngineInMemory("endpoint")
    own.values[0, -5:, 0] = -3.0
    clean.values[0, -5:, 0] = 0.0
    for series in (own, clean):
        _predictor(engine).predict(series, VERSION)
    shown, expected = engine.asked
    np.testing.assert_array_equal(shown.inputs.history, expected.inputs.history)
    np.testing.assert_array_equal(shown.inputs.context, expected.inputs.context)
    np.testing.assert_array_equal(shown.recent, expected.recent)


def test_answers_a_row_a_series_and_says_who_answered() -> None:
    made = _predictor(EngineInMemory("endpoint")).predict(_own(), VERSION)
    assert made.prediction is not None
    assert (made.engine, made.prediction.model_version, made.rows.tolist()) == ("endpoint", VERSION, [0, 1])
    assert made.prediction.quantiles.shape[:2] == (2, len(SPEC.lead_hours))
    assert (made.problems, made.warnings) == ({}, {})


def test_another_engine_answers_where_the_endpoint_does_not() -> None:
    endpoint, light = EngineInMemory("endpoint"), EngineInMemory("onnx")
    endpoint.fail()
    assert _predictor(endpoint, light).predict(_own(), VERSION).engine == "onnx"


def test_an_engine_that_answers_as_another_version_is_passed_over() -> None:
    endpoint, light = EngineInMemory("endpoint", version="v3"), EngineInMemory("onnx")
    assert _predictor(endpoint, light).predict(_own(), VERSION).engine == "onnx"


def test_where_nobody_answers_that_is_said() -> None:
    endpoint = EngineInMemory("endpoint")
    endpoint.fail("no such endpoint")
    with pytest.raises(Unavailable, match="no such endpoint"):
        _predictor(endpoint).predict(_own(), VERSION)


def test_many_series_are_asked_in_parts_and_answered_in_order() -> None:
    engine = EngineInMemory("endpoint")
    made = _predictor(engine).predict(_own(MAX_ROWS + 3, 24), VERSION)
    assert [len(batch) for batch in engine.asked] == [MAX_ROWS, 3]
    assert made.prediction is not None
    medians = made.prediction.quantiles[:, 0, 1]
    assert np.diff(medians).min() > 0


def test_a_day_is_enough_but_less_than_models_learn_from_is_said() -> None:
    made = _predictor(EngineInMemory("endpoint")).predict(_own(1, 24), VERSION)
    assert made.problems == {}
    assert "24 of the last 72 hours" in made.warnings[0]
    assert made.prediction is not None


def test_a_series_with_too_little_is_named_and_the_others_are_answered() -> None:
    own = _own(3, 24)
    own.values[1, 12:, 0] = np.nan
    made = _predictor(EngineInMemory("endpoint")).predict(own, VERSION)
    assert list(made.problems) == [1]
    assert "at least 12 are needed" in made.problems[1]
    assert made.rows.tolist() == [0, 2]


def test_where_every_series_has_too_little_nobody_is_asked() -> None:
    own, engine = _own(2, 24), EngineInMemory("endpoint")
    own.values[..., 0] = np.nan
    made = _predictor(engine).predict(own, VERSION)
    assert (list(made.problems), made.prediction, engine.asked) == ([0, 1], None, [])


@pytest.mark.parametrize("model", [None, "production", VERSION])
def test_the_model_in_production_may_be_named_or_not(model: str | None) -> None:
    assert _predictor().version(model) == VERSION


def test_a_model_that_nobody_registered_is_not_found() -> None:
    with pytest.raises(NotFound, match="There is no version v9"):
        _predictor().version("v9")


def test_a_model_that_is_not_in_production_is_not_served() -> None:
    with pytest.raises(ModelNotServed, match="v2 is in production, not v1"):
        _predictor().version("v1")


def test_without_a_model_in_production_none_is_served() -> None:
    predictor = SeriesPredictor(SPEC, RegistryInMemory([record("v1")]), ())
    with pytest.raises(ModelNotServed, match="No model of pm25 is in production"):
        predictor.version(None)
