"""`/v1/stations/{station}/aqi`."""

import pytest

from tests.api_fakes import LAST, ObservationsInMemory, SilentStore, hourly
from tests.unit.functions.api.conftest import Api

_PATH = "/v1/stations/openaq-900001/aqi"


def test_answers_the_index_with_everything_it_rests_on(api: Api) -> None:
    answer = api.get(_PATH)

    assert answer.status_code == 200
    body = answer.json()
    pollutants = {one.pop("parameter"): one for one in body.pop("pollutants")}
    assert body == {
        "station": "openaq-900001",
        "standard": "us-epa-2024",
        "at": "2014-12-31T16:00:00Z",
        "age_seconds": 2400,
        "index": 115,
        "category": {"name": "Unhealthy for Sensitive Groups", "color": "#FF7E00"},
        "driver": "pm25",
        "null_reason": None,
    }
    assert pollutants["pm25"] == {
        "index": 115,
        "category": {"name": "Unhealthy for Sensitive Groups", "color": "#FF7E00"},
        "concentration": 41.1,
        "unit": "µg/m³",
        "averaging_hours": 24,
        "method": "nowcast-pm",
        "from": "2014-12-31T04:00:00Z",
        "to": "2014-12-31T16:00:00Z",
        "hours_used": 12,
        "instrument": "23735",
        "beyond_table": False,
        "null_reason": None,
    }
    assert list(pollutants) == ["pm25", "pm10", "o3", "co", "so2", "no2"]


def test_a_pollutant_without_an_index_says_why_and_nothing_else(api: Api) -> None:
    (ozone,) = [one for one in api.get(_PATH).json()["pollutants"] if one["parameter"] == "o3"]

    assert {name for name, value in ozone.items() if value is not None} == {"parameter", "null_reason"}
    assert ozone["null_reason"] == "not_measured"


def test_the_european_index_is_of_the_hour(api: Api) -> None:
    body = api.get(_PATH, standard="eu-eea-2024").json()

    assert (body["standard"], body["index"], body["category"]["name"]) == ("eu-eea-2024", 3, "Moderate")
    assert body["pollutants"][0]["from"] == "2014-12-31T15:00:00Z"


def test_an_instant_can_be_asked_for_with_an_offset(api: Api) -> None:
    body = api.get(_PATH, at="2014-12-31T20:00:00+08:00", standard="eu-eea-2024").json()

    assert (body["at"], body["pollutants"][0]["concentration"]) == ("2014-12-31T12:00:00Z", 41.0)


def test_where_the_hours_have_not_come_the_index_is_null_with_the_reason(api: Api) -> None:
    api.observations = ObservationsInMemory(hourly(10, end=LAST.replace(hour=13)))

    body = api.get(_PATH, at="2014-12-31T16:00:00Z").json()

    assert (body["index"], body["category"], body["driver"], body["null_reason"]) == (None, None, None, "upstream_late")


def test_a_station_that_measures_nothing_has_no_index(api: Api) -> None:
    body = api.get("/v1/stations/openaq-2/aqi").json()

    assert (body["index"], body["null_reason"], body["at"]) == (None, "not_measured", "2014-12-31T16:40:00Z")


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"at": "2015-01-01T00:00:00Z"}, "at"),
        ({"at": "2014-12-31T16:00:00"}, "at"),
        ({"standard": "US"}, "standard"),
        ({"parameter": "pm25"}, "parameter"),
        ({"at": ["2014-12-31T16:00:00Z", "2014-12-31T15:00:00Z"]}, "at"),
    ],
)
def test_a_bad_query_is_422_and_named(api: Api, query: dict[str, str | list[str]], name: str) -> None:
    problem = api.problem(_PATH, **query)

    assert problem.status == 422
    assert [cause.name for cause in problem.errors or ()] == [name]


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        ("/v1/stations/openaq-0/aqi", {}, "unknown-station"),
        (_PATH, {"standard": "us-epa-2012"}, "unknown-standard"),
    ],
)
def test_what_does_not_exist_is_404(api: Api, path: str, query: dict[str, str], code: str) -> None:
    problem = api.problem(path, **query)

    assert (problem.status, problem.type) == (404, f"urn:geoclimate:problem:{code}")


def test_a_table_that_does_not_answer_is_503(api: Api) -> None:
    api.observations = SilentStore()

    assert api.get(_PATH).status_code == 503
