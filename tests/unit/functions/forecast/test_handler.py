"""The forecast function as its schedule and as people call it."""

import pytest

from functions.forecast import handler as entry
from geoclimate.domain.errors import InvalidInput, Unavailable
from geoclimate.services.make_forecasts import ForecastMaker
from geoclimate.services.read_measurements import Measurements
from tests.api_fakes import EMBASSY, ForecastsInMemory, ObservationsInMemory, StationsInMemory, hourly
from tests.lambda_context import CONTEXT
from tests.load_event import load_event
from tests.workflow_fakes import Endpoint, clock


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Endpoint:
    made = Endpoint()
    measurements = Measurements(StationsInMemory(), ObservationsInMemory(hourly(100)))
    maker = ForecastMaker("pm25", measurements, made, ForecastsInMemory(), clock)
    monkeypatch.setattr(entry, "forecast_maker", lambda: maker.make)
    return made


@pytest.mark.usefixtures("endpoint")
def test_a_schedule_forecasts_every_station_that_measures_the_target() -> None:
    answer = entry.handler(load_event("eventbridge/schedule"), CONTEXT)
    assert (answer["written"], answer["skipped"], answer["model_version"]) == (1, {}, "v2")


@pytest.mark.usefixtures("endpoint")
def test_an_empty_event_means_every_station_too() -> None:
    assert entry.handler({}, CONTEXT)["written"] == 1


@pytest.mark.usefixtures("endpoint")
def test_on_demand_the_stations_asked_for_are_forecast_and_the_others_explained() -> None:
    answer = entry.handler(load_event("invoke/forecast_stations"), CONTEXT)
    assert answer["written"] == 1
    assert answer["skipped"] == {"openaq-404": "there is no station of this id"}
    assert EMBASSY.id not in answer["skipped"]


def test_an_endpoint_that_is_down_is_logged_and_raised(endpoint: Endpoint, caplog: pytest.LogCaptureFixture) -> None:
    endpoint.down = True
    with pytest.raises(Unavailable):
        entry.handler(load_event("eventbridge/schedule"), CONTEXT)
    [logged] = caplog.records
    assert (logged.levelname, logged.message) == ("ERROR", "no forecast was written")
    assert "the endpoint cannot be asked" in str(logged.exc_info)


@pytest.mark.parametrize("event", [{"station": "openaq-1"}, {"stations": "openaq-1"}, {"stations": [""]}])
@pytest.mark.usefixtures("endpoint")
def test_refuses_what_is_neither(event: dict[str, object]) -> None:
    with pytest.raises(InvalidInput, match="not a ForecastTrigger"):
        entry.handler(event, CONTEXT)
