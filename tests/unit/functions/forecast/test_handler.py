"""The forecast function as its schedule and as people call it."""

import json
from typing import Any

import pytest

from functions.forecast import handler as entry
from geoclimate.domain.errors import InvalidInput, Unavailable
from geoclimate.features.weather_runs import no_runs
from geoclimate.services.climatology_engine import ClimatologyEngine
from geoclimate.services.issue_forecasts import ForecastIssuer
from geoclimate.services.read_inputs import InputReader
from geoclimate.services.read_measurements import Measurements
from tests.api_fakes import EMBASSY, ForecastsInMemory, ObservationsInMemory, StationsInMemory, hourly
from tests.engine_fakes import SPEC, CalibrationsInMemory, EngineInMemory, ProductionModel
from tests.lambda_context import CONTEXT
from tests.load_event import load_event
from tests.workflow_fakes import clock


class World:
    """One station with history, an endpoint, and a light model in its place."""

    def __init__(self) -> None:
        self.endpoint, self.light = EngineInMemory("endpoint"), EngineInMemory("onnx")
        model = ProductionModel()
        climatology = ClimatologyEngine("pm25", SPEC.lead_hours, model.registry, model.objects)
        measurements = Measurements(StationsInMemory(), ObservationsInMemory(hourly(300)))
        self.issuer = ForecastIssuer(
            inputs=InputReader(SPEC, measurements, lambda *_: no_runs(len(SPEC.weather))),
            engines=(self.endpoint, self.light),
            climatology=climatology,
            calibrations=CalibrationsInMemory(),
            forecasts=ForecastsInMemory(),
            clock=clock,
        )


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()
    monkeypatch.setattr(entry, "forecast_issuer", lambda: made.issuer.issue)
    return made


def _metrics(captured: str) -> dict[str, Any]:
    [line] = [line for line in captured.splitlines() if '"_aws"' in line]
    found: dict[str, Any] = json.loads(line)
    return found


@pytest.mark.usefixtures("world")
def test_a_schedule_forecasts_every_station_that_measures_the_target(capsys: pytest.CaptureFixture[str]) -> None:
    answer = entry.handler(load_event("eventbridge/schedule"), CONTEXT)
    assert answer == {
        "written": 1,
        "skipped": {},
        "model_version": "v2",
        "engines": {"endpoint": 1},
        "kept": 0,
        "troubles": [],
    }
    metrics = _metrics(capsys.readouterr().out)
    assert (metrics["ForecastsWritten"], metrics["FallbackForecasts"], metrics["service"]) == ([1.0], [0.0], "forecast")


@pytest.mark.usefixtures("world")
def test_an_empty_event_means_every_station_too() -> None:
    assert entry.handler({}, CONTEXT)["written"] == 1


@pytest.mark.usefixtures("world")
def test_on_demand_the_stations_asked_for_are_forecast_and_the_others_explained() -> None:
    answer = entry.handler(load_event("invoke/forecast_stations"), CONTEXT)
    assert answer["written"] == 1
    assert answer["skipped"] == {"openaq-404": "there is no station of this id"}
    assert EMBASSY.id not in answer["skipped"]


def test_where_another_engine_answers_it_is_counted_and_the_reason_logged(
    world: World, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    world.endpoint.fail("the endpoint cannot be asked")
    answer = entry.handler({}, CONTEXT)
    assert answer["engines"] == {"onnx": 1}
    assert _metrics(capsys.readouterr().out)["FallbackForecasts"] == [1.0]
    [warning] = [each for each in caplog.records if each.levelname == "WARNING"]
    assert vars(warning)["troubles"] == ("endpoint: the endpoint cannot be asked",)


def test_where_nobody_answers_it_is_logged_and_raised(
    world: World, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    world.endpoint.fail("the endpoint cannot be asked")
    world.light.fail("no light model")
    with pytest.raises(Unavailable):
        entry.handler(load_event("eventbridge/schedule"), CONTEXT)
    [logged] = caplog.records
    assert (logged.levelname, logged.message) == ("ERROR", "not every forecast was written")
    assert "the endpoint cannot be asked; onnx: no light model" in str(logged.exc_info)
    assert _metrics(capsys.readouterr().out)["RunsFailed"] == [1.0]


@pytest.mark.parametrize("event", [{"station": "openaq-1"}, {"stations": "openaq-1"}, {"stations": [""]}])
@pytest.mark.usefixtures("world")
def test_refuses_what_is_neither(event: dict[str, object]) -> None:
    with pytest.raises(InvalidInput, match="not a ForecastTrigger"):
        entry.handler(event, CONTEXT)
