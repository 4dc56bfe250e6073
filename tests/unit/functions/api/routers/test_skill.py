"""`/v1/skill`."""

import datetime as dt
from dataclasses import replace

import pytest

from geoclimate.domain.stations import Series
from geoclimate.domain.verification import scores_of
from geoclimate.services.verification_ports import SeriesKey, SkillKey, Versioned
from tests.api_fakes import EMBASSY, FIRST, LAST, SilentStore, StationsInMemory
from tests.unit.functions.api.conftest import Api
from tests.verification_fakes import issued

_PATH = "/v1/skill"
_OTHER = replace(EMBASSY, id="openaq-900002", series=(Series("pm25", FIRST, LAST),))
DECEMBER, JANUARY = dt.date(2014, 12, 1), dt.date(2015, 1, 1)


@pytest.fixture
def scored(api: Api) -> Api:
    """Two stations: the first with an hour in December and two in January, the second with one in January."""
    api.stations = StationsInMemory([EMBASSY, _OTHER, replace(_OTHER, id="openaq-900003")])
    sums = api.skills.sums
    sums[SkillKey(SeriesKey(EMBASSY.id, "pm25"), DECEMBER)] = Versioned(scores_of(issued(), {1: 48.0}), 1)
    sums[SkillKey(SeriesKey(EMBASSY.id, "pm25"), JANUARY)] = Versioned(scores_of(issued(), {1: 60.0, 24: 50.0}), 1)
    sums[SkillKey(SeriesKey(_OTHER.id, "pm25"), JANUARY)] = Versioned(scores_of(issued(), {1: 54.0}), 1)
    return api


def test_each_station_has_its_figures_with_counts(scored: Api) -> None:
    body = scored.get(_PATH, parameter="pm25").json()

    assert (body["parameter"], body["unit"], body["by"], body["next"]) == ("pm25", "µg/m³", "station", None)
    found = [(group["station"], group["hours"], group["stations"]) for group in body["groups"]]
    assert found == [("openaq-900001", 3, 1), ("openaq-900002", 1, 1)]
    assert {(group["lead_hours"], group["month"], group["engine"]) for group in body["groups"]} == {
        (None, None, "endpoint")
    }


def test_lead_times_of_several_stations_are_put_together_hour_by_hour(scored: Api) -> None:
    groups = scored.get(_PATH, parameter="pm25", by="lead_hours", station="openaq-900001,openaq-900002").json()[
        "groups"
    ]

    assert [(group["lead_hours"], group["hours"], group["stations"]) for group in groups] == [(1, 3, 2), (24, 1, 1)]
    # The median is 50: |48 - 50|, |60 - 50| and |54 - 50|.
    assert groups[0]["mae"] == pytest.approx(16 / 3)


def test_months_stand_beside_the_baselines_on_the_same_hours(scored: Api) -> None:
    groups = scored.get(_PATH, parameter="pm25", by="month", station="openaq-900001").json()["groups"]

    assert [(group["month"], group["hours"]) for group in groups] == [("2014-12", 1), ("2015-01", 2)]
    persistence = groups[0]["baselines"][0]
    assert (persistence["name"], persistence["hours"], persistence["mae_skill"]) == ("persistence", 1, 0.5)


def test_a_month_and_some_lead_times_can_be_asked_for_alone(scored: Api) -> None:
    query = {"parameter": "pm25", "by": "lead_hours", "station": "openaq-900001", "month": "2015-01"}

    groups = scored.get(_PATH, **query, lead_hours="2-24").json()["groups"]

    assert [(group["lead_hours"], group["hours"]) for group in groups] == [(24, 1)]


def test_stations_come_in_pages(scored: Api) -> None:
    first = scored.get(_PATH, parameter="pm25", limit="1").json()
    cursor = first["next"].partition("cursor=")[2]
    second = scored.get(_PATH, parameter="pm25", limit="1", cursor=cursor).json()

    assert [group["station"] for group in first["groups"]] == ["openaq-900001"]
    assert [group["station"] for group in second["groups"]] == ["openaq-900002"]
    assert second["next"]


def test_a_station_without_scores_has_no_group(scored: Api) -> None:
    assert scored.get(_PATH, parameter="pm25", station="openaq-900003").json()["groups"] == []


def test_a_station_that_does_not_exist_is_404_and_named(scored: Api) -> None:
    problem = scored.problem(_PATH, parameter="pm25", station="openaq-900001,openaq-0")

    assert (problem.status, problem.type) == (404, "urn:geoclimate:problem:unknown-station")
    assert "'openaq-0'" in problem.detail


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({}, "parameter"),
        ({"parameter": "pm99"}, "parameter"),
        ({"parameter": "pm25", "by": "weather"}, "by"),
        ({"parameter": "pm25", "by": "month"}, "station"),
        ({"parameter": "pm25", "by": "lead_hours"}, "station"),
        ({"parameter": "pm25", "station": ",".join(["a"] * 51)}, "station"),
        ({"parameter": "pm25", "station": "openaq-900001", "limit": "5"}, "limit"),
        ({"parameter": "pm25", "month": "2014-13"}, "month"),
        ({"parameter": "pm25", "lead_hours": "6-1"}, "lead_hours"),
        ({"parameter": "pm25", "limit": "51"}, "limit"),
        ({"parameter": "pm25", "cursor": "WyJhIl0.AAAAAAAAAAAAAAAAAAAAAA"}, "cursor"),
    ],
)
def test_a_bad_query_is_422_and_named(scored: Api, query: dict[str, str], named: str) -> None:
    problem = scored.problem(_PATH, **query)

    assert (problem.status, [cause.name for cause in problem.errors or ()]) == (422, [named])


def test_a_table_that_does_not_answer_is_503(scored: Api) -> None:
    scored.skills = SilentStore()

    assert scored.problem(_PATH, parameter="pm25").status == 503


def test_an_empty_answer_says_why(scored: Api) -> None:
    def why(**query: str) -> str | None:
        body = scored.get(_PATH, **query).json()
        assert bool(body["groups"]) is (body["null_reason"] is None)
        reason: str | None = body["null_reason"]
        return reason

    assert why(parameter="pm25") is None
    assert why(parameter="pm25", station="openaq-900003") == "not_verified_yet"
    assert why(parameter="pm25", month="2010-01") == "not_verified_yet"
    assert why(parameter="o3") == "not_measured"
    assert why(parameter="o3", station=EMBASSY.id) == "not_measured"
