"""`/v1/stations/{station}/forecast`."""

import datetime as dt
import json
from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from geoclimate.contracts.forecasts import ForecastAnswer, LeadTimeAnswer
from geoclimate.domain.verification import scores_of
from geoclimate.services.verification_ports import SkillKey, Versioned
from tests.api_fakes import NOW, ForecastsInMemory, SilentStore, forecast
from tests.unit.functions.api.conftest import Api
from tests.verification_fakes import LEVELS, SERIES, issued

_PATH = "/v1/stations/openaq-900001/forecast"


def test_answers_the_newest_forecast_with_where_it_comes_from(api: Api) -> None:
    answer = api.get(_PATH, parameter="pm25")

    assert answer.status_code == 200
    body = answer.json()
    leads = body.pop("lead_times")
    assert body == {
        "id": "openaq-900001~pm25~20141231T160000Z~20141231T161200000000Z",
        "station": "openaq-900001",
        "parameter": "pm25",
        "unit": "µg/m³",
        "issue_time": "2014-12-31T16:00:00Z",
        "made_at": "2014-12-31T16:12:00Z",
        "model_version": "20150101T000000Z",
        "engine": "endpoint",
        "stale": False,
        "stale_after": "2014-12-31T22:00:00Z",
        "interval_level": 0.8,
        "coverage": None,
        "coverage_null_reason": "not_verified_yet",
        "exceed": None,
    }
    assert [lead["lead_hours"] for lead in leads] == list(range(1, 25))


def test_a_lead_time_has_its_hour_its_interval_and_every_quantile(api: Api) -> None:
    lead = api.get(_PATH, parameter="pm25").json()["lead_times"][9]

    assert (lead["start"], lead["end"]) == ("2015-01-01T01:00:00Z", "2015-01-01T02:00:00Z")
    assert (lead["lower"], lead["median"], lead["upper"]) == pytest.approx((46.0, 50.0, 54.0))
    assert [quantile["level"] for quantile in lead["quantiles"]] == [0.1, 0.5, 0.9]
    assert [quantile["value"] for quantile in lead["quantiles"]] == [lead["lower"], lead["median"], lead["upper"]]


def test_says_that_a_forecast_is_old(api: Api) -> None:
    api.forecasts = ForecastsInMemory([forecast(NOW - dt.timedelta(hours=7))])

    body = api.get(_PATH, parameter="pm25").json()

    assert (body["stale"], body["stale_after"]) == (True, "2014-12-31T15:40:00Z")


def test_a_series_without_a_forecast_is_404_and_says_what_to_do(api: Api) -> None:
    problem = api.problem(_PATH, parameter="temperature")

    assert (problem.status, problem.type) == (404, "urn:geoclimate:problem:no-forecast")
    assert "'temperature' at station 'openaq-900001'" in problem.detail
    assert "ask the operator to train a model" in str(problem.hint)


def test_a_series_not_measured_is_404_and_says_what_is(api: Api) -> None:
    problem = api.problem(_PATH, parameter="no2")

    assert (problem.status, problem.type) == (404, "urn:geoclimate:problem:unknown-series")


def test_an_unknown_station_is_404(api: Api) -> None:
    problem = api.problem("/v1/stations/openaq-0/forecast", parameter="pm25")

    assert (problem.status, problem.type) == (404, "urn:geoclimate:problem:unknown-station")


@pytest.mark.parametrize("query", [{}, {"parameter": "pm99"}, {"parameter": "pm25#x"}])
def test_a_bad_parameter_is_422_and_named(api: Api, query: dict[str, str]) -> None:
    problem = api.problem(_PATH, **query)

    assert problem.status == 422
    assert [cause.name for cause in problem.errors or ()] == ["parameter"]


