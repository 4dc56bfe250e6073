"""What a new endpoint must answer before it is trusted."""

from dataclasses import replace

import numpy as np
import pytest

from geoclimate.contracts.workflows import SmokeRequest
from geoclimate.domain.errors import ModelRejected, Unavailable
from geoclimate.services.read_measurements import Measurements
from geoclimate.services.smoke_test import smoke_test
from tests.api_fakes import EMBASSY, ObservationsInMemory, StationsInMemory, hourly
from tests.workflow_fakes import Endpoint

REQUEST = SmokeRequest(target="pm25", version="v2")


def _measurements(stations: int = 1) -> Measurements:
    made = [replace(EMBASSY, id=f"openaq-{n:02}") for n in range(stations)]
    observations = [replace(one, station=station.id) for station in made for one in hourly(80)]
    return Measurements(StationsInMemory(made), ObservationsInMemory(observations))


def test_an_endpoint_that_answers_as_the_version_deployed_passes() -> None:
    assert smoke_test(REQUEST, measurements=_measurements(3), endpoint=Endpoint()).windows == 3


def test_at_most_eight_stations_are_asked_for_with_one_call() -> None:
    endpoint = Endpoint()
    assert smoke_test(REQUEST, measurements=_measurements(11), endpoint=endpoint).windows == 8
    assert endpoint.calls == [8]


def test_another_version_is_refused() -> None:
    with pytest.raises(ModelRejected, match="answered as version v1, but v2 was deployed"):
        smoke_test(REQUEST, measurements=_measurements(), endpoint=Endpoint("v1"))


def test_quantiles_that_cross_are_refused() -> None:
    endpoint = Endpoint()
    endpoint.shift = np.array([2.0, 1.0, 0.0])
    with pytest.raises(ModelRejected, match="quantiles that cross"):
        smoke_test(REQUEST, measurements=_measurements(), endpoint=endpoint)


def test_an_endpoint_that_does_not_answer_fails_the_test() -> None:
    endpoint = Endpoint()
    endpoint.down = True
    with pytest.raises(Unavailable):
        smoke_test(REQUEST, measurements=_measurements(), endpoint=endpoint)


def test_without_a_window_to_ask_with_the_test_does_not_pass() -> None:
    with pytest.raises(ModelRejected, match="no station has enough recent history of pm25"):
        smoke_test(REQUEST, measurements=_measurements(0), endpoint=Endpoint())
