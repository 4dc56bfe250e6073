"""Forecasts made ahead."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from geoclimate.contracts.workflows import ForecastRequest
from geoclimate.domain.errors import ModelRejected, Unavailable
from geoclimate.domain.stations import Station
from geoclimate.services import make_forecasts
from geoclimate.services.make_forecasts import ForecastMaker
from geoclimate.services.read_measurements import Measurements
from tests.api_fakes import EMBASSY, LAST, SILENT, ForecastsInMemory, ObservationsInMemory, StationsInMemory, hourly
from tests.workflow_fakes import LEVELS, NOW, SPEC, Endpoint, clock

SECOND = replace(EMBASSY, id="openaq-900002")
EVERY = ForecastRequest()


class World:
    """Two stations with history, one without, an endpoint and a store."""

    def __init__(self, *stations: Station) -> None:
        observations = hourly(100) + [replace(one, station=SECOND.id) for one in hourly(100)]
        self.endpoint = Endpoint()
        self.forecasts = ForecastsInMemory()
        self.maker = ForecastMaker(
            target="pm25",
            measurements=Measurements(
                StationsInMemory(stations or (EMBASSY, SECOND, SILENT)), ObservationsInMemory(observations)
            ),
            endpoint=self.endpoint,
            forecasts=self.forecasts,
            clock=clock,
        )


def test_every_station_that_measures_the_target_is_forecast_with_one_call() -> None:
    world = World()
    result = world.maker.make(EVERY)
    assert (result.written, result.skipped, result.model_version) == (2, {}, "v2")
    assert world.endpoint.calls == [2]


def test_a_forecast_says_where_it_comes_from() -> None:
    world = World()
    world.maker.make(EVERY)
    made = world.forecasts.latest(SECOND.id, "pm25")
    assert made is not None
    assert (made.issue_time, made.made_at, made.model_version, made.engine) == (LAST, NOW, "v2", "endpoint")
    assert (made.lead_hours, made.levels) == (SPEC.lead_hours, LEVELS)
    assert made.quantiles == ((39.0, 40.0, 41.0),) * 24


def test_stations_asked_for_are_forecast_alone() -> None:
    world = World()
    assert world.maker.make(ForecastRequest(stations=(SECOND.id,))).written == 1
    assert world.forecasts.latest(EMBASSY.id, "pm25") is None


def test_an_unknown_station_and_one_without_the_target_are_skipped_with_the_reason() -> None:
    result = World().maker.make(ForecastRequest(stations=("openaq-404", SILENT.id, EMBASSY.id)))
    assert result.written == 1
    assert result.skipped == {
        "openaq-404": "there is no station of this id",
        SILENT.id: "the station does not measure pm25",
    }


def test_a_station_without_enough_history_is_skipped_with_the_reason() -> None:
    result = World(EMBASSY, replace(EMBASSY, id="openaq-3")).maker.make(EVERY)
    assert result.written == 1
    assert "at least 36 are needed" in result.skipped["openaq-3"]


def test_where_nothing_can_be_forecast_the_endpoint_is_not_asked() -> None:
    world = World(SILENT)
    result = world.maker.make(EVERY)
    assert (result.written, result.model_version, world.endpoint.calls) == (0, None, [])


def test_more_stations_than_fit_in_a_call_are_asked_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make_forecasts, "WINDOWS_A_CALL", 1)
    world = World()
    assert world.maker.make(EVERY).written == 2
    assert world.endpoint.calls == [1, 1]


def test_nothing_is_written_where_the_endpoint_is_down() -> None:
    world = World()
    world.endpoint.down = True
    with pytest.raises(Unavailable):
        world.maker.make(EVERY)
    assert world.forecasts.forecasts == []


@pytest.mark.parametrize(
    ("shift", "reason"), [([1.0, 0.0, -1.0], "quantiles that cross"), ([0.0, np.nan, 1.0], "not finite")]
)
def test_an_answer_that_is_no_forecast_is_refused_and_nothing_is_written(shift: list[float], reason: str) -> None:
    world = World()
    world.endpoint.shift = np.array(shift)
    with pytest.raises(ModelRejected, match=reason):
        world.maker.make(EVERY)
    assert world.forecasts.forecasts == []


def test_a_model_of_other_lead_times_is_refused() -> None:
    world = World()
    world.endpoint.leads = (1, 2, 3)
    with pytest.raises(ModelRejected, match=r"v2 forecasts the lead times \(1, 2, 3\)"):
        world.maker.make(EVERY)


def test_made_again_the_issue_time_is_the_same() -> None:
    world = World()
    world.maker.make(EVERY)
    world.maker.make(EVERY)
    assert {one.issue_time - LAST for one in world.forecasts.forecasts} == {dt.timedelta(0)}