def test_a_table_that_does_not_answer_is_503_and_not_named_to_the_caller(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    api.forecasts = SilentStore()

    answer = api.get(_PATH, parameter="pm25")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["type"] == "urn:geoclimate:problem:unavailable"
    assert "secret-table-name" not in answer.text
    (record,) = caplog.records
    assert "secret-table-name timed out" in record.getMessage()
    assert vars(record)["request_id"] == answer.json()["request_id"]


def test_a_stored_forecast_without_its_interval_is_500_and_not_served(api: Api) -> None:
    api.forecasts = ForecastsInMemory([forecast(levels=(0.25, 0.5, 0.75))])

    assert api.problem(_PATH, parameter="pm25").type == "urn:geoclimate:problem:integrity-error"


def test_another_interval_runs_between_its_own_quantiles(api: Api) -> None:
    api.forecasts = ForecastsInMemory([forecast(levels=LEVELS)])

    body = api.get(_PATH, parameter="pm25", level="0.9").json()

    lead = body["lead_times"][9]
    values = {quantile["level"]: quantile["value"] for quantile in lead["quantiles"]}
    assert (body["interval_level"], lead["lower"], lead["upper"]) == (0.9, values[0.05], values[0.95])


def test_an_interval_that_the_forecast_has_not_is_refused_with_those_that_it_has(api: Api) -> None:
    api.forecasts = ForecastsInMemory([forecast(levels=LEVELS)])

    problem = api.problem(_PATH, parameter="pm25", level="0.6")

    assert (problem.status, [cause.name for cause in problem.errors or ()]) == (422, ["level"])
    assert "0.5, 0.8, 0.9" in problem.detail


@pytest.mark.parametrize(("asked", "given"), [("6", [6]), ("1-3", [1, 2, 3]), ("23-48", [23, 24])])
def test_some_lead_times_are_given_alone(api: Api, asked: str, given: list[int]) -> None:
    leads = api.get(_PATH, parameter="pm25", lead_hours=asked).json()["lead_times"]

    assert [lead["lead_hours"] for lead in leads] == given


@pytest.mark.parametrize("asked", ["0", "6-1", "25", "1,2", "1-", "-1", "one", "1-6-7", "+1", "1000"])
def test_lead_times_that_cannot_be_are_refused(api: Api, asked: str) -> None:
    problem = api.problem(_PATH, parameter="pm25", lead_hours=asked)

    assert (problem.status, [cause.name for cause in problem.errors or ()]) == (422, ["lead_hours"])


def test_each_hour_says_how_probable_it_is_that_a_threshold_is_exceeded(api: Api) -> None:
    body = api.get(_PATH, parameter="pm25", exceed="52").json()

    assert body["exceed"] == 52
    assert body["lead_times"][9]["exceedance"] == {"probability": 0.3, "at_least": 0.1, "at_most": 0.5}
    # The first hour's .9 quantile is 50.4: what lies beyond it is not made up.
    assert body["lead_times"][0]["exceedance"] == {"probability": None, "at_least": 0.0, "at_most": 0.1}


@pytest.mark.parametrize("asked", ["nan", "inf", "-inf", "1e999", "many"])
def test_a_threshold_that_is_no_number_is_refused(api: Api, asked: str) -> None:
    problem = api.problem(_PATH, parameter="pm25", exceed=asked)

    assert (problem.status, [cause.name for cause in problem.errors or ()]) == (422, ["exceed"])


def test_says_how_often_the_interval_held_at_this_station(api: Api) -> None:
    made = issued()
    api.forecasts = ForecastsInMemory([made])
    observed = {1: made.quantiles[0][3], 2: 10_000.0}
    api.skills.sums[SkillKey(SERIES, dt.date(2014, 12, 1))] = Versioned(scores_of(made, observed), 1)

    body = api.get(_PATH, parameter="pm25").json()

    assert body["coverage"] == {"share": 0.5, "hours": 2, "inside": 1, "months": ["2014-12"]}
    assert body["coverage_null_reason"] is None


def test_scores_that_cannot_be_read_leave_the_forecast_as_it_is(api: Api) -> None:
    api.skills = SilentStore()

    body = api.get(_PATH, parameter="pm25").json()

    assert (body["coverage"], body["coverage_null_reason"], len(body["lead_times"])) == (None, "unavailable", 24)


def test_the_answer_has_exactly_the_members_of_its_schema(api: Api) -> None:
    body = api.get(_PATH, parameter="pm25", exceed="52").content

    answer = TypeAdapter(ForecastAnswer).validate_json(body)

    assert set(json.loads(body)) == set(answer) == set(ForecastAnswer.__annotations__)
    assert set(answer["lead_times"][0]) == set(LeadTimeAnswer.__annotations__)


def test_the_same_question_about_the_same_forecast_has_the_same_tag(api: Api) -> None:
    first, second = (api.get(_PATH, parameter="pm25") for _ in range(2))

    assert first.headers["etag"] == second.headers["etag"]
    assert first.headers["cache-control"] == "private, max-age=60"


@pytest.mark.parametrize("query", [{"level": "0.8", "exceed": "52"}, {"lead_hours": "1-6"}])
def test_another_question_has_another_tag(api: Api, query: dict[str, str]) -> None:
    assert api.get(_PATH, parameter="pm25").headers["etag"] != api.get(_PATH, parameter="pm25", **query).headers["etag"]


def test_another_model_version_has_another_tag(api: Api) -> None:
    before = api.get(_PATH, parameter="pm25").headers["etag"]
    api.forecasts = ForecastsInMemory([replace(forecast(), model_version="20150201T000000Z")])

    assert api.get(_PATH, parameter="pm25").headers["etag"] != before


def test_what_the_caller_has_is_not_sent_again(api: Api) -> None:
    tag = api.get(_PATH, parameter="pm25").headers["etag"]
    api.headers["If-None-Match"] = f'"other", W/{tag}'

    answer = api.get(_PATH, parameter="pm25")

    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == tag
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_forecast_as_csv_has_a_row_a_lead_time_with_coordinates_and_units(api: Api) -> None:
    header, first, *others = api.get(_PATH, parameter="pm25", format="csv").text.splitlines()

    assert len(others) == 23
    row = dict(zip(header.split(","), first.split(","), strict=True))
    assert (row["station"], row["latitude"], row["longitude"], row["unit"]) == (
        "openaq-900001",
        "39.954",
        "116.468",
        "µg/m³",
    )
    assert (row["lead_hours"], row["start"], row["q10"], row["median"]) == ("1", "2014-12-31T16:00:00Z", "49.6", "50.0")
    assert (row["stale"], row["exceedance_probability"]) == ("false", "")


def test_a_forecast_as_ndjson_has_the_texts_of_the_json(api: Api) -> None:
    api.headers["accept"] = "application/x-ndjson"
    answer = api.get(_PATH, parameter="pm25", exceed="50")
    api.headers.clear()
    (*_, last) = map(json.loads, answer.text.splitlines())
    expected = api.get(_PATH, parameter="pm25", exceed="50").json()

    assert {name: last[name] for name in ("id", "issue_time", "made_at", "engine")} == {
        name: expected[name] for name in ("id", "issue_time", "made_at", "engine")
    }
    assert last["exceedance_probability"] == expected["lead_times"][-1]["exceedance"]["probability"]


def test_each_form_has_a_tag_of_its_own(api: Api) -> None:
    forms = ("json", "csv", "ndjson")
    answers = {form: api.get(_PATH, parameter="pm25", format=form) for form in forms}
    assert len({answer.headers["etag"] for answer in answers.values()}) == 3
    assert {answer.headers["cache-control"] for answer in answers.values()} == {"private, max-age=60"}

    for form, answer in answers.items():
        api.headers["if-none-match"] = answer.headers["etag"]
        statuses = {other: api.get(_PATH, parameter="pm25", format=other).status_code for other in forms}
        assert statuses == {other: 304 if other == form else 200 for other in forms}
