"""`/v1/stations/{station}/observations`."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.api_fakes import NOW, ObservationsInMemory, hourly
from tests.unit.functions.api.conftest import Api

_PATH = "/v1/stations/openaq-900001/observations"


def test_without_a_window_answers_the_last_24_hours_of_the_series(api: Api) -> None:
    body = api.get(_PATH, parameter="pm25").json()

    assert (body["from"], body["to"]) == ("2014-12-30T16:00:00Z", "2014-12-31T16:00:00Z")
    assert (body["station"], body["parameter"], body["unit"]) == ("openaq-900001", "pm25", "µg/m³")
    assert len(body["observations"]) == 24
    assert body["observations"][-1] == {
        "start": "2014-12-31T15:00:00Z",
        "end": "2014-12-31T16:00:00Z",
        "value": 40.0,
        "delivered_value": 40.0,
        "delivered_unit": "µg/m³",
        "instrument": "23735",
        "flag": "valid",
        "ingested_at": "2014-12-31T16:40:00Z",
        "revision": 1,
    }
    assert body["as_of"] is None


def test_answers_the_window_asked_for_whatever_the_offset(api: Api) -> None:
    window = {"from": "2014-12-31T08:00:00+08:00", "to": "2014-12-31T03:00:00Z"}

    body = api.get(_PATH, parameter="pm25", **window).json()

    assert (body["from"], body["to"]) == ("2014-12-31T00:00:00Z", "2014-12-31T03:00:00Z")
    assert [one["start"] for one in body["observations"]] == [
        "2014-12-31T00:00:00Z",
        "2014-12-31T01:00:00Z",
        "2014-12-31T02:00:00Z",
    ]


def test_as_of_an_instant_answers_what_was_served_then(api: Api) -> None:
    corrected = replace(hourly(1)[0], value=99.0, file_digest="f" * 64, ingested_at=NOW - timedelta(hours=1))
    delivered = replace(hourly(1)[0], ingested_at=NOW - timedelta(hours=9))
    api.observations = ObservationsInMemory([delivered, corrected])
    window = {"parameter": "pm25", "from": "2014-12-31T15:00:00Z"}

    before = api.get(_PATH, **window, as_of="2014-12-31T16:00:00+08:00").json()
    now = api.get(_PATH, **window).json()

    assert before["as_of"] == "2014-12-31T08:00:00Z"
    assert [(one["value"], one["ingested_at"], one["revision"]) for one in before["observations"]] == [
        (40.0, "2014-12-31T07:40:00Z", 1)
    ]
    assert [(one["value"], one["ingested_at"], one["revision"]) for one in now["observations"]] == [
        (99.0, "2014-12-31T15:40:00Z", 2)
    ]


@pytest.mark.parametrize(
    ("query", "named", "said"),
    [
        ({}, "parameter", "is required"),
        ({"parameter": "PM 2.5!"}, "parameter", "form of an id or code"),
        ({"parameter": "pm25", "from": "yesterday"}, "from", "ISO 8601"),
        ({"parameter": "pm25", "from": "2014-12-31T00:00:00"}, "from", "no offset"),
        ({"parameter": "pm25", "to": "2014-12-31T00:00:00 08:00"}, "to", "%2B"),
        ({"parameter": "pm25", "from": "2014-12-31T00:00:00Z", "as_of": "2014-12-31"}, "as_of", "no offset"),
        ({"parameter": "pm25", "from": "2014-12-31T00:00:00Z", "as_of": "2099-12-31T00:00:00Z"}, "as_of", "future"),
        ({"parameter": "pm25", "as_of": "2014-12-31T00:00:00Z"}, "as_of", "needs 'from' or 'to'"),
        ({"parameter": "pm25", "form": "2014-12-31T00:00:00Z"}, "form", "is not a parameter of this request"),
        ({"parameter": ["pm25", "temperature"]}, "parameter", "is given 2 times"),
        ({"parameter": "pm25", "from": "2014-12-31T00:00:00Z", "to": "2014-12-30T00:00:00Z"}, "from", "before 'to'"),
        ({"parameter": "pm25", "from": "2014-11-01T00:00:00Z", "to": "2014-12-31T00:00:00Z"}, "to", "31 days at most"),
    ],
)
def test_a_bad_parameter_is_422_and_named(api: Api, query: dict[str, str | list[str]], named: str, said: str) -> None:
    problem = api.problem(_PATH, **query)

    assert (problem.status, problem.type) == (422, "urn:geoclimate:problem:invalid-query")
    (cause,) = problem.errors or ()
    assert (cause.name, cause.pointer) == (named, f"/query/{named}")
    assert said in cause.detail
    assert problem.detail.startswith(f"'{named}' ")
    assert said in problem.detail


def test_everything_that_is_wrong_is_said_at_once(api: Api) -> None:
    problem = api.problem(_PATH, **{"from": "x", "to": "y"})

    assert [cause.name for cause in problem.errors or ()] == ["parameter", "from", "to"]


def test_a_code_that_no_parameter_has_is_422_and_says_which_there_are(api: Api) -> None:
    problem = api.problem(_PATH, parameter="pm99")

    assert (problem.status, problem.type) == (422, "urn:geoclimate:problem:unknown-parameter")
    assert "'pm99'" in problem.detail
    assert "pm25" in problem.detail
    assert [cause.name for cause in problem.errors or ()] == ["parameter"]


def test_a_series_not_measured_is_404_and_says_what_is(api: Api) -> None:
    problem = api.problem(_PATH, parameter="no2")

    assert (problem.status, problem.type) == (404, "urn:geoclimate:problem:unknown-series")
    assert "it measures pm25, temperature" in problem.detail


def test_an_unknown_station_is_404(api: Api) -> None:
    assert api.problem("/v1/stations/openaq-0/observations", parameter="pm25").status == 404
