"""What a new endpoint must answer before it is trusted."""

import datetime as dt
from dataclasses import replace

import pytest

from geoclimate.contracts.workflows import SmokeRequest
from geoclimate.domain.errors import ModelRejected, Unavailable
from geoclimate.domain.observations import Observation
from geoclimate.domain.stations import Series, Station
from geoclimate.features.weather_runs import no_runs
from geoclimate.services.read_inputs import InputReader
from geoclimate.services.read_measurements import Measurements
from geoclimate.services.smoke_test import smoke_test
from tests.api_fakes import EMBASSY, LAST, ObservationsInMemory, StationsInMemory, hourly
from tests.engine_fakes import SPEC, EngineInMemory

REQUEST = SmokeRequest(target="pm25", version="v2")


def _of(station: Station, hours: int = 80, end: dt.datetime = LAST) -> list[Observation]:
    return [replace(one, station=station.id) for one in hourly(hours, end=end)]


def _inputs(stations: list[Station], observations: list[Observation]) -> InputReader:
    measurements = Measurements(StationsInMemory(stations), ObservationsInMemory(observations))
    return InputReader(SPEC, measurements, lambda *_: no_runs(len(SPEC.weather)))


def _world(stations: int = 1) -> InputReader:
    made = [replace(EMBASSY, id=f"openaq-{n:02}") for n in range(stations)]
    return _inputs(made, [one for station in made for one in _of(station)])


def test_an_endpoint_that_answers_as_the_version_deployed_passes() -> None:
    assert smoke_test(REQUEST, inputs=_world(3), endpoint=EngineInMemory("endpoint")).windows == 3


def test_at_most_eight_stations_are_asked_for_with_one_call() -> None:
    endpoint = EngineInMemory("endpoint")
    assert smoke_test(REQUEST, inputs=_world(11), endpoint=endpoint).windows == 8
    assert [len(batch) for batch in endpoint.asked] == [8]


def test_stations_that_measured_last_are_asked_for_and_the_next_ones_where_they_have_too_little() -> None:
    days = dt.timedelta(days=1)
    old = replace(EMBASSY, id="openaq-old", series=(Series("pm25", LAST - 500 * days, LAST - 400 * days),))
    new = [replace(EMBASSY, id=f"openaq-{n}") for n in range(8)]
    observations = _of(old, end=LAST - 400 * days) + [one for each in new for one in _of(each, hours=5)]
    endpoint = EngineInMemory("endpoint")
    assert smoke_test(REQUEST, inputs=_inputs([old, *new], observations), endpoint=endpoint).windows == 1
    assert endpoint.asked[0].stations == (old,)


def test_another_version_is_refused() -> None:
    with pytest.raises(ModelRejected, match="answered as version v1, but v2 was deployed"):
        smoke_test(REQUEST, inputs=_world(), endpoint=EngineInMemory("endpoint", "v1"))


def test_an_endpoint_that_does_not_answer_fails_the_test() -> None:
    endpoint = EngineInMemory("endpoint")
    endpoint.fail()
    with pytest.raises(Unavailable):
        smoke_test(REQUEST, inputs=_world(), endpoint=endpoint)


def test_without_a_station_to_ask_with_the_test_does_not_pass() -> None:
    with pytest.raises(ModelRejected, match="no station has enough recent history of pm25"):
        smoke_test(REQUEST, inputs=_world(0), endpoint=EngineInMemory("endpoint"))
