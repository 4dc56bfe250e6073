"""`/v1/stations/{station}/forecast/aqi`."""

import pytest

from tests.unit.functions.api.conftest import Api

_PATH = "/v1/stations/openaq-900001/forecast/aqi"


def test_answers_the_index_of_the_newest_forecast_and_what_it_is_of(api: Api) -> None:
    answer = api.get(_PATH, parameter="pm25")

    assert answer.status_code == 200
    body = answer.json()
    leads = body.pop("lead_times")
    assert body == {
        "id": "openaq-900001~pm25~20141231T160000Z~20141231T161200000000Z",
        "station": "openaq-900001",
        "parameter": "pm25",
        "unit": "µg/m³",
        "standard": "us-epa-2024",
        "statistic": "hourly-mean",
        "averaging_hours": 24,
        "issue_time": "2014-12-31T16:00:00Z",
        "made_at": "2014-12-31T16:12:00Z",
        "model_version": "20150101T000000Z",
        "engine": "endpoint",
        "stale": False,
        "age_seconds": 2400,
        "interval_level": 0.8,
    }
    assert [lead["lead_hours"] for lead in leads] == list(range(1, 25))


def test_a_lead_time_has_its_interval_and_every_quantile_as_an_index(api: Api) -> None:
    lead = api.get(_PATH, parameter="pm25").json()["lead_times"][23]

    assert (lead["start"], lead["end"]) == ("2015-01-01T15:00:00Z", "2015-01-01T16:00:00Z")
    assert lead["median"] == {
        "index": 137,
        "category": {"name": "Unhealthy for Sensitive Groups", "color": "#FF7E00"},
        "value": 50.0,
        "beyond_table": False,
    }
    assert [quantile.pop("level") for quantile in lead["quantiles"]] == [0.1, 0.5, 0.9]
    assert lead["quantiles"] == [lead["lower"], lead["median"], lead["upper"]]


def test_the_european_index_is_of_the_hour_by_its_own_definition(api: Api) -> None:
    body = api.get(_PATH, parameter="pm25", standard="eu-eea-2024").json()

    assert (body["averaging_hours"], body["statistic"]) == (1, "hourly-mean")
    assert [body["lead_times"][23][one]["index"] for one in ("lower", "median", "upper")] == [3, 3, 4]


@pytest.mark.parametrize(
    ("path", "query", "status", "code"),
    [
        (_PATH, {"parameter": "temperature"}, 422, "invalid-query"),
        (_PATH, {"parameter": "co", "standard": "eu-eea-2024"}, 422, "invalid-query"),
        (_PATH, {"parameter": "pm99"}, 422, "unknown-parameter"),
        (_PATH, {}, 422, "invalid-query"),
        (_PATH, {"parameter": "pm25", "standard": "us-epa-2012"}, 404, "unknown-standard"),
        (_PATH, {"parameter": "no2"}, 404, "unknown-series"),
        ("/v1/stations/openaq-0/forecast/aqi", {"parameter": "pm25"}, 404, "unknown-station"),
    ],
)
def test_what_cannot_be_answered_says_why(api: Api, path: str, query: dict[str, str], status: int, code: str) -> None:
    problem = api.problem(path, **query)

    assert (problem.status, problem.type) == (status, f"urn:geoclimate:problem:{code}")


def test_a_series_without_a_forecast_is_404(api: Api) -> None:
    api.forecasts.forecasts.clear()

    assert api.problem(_PATH, parameter="pm25").type == "urn:geoclimate:problem:no-forecast"
