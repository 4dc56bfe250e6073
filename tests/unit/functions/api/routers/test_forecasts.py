"""`/v1/stations/{station}/forecast`."""

import datetime as dt

import pytest

from tests.api_fakes import NOW, ForecastsInMemory, SilentStore, forecast
from tests.unit.functions.api.conftest import Api

_PATH = "/v1/stations/openaq-900001/forecast"


def test_answers_the_newest_forecast_with_where_it_comes_from(api: Api) -> None:
    answer = api.get(_PATH, parameter="pm25")

    assert answer.status_code == 200
    body = answer.json()
    leads = body.pop("lead_times")
    assert body == {
        "station": "openaq-900001",
        "parameter": "pm25",
        "unit": "µg/m³",
        "issue_time": "2014-12-31T16:00:00Z",
        "made_at": "2014-12-31T16:12:00Z",
        "model_version": "20150101T000000Z",
        "engine": "endpoint",
        "stale": False,
        "age_seconds": 2400,
        "interval_level": 0.8,
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

    assert (body["stale"], body["age_seconds"]) == (True, 7 * 3600)


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
