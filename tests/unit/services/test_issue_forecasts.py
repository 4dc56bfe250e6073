"""Forecasts made ahead, by the best engine that answers."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from geoclimate.adapters.onnx_engine import OnnxEngine
from geoclimate.contracts.workflows import ForecastRequest, ForecastResult
from geoclimate.domain.errors import ModelRejected, Unavailable
from geoclimate.domain.forecasts import Engine, Forecast
from geoclimate.domain.stations import Station
from geoclimate.features.conformal import ALL_STATIONS, ConformalState, initial_state
from geoclimate.features.weather_runs import no_runs
from geoclimate.services import read_inputs
from geoclimate.services.climatology_engine import ClimatologyEngine
from geoclimate.services.issue_forecasts import ForecastIssuer
from geoclimate.services.read_inputs import InputReader
from geoclimate.services.read_measurements import Measurements
from geoclimate.services.verification_ports import CalibrationKey
from tests.api_fakes import EMBASSY, LAST, SILENT, ForecastsInMemory, ObservationsInMemory, StationsInMemory, hourly
from tests.engine_fakes import SPEC, CalibrationsInMemory, EngineInMemory, ProductionModel
from tests.light_models import LEVELS
from tests.workflow_fakes import NOW, clock

SECOND = replace(EMBASSY, id="openaq-900002", latitude=39.5)
EVERY = ForecastRequest()


class World:
    """Two stations with history, one without the target, a model in production and an endpoint."""

    def __init__(self, *stations: Station) -> None:
        observations = hourly(300) + [replace(one, station=SECOND.id) for one in hourly(300)]
        self.endpoint = EngineInMemory("endpoint", "v1")
        self.model = ProductionModel(stations=(EMBASSY,))
        self.forecasts = ForecastsInMemory()
        self.calibrations = CalibrationsInMemory()
        climatology = ClimatologyEngine("pm25", SPEC.lead_hours, self.model.registry, self.model.objects)
        self.issuer = ForecastIssuer(
            inputs=InputReader(
                SPEC,
                Measurements(
                    StationsInMemory(stations or (EMBASSY, SECOND, SILENT)), ObservationsInMemory(observations)
                ),
                lambda *_: no_runs(len(SPEC.weather)),
            ),
            engines=(self.endpoint, OnnxEngine(SPEC, self.model.registry, self.model.objects), climatology),
            climatology=climatology,
            calibrations=self.calibrations,
            forecasts=self.forecasts,
            clock=clock,
        )

    def issue(self, request: ForecastRequest = EVERY) -> ForecastResult:
        return self.issuer.issue(request)

    def latest(self, station: str = EMBASSY.id) -> Forecast:
        found = self.forecasts.latest(station, "pm25")
        assert found is not None
        return found

    def issued_by(self, engine: Engine) -> None:
        """A forecast from the same hours is there, by this engine."""
        self.issue()
        self.forecasts.forecasts = [replace(one, engine=engine) for one in self.forecasts.forecasts]


def test_every_station_that_measures_the_target_is_forecast_with_one_call() -> None:
    world = World()
    result = world.issue()
    assert (result.written, result.skipped, result.model_version) == (2, {}, "v1")
    assert (result.engines, result.kept, result.troubles) == ({"endpoint": 2}, 0, ())
    assert [len(batch) for batch in world.endpoint.asked] == [2]


def test_a_forecast_says_where_it_comes_from() -> None:
    world = World()
    world.issue()
    made = world.latest(SECOND.id)
    assert (made.issue_time, made.made_at, made.model_version, made.engine) == (LAST, NOW, "v1", "endpoint")
    assert (made.lead_hours, made.levels, made.station_group) == (SPEC.lead_hours, LEVELS, "wx")
    assert made.quantiles == ((39.55, 39.6, 39.75, 40.0, 40.25, 40.4, 40.45),) * 24


def test_a_forecast_carries_what_simple_rules_expected_at_the_same_hour() -> None:
    world = World()
    world.issue()
    baselines = world.latest().baselines
    assert baselines is not None
    assert (baselines.persistence, baselines.seasonal_naive[0], baselines.seasonal_naive[23]) == (40.0, 45.75, 40.0)
    assert baselines.climatology is not None
    # The issue time is the 24th hour of the solar day at the embassy, and the second lead time begins the next.
    assert [row[3] for row in baselines.climatology[:2]] == [0.5, 1.5]


def test_stations_asked_for_are_forecast_alone() -> None:
    world = World()
    assert world.issue(ForecastRequest(stations=(SECOND.id,))).written == 1
    assert world.forecasts.latest(EMBASSY.id, "pm25") is None


def test_an_unknown_station_and_one_without_the_target_are_skipped_with_the_reason() -> None:
    result = World().issue(ForecastRequest(stations=("openaq-404", SILENT.id, EMBASSY.id)))
    assert result.written == 1
    assert result.skipped == {
        "openaq-404": "there is no station of this id",
        SILENT.id: "the station does not measure pm25",
    }


def test_a_station_without_enough_history_is_skipped_with_the_reason() -> None:
    result = World(EMBASSY, replace(EMBASSY, id="openaq-3")).issue()
    assert result.written == 1
    assert "at least 36 are needed" in result.skipped["openaq-3"]


def test_where_nothing_can_be_forecast_no_engine_is_asked() -> None:
    world = World(SILENT)
    result = world.issue()
    assert (result.written, result.model_version, world.endpoint.asked) == (0, None, [])


def test_more_stations_than_fit_in_a_call_are_asked_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_inputs, "MAX_ROWS", 1)
    world = World()
    assert world.issue().written == 2
    assert [len(batch) for batch in world.endpoint.asked] == [1, 1]


def test_where_the_endpoint_is_down_the_light_model_answers_and_says_so() -> None:
    world = World()
    world.endpoint.fail("the endpoint does not answer")
    result = world.issue()
    assert result.engines == {"onnx": 2}
    assert result.troubles == ("endpoint: the endpoint does not answer",)
    assert (world.latest().engine, world.latest().model_version) == ("onnx", "v1")
    assert world.latest().quantiles[0][3] == 40.0


def test_where_the_endpoints_answer_is_no_forecast_the_light_model_answers() -> None:
    world = World()
    world.endpoint.error = ModelRejected("model v1 answered quantiles that cross")
    assert world.issue().engines == {"onnx": 2}


def test_where_the_light_model_is_damaged_too_climatology_answers() -> None:
    world = World()
    world.endpoint.fail()
    world.model.damage("light.onnx")
    result = world.issue()
    assert result.engines == {"climatology": 2}
    assert "onnx: s3://bucket/v1/light.onnx has the SHA-256" in result.troubles[1]
    baselines = world.latest().baselines
    assert baselines is not None
    assert world.latest().quantiles == baselines.climatology


def test_where_nobody_can_answer_nothing_is_written_and_every_reason_is_told() -> None:
    world = World()
    world.endpoint.fail("no endpoint")
    world.model.registry.records.clear()
    with pytest.raises(Unavailable, match=r"endpoint: no endpoint; onnx: no model of pm25 is in production.*climato"):
        world.issue()
    assert world.forecasts.forecasts == []


def test_without_a_climatology_the_endpoints_forecast_is_issued_all_the_same() -> None:
    world = World()
    world.model.damage("climatology")
    result = world.issue()
    assert result.engines == {"endpoint": 2}
    assert "climatology: " in result.troubles[0]
    baselines = world.latest().baselines
    assert baselines is not None
    assert baselines.climatology is None


@pytest.mark.parametrize(
    ("there", "down", "engine", "kept"),
    [("endpoint", True, "endpoint", 2), ("onnx", True, "onnx", 0), ("climatology", True, "onnx", 0)],
)
def test_a_better_engines_forecast_from_the_same_hours_stays(
    there: Engine, down: bool, engine: Engine, kept: int
) -> None:
    world = World()
    world.issued_by(there)
    if down:
        world.endpoint.fail()
    result = world.issue()
    assert (result.kept, result.written) == (kept, 2 - kept)
    newest = [one.engine for one in world.forecasts.forecasts if one.station == EMBASSY.id][-1]
    assert newest == engine


def test_back_again_the_endpoint_replaces_what_others_forecast() -> None:
    world = World()
    world.issued_by("climatology")
    assert world.issue().engines == {"endpoint": 2}


def _key(engine: Engine = "endpoint", version: str = "v1") -> CalibrationKey:
    return CalibrationKey("pm25", version, engine)


def _twice_as_wide(groups: Mapping[str, float]) -> ConformalState:
    state = initial_state(LEVELS, SPEC.lead_hours)
    ones = state.factors[ALL_STATIONS]
    return replace(state, factors={name: np.float32(factor) * ones for name, factor in groups.items()})


def test_what_verification_taught_is_applied_by_station_group_and_the_models_own_is_kept() -> None:
    world = World()
    world.calibrations.states[_key()] = _twice_as_wide({ALL_STATIONS: 1.0, "wx": 2.0})
    world.issue()
    made = world.latest()
    assert made.raw_quantiles is not None
    assert made.raw_quantiles[0] == (39.55, 39.6, 39.75, 40.0, 40.25, 40.4, 40.45)
    assert made.quantiles[0] == (39.1, 39.2, 39.5, 40.0, 40.5, 40.8, 40.9)


@pytest.mark.parametrize("key", [_key("onnx"), _key(version="v0")])
def test_what_was_learned_about_another_engine_or_version_is_not_applied(key: CalibrationKey) -> None:
    world = World()
    world.calibrations.states[key] = _twice_as_wide({ALL_STATIONS: 2.0})
    world.issue()
    assert world.latest().quantiles == world.latest().raw_quantiles


def test_a_calibration_of_other_lead_times_is_not_applied() -> None:
    world = World()
    world.calibrations.states[_key()] = initial_state(LEVELS, (1, 2, 3))
    world.issue()
    assert world.latest().quantiles == world.latest().raw_quantiles


def test_a_calibration_that_cannot_be_read_is_told_and_the_forecast_issued_without() -> None:
    world = World()
    world.calibrations.damaged = True
    result = world.issue()
    assert result.written == 2
    assert result.troubles == ("calibration: the calibration state cannot be read",)
