"""`/v1/stations`."""

import pytest

from tests.api_fakes import EMBASSY
from tests.unit.functions.api.conftest import Api

_EMBASSY = {
    "id": "openaq-900001",
    "name": "Beijing US Embassy",
    "latitude": 39.954,
    "longitude": 116.468,
    "source": "openaq",
    "parameters": [
        {"parameter": "pm25", "unit": "µg/m³", "first": "2014-11-01T16:00:00Z", "last": "2014-12-31T16:00:00Z"},
        {"parameter": "temperature", "unit": "c", "first": "2014-11-01T16:00:00Z", "last": "2014-12-31T16:00:00Z"},
    ],
}


def test_lists_every_station_with_what_it_measures(api: Api) -> None:
    answer = api.get("/v1/stations")

    assert answer.status_code == 200
    assert [station["id"] for station in answer.json()["stations"]] == ["openaq-2", "openaq-900001"]
    assert answer.json()["stations"][1] == _EMBASSY


def test_describes_one_station(api: Api) -> None:
    answer = api.get(f"/v1/stations/{EMBASSY.id}")

    assert (answer.status_code, answer.json()) == (200, _EMBASSY)


def test_an_unknown_station_is_404_and_named(api: Api) -> None:
    problem = api.problem("/v1/stations/openaq-0")

    assert (problem.status, problem.type) == (404, "urn:geoclimate:problem:unknown-station")
    assert problem.detail == "No station has the id 'openaq-0'."
    assert problem.hint == "GET /v1/stations lists the stations."


@pytest.mark.parametrize("station", ["a%23pm25", "a%20b", "%C3%A4", "a" * 129])
def test_an_id_that_is_no_id_is_422_and_never_reaches_a_key(api: Api, station: str) -> None:
    problem = api.problem(f"/v1/stations/{station}")

    assert problem.status == 422
    assert [(cause.name, cause.pointer) for cause in problem.errors or ()] == [("station", "/path/station")]
    assert api.stations.reads == 0


@pytest.mark.parametrize("path", ["/v1/stations", "/v1/stations/openaq-900001"])
def test_a_query_that_the_path_does_not_take_is_422_and_named(api: Api, path: str) -> None:
    problem = api.problem(path, parameter="pm25")

    assert problem.status == 422
    assert [cause.name for cause in problem.errors or ()] == ["parameter"]
