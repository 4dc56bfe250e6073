"""`/v1/forecasts/{forecast}`."""

import datetime as dt
import json
from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from geoclimate.contracts.forecasts import TracedForecastAnswer
from geoclimate.domain.forecasts import Baselines
from tests.api_fakes import LAST, ForecastsInMemory, forecast
from tests.unit.functions.api.conftest import Api
from tests.workflow_fakes import record

_NEWEST = "openaq-900001~pm25~20141231T160000Z~20141231T161200000000Z"


def test_an_id_of_an_answer_leads_to_the_same_forecast(api: Api) -> None:
    newest = api.get("/v1/stations/openaq-900001/forecast", parameter="pm25").json()

    body = api.get(f"/v1/forecasts/{newest['id']}").json()

    assert body.pop("lineage")["engine"] == "endpoint"
    assert body == newest


def test_an_older_forecast_is_still_there(api: Api) -> None:
    old = forecast(LAST - dt.timedelta(days=3))
    api.forecasts = ForecastsInMemory([old, forecast()])

    body = api.get("/v1/forecasts/openaq-900001~pm25~20141228T160000Z~20141228T161200000000Z").json()

    assert (body["issue_time"], body["stale"]) == ("2014-12-28T16:00:00Z", True)


def test_of_two_forecasts_of_an_issue_time_each_has_its_id(api: Api) -> None:
    again = replace(forecast(), made_at=LAST + dt.timedelta(hours=1), model_version="20150102T000000Z")
    api.forecasts = ForecastsInMemory([forecast(), again])

    first = api.get(f"/v1/forecasts/{_NEWEST}").json()
    second = api.get("/v1/forecasts/openaq-900001~pm25~20141231T160000Z~20141231T170000000000Z").json()

    assert (first["model_version"], second["model_version"]) == ("20150101T000000Z", "20150102T000000Z")


def test_the_lineage_leads_to_model_data_code_and_inputs(api: Api) -> None:
    made = replace(
        forecast(),
        model_version="v1",
        raw_quantiles=forecast().quantiles,
        station_group="urban",
        baselines=Baselines(48.0, (None,) * 24),
    )
    api.forecasts = ForecastsInMemory([made])
    api.registry.register(record("v1"), who="arn:aws:iam::1:role/secret", why="it passed the gate")

    answer = api.get(f"/v1/forecasts/{_NEWEST}")

    lineage = answer.json()["lineage"]
    assert (lineage["model"]["version"], lineage["model"]["artifact_digest"]) == ("v1", "a" * 64)
    assert (lineage["model"]["dataset_digest"], lineage["model"]["code_digest"]) == ("d" * 64, "c" * 64)
    assert lineage["inputs"] == {
        "until": "2014-12-31T16:00:00Z",
        "last_value": 48.0,
        "calibrated": True,
        "station_group": "urban",
    }
    assert "secret" not in answer.text
    assert "s3://" not in answer.text


def test_a_model_that_the_registry_does_not_know_is_null(api: Api) -> None:
    lineage = api.get(f"/v1/forecasts/{_NEWEST}").json()["lineage"]

    assert lineage["model"] is None
    assert lineage["inputs"] == {
        "until": "2014-12-31T16:00:00Z",
        "last_value": None,
        "calibrated": False,
        "station_group": None,
    }


@pytest.mark.parametrize(
    "text",
    [
        "openaq-900001~pm25~20141231T160000Z~20141231T161200000001Z",
        "openaq-900001~pm25~20141231T150000Z~20141231T161200000000Z",
        "openaq-0~pm25~20141231T160000Z~20141231T161200000000Z",
        "openaq-900001~pm25~20141331T160000Z~20141231T161200000000Z",
    ],
)
def test_an_id_of_no_forecast_is_404(api: Api, text: str) -> None:
    problem = api.problem(f"/v1/forecasts/{text}")

    assert (problem.status, problem.type) == (404, "urn:geoclimate:problem:unknown-forecast")


def test_a_text_that_is_no_id_is_refused_by_its_form(api: Api) -> None:
    problem = api.problem("/v1/forecasts/newest")

    assert (problem.status, [cause.name for cause in problem.errors or ()]) == (422, ["forecast"])


def test_what_is_shown_is_chosen_as_for_the_newest_forecast(api: Api) -> None:
    body = api.get(f"/v1/forecasts/{_NEWEST}", lead_hours="1-2", exceed="52").json()

    assert [lead["lead_hours"] for lead in body["lead_times"]] == [1, 2]
    assert body["lead_times"][0]["exceedance"]["at_most"] == 0.1


def test_the_answer_has_exactly_the_members_of_its_schema(api: Api) -> None:
    body = api.get(f"/v1/forecasts/{_NEWEST}").content

    assert set(json.loads(body)) == set(TypeAdapter(TracedForecastAnswer).validate_json(body))


def test_what_the_caller_has_is_not_sent_again(api: Api) -> None:
    api.headers["If-None-Match"] = api.get(f"/v1/forecasts/{_NEWEST}").headers["etag"]

    assert api.get(f"/v1/forecasts/{_NEWEST}").status_code == 304
