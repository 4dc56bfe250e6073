"""`/v1/stations/{station}/forecast/skill`."""

import datetime as dt

import pytest

from geoclimate.domain.verification import scores_of
from geoclimate.services.verification_ports import SkillKey, Versioned
from tests.api_fakes import SilentStore
from tests.unit.functions.api.conftest import Api
from tests.verification_fakes import SERIES, issued

_PATH = "/v1/stations/openaq-900001/forecast/skill"
DECEMBER, JANUARY = dt.date(2014, 12, 1), dt.date(2015, 1, 1)


@pytest.fixture
def scored(api: Api) -> Api:
    """The forecasts of two months were scored: one hour of one, two of the other."""
    api.skills.sums[SkillKey(SERIES, DECEMBER)] = Versioned(scores_of(issued(), {1: 48.0}), 1)
    api.skills.sums[SkillKey(SERIES, JANUARY)] = Versioned(scores_of(issued(), {1: 60.0, 24: 50.0}), 1)
    return api


def test_answers_the_newest_months_put_together(scored: Api) -> None:
    body = scored.get(_PATH, parameter="pm25").json()
    assert (body["station"], body["parameter"], body["unit"]) == ("openaq-900001", "pm25", "µg/m³")
    assert body["months"] == ["2014-12", "2015-01"]
    [forecaster] = body["forecasters"]
    assert (forecaster["engine"], forecaster["overall"]["hours"]) == ("endpoint", 3)
    assert [(lead["lead_hours"], lead["hours"]) for lead in forecaster["lead_times"]] == [(1, 2), (24, 1)]


def test_an_empty_answer_says_why(scored: Api) -> None:
    empty = scored.get(_PATH, parameter="pm25", month="2010-01").json()
    assert (empty["forecasters"], empty["null_reason"]) == ([], "not_verified_yet")
    assert scored.get(_PATH, parameter="pm25").json()["null_reason"] is None


def test_answers_one_month(scored: Api) -> None:
    body = scored.get(_PATH, parameter="pm25", month="2014-12").json()
    assert body["months"] == ["2014-12"]
    [lead] = body["forecasters"][0]["lead_times"]
    assert (lead["hours"], lead["mae"], lead["rmse"]) == (1, 2.0, 2.0)
    assert lead["coverage"] == [
        {"interval": 0.5, "share": 0.0},
        {"interval": 0.8, "share": 0.0},
        {"interval": 0.9, "share": 0.0},
    ]
    assert [one["level"] for one in lead["pinball"]] == body["forecasters"][0]["levels"]


def test_a_baseline_stands_beside_the_forecasts_with_their_skill_over_it(scored: Api) -> None:
    [lead] = scored.get(_PATH, parameter="pm25", month="2014-12").json()["forecasters"][0]["lead_times"]
    persistence, naive, climatology = lead["baselines"]
    assert persistence | {"crps_skill": None} == {
        "name": "persistence",
        "hours": 1,
        "mae": 4.0,
        "rmse": 4.0,
        "crps": 4.0,
        "mae_skill": 0.5,
        "crps_skill": None,
    }
    assert (naive["name"], naive["mae"]) == ("seasonal_naive", 3.0)
    assert climatology["crps"] < climatology["mae"] == 4.0


def test_a_series_of_which_nothing_was_scored_has_no_months(api: Api) -> None:
    body = api.get(_PATH, parameter="pm25").json()
    assert (body["months"], body["forecasters"]) == ([], [])
    assert api.get(_PATH, parameter="pm25", month="2014-12").json()["months"] == []


def test_reading_skill_is_one_query_and_looks_at_no_station(scored: Api) -> None:
    scored.stations = scored.forecasts = scored.observations = SilentStore()
    assert scored.get(_PATH, parameter="pm25").status_code == 200


def test_an_unknown_station_and_an_unmeasured_parameter_are_404(api: Api) -> None:
    unknown = api.problem("/v1/stations/openaq-0/forecast/skill", parameter="pm25")
    unmeasured = api.problem(_PATH, parameter="no2")
    assert (unknown.status, unknown.type) == (404, "urn:geoclimate:problem:unknown-station")
    assert (unmeasured.status, unmeasured.type) == (404, "urn:geoclimate:problem:unknown-series")


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({}, "parameter"),
        ({"parameter": "pm99"}, "parameter"),
        ({"parameter": "pm25", "month": "2014-13"}, "month"),
        ({"parameter": "pm25", "month": "2014-12-01"}, "month"),
        ({"parameter": "pm25", "lead": "6"}, "lead"),
    ],
)
def test_a_bad_query_is_422_and_named(api: Api, query: dict[str, str], named: str) -> None:
    problem = api.problem(_PATH, **query)
    assert (problem.status, [cause.name for cause in problem.errors or ()]) == (422, [named])


def test_a_table_that_does_not_answer_is_503(api: Api) -> None:
    api.skills = SilentStore()
    assert api.problem(_PATH, parameter="pm25").status == 503
