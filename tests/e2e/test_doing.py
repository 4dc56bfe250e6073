"""What an account begins and comes back for: uploads and jobs, each its own alone, done once, from pages of the web."""

import csv
import io
import json
from typing import Any
from uuid import uuid4

import httpx
import pytest

from local.consumer import api_url
from tests.e2e.conftest import Caller, Stack, caller
from tests.openaq_archive import hours, packed, row

pytestmark = pytest.mark.e2e

# Far from the stations of the other tests, with which this one would be compared.
_PLACE = {"location_id": "880001", "sensors_id": "8800011", "location": "Doing", "lat": "-41.290", "lon": "174.780"}
_STATION = "openaq-880001"
_HOURS = 24
_EXPORT = {
    "kind": "export",
    "what": "observations",
    "stations": [_STATION],
    "parameters": ["pm25"],
    "from": "2014-01-01T00:00:00Z",
    "to": "2014-01-03T00:00:00Z",
    "output": "csv",
}
_TABLE_TO_COME = {"kind": "predict", "input": "csv"}


@pytest.fixture(scope="module")
def provider(stack: Stack) -> Caller:
    return caller(stack, "provider.doing@example.org", "operator")


@pytest.fixture(scope="module")
def stranger(stack: Stack) -> Caller:
    return caller(stack, "stranger.doing@example.org", "operator")


def _upload(provider: Caller, name: str, content: bytes) -> dict[str, Any]:
    """Send a file by the form that the API gives, and come back for its report."""
    begun = provider.ask("POST", "/v1/uploads", {"name": name})
    assert begun.status_code == 201, begun.text
    form = begun.json()["form"]
    sent = httpx.post(form["url"], data=form["fields"], files={"file": content}, timeout=30, trust_env=False)
    assert sent.is_success, sent.text
    return provider.until(f"/v1/uploads/{begun.json()['id']}", "pending")


@pytest.fixture(scope="module")
def uploaded(provider: Caller) -> dict[str, Any]:
    return _upload(provider, "doing.csv.gz", packed(hours(_HOURS, **_PLACE)))


def _begin(caller: Caller, job: dict[str, Any]) -> str:
    answer = caller.ask("POST", "/v1/jobs", {"job": job})
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == f"jobs/{answer.json()['id']}"
    return str(answer.json()["id"])


def test_an_upload_comes_to_its_report(uploaded: dict[str, Any]) -> None:
    assert uploaded["state"] == "reported"
    assert uploaded["report"]["status"] == "accepted"
    assert uploaded["report"]["rows"]["accepted"] == _HOURS
    assert uploaded["errors_url"] is None


def test_a_broken_upload_comes_to_a_report_that_says_why(provider: Caller) -> None:
    whole = packed(hours(_HOURS, **_PLACE))
    found = _upload(provider, "half.csv.gz", whole[: len(whole) // 2])
    assert found["report"]["status"] == "refused"
    assert "gzip" in json.dumps(found["report"])


def test_an_upload_with_bad_rows_has_a_list_of_them(provider: Caller) -> None:
    bad = row(**_PLACE, datetime="2014-01-05T01:00:00+00:00", value="-999")
    found = _upload(provider, "mixed.csv.gz", packed([*hours(1, **_PLACE), bad]))
    assert found["report"]["rows"]["refused"] == 1
    refused = httpx.get(found["errors_url"], timeout=30, trust_env=False)
    assert [(one["line"], one["column"]) for one in map(json.loads, refused.text.splitlines())] == [(3, "value")]


def test_an_export_is_downloaded_with_coordinates_and_units(provider: Caller, uploaded: dict[str, Any]) -> None:
    assert uploaded["state"] == "reported"
    job = provider.until(f"/v1/jobs/{_begin(provider, _EXPORT)}", "running")
    assert (job["state"], job["progress"], job["rows"]) == ("succeeded", 1.0, _HOURS)
    (address,) = job["results"]
    rows = list(csv.DictReader(io.StringIO(httpx.get(address, timeout=30, trust_env=False).text)))
    assert [float(one["value"]) for one in rows] == [hour + 0.5 for hour in range(_HOURS)]
    said = {(one["station"], one["latitude"], one["longitude"], one["parameter"], one["unit"]) for one in rows}
    assert said == {(_STATION, _PLACE["lat"].rstrip("0"), _PLACE["lon"].rstrip("0"), "pm25", "µg/m³")}


def test_an_export_of_a_station_that_there_is_not_is_refused_with_a_pointer(provider: Caller) -> None:
    answer = provider.ask("POST", "/v1/jobs", {"job": _EXPORT | {"stations": ["openaq-404"]}})
    assert answer.status_code == 422
    assert [cause["pointer"] for cause in answer.json()["errors"]] == ["/body/job/stations/0"]


def test_a_job_is_cancelled(provider: Caller) -> None:
    path = f"/v1/jobs/{_begin(provider, _TABLE_TO_COME)}"
    assert provider.ask("GET", path).json()["state"] == "awaiting_input"
    assert provider.ask("DELETE", path).json()["state"] == "cancelled"
    assert provider.ask("GET", path).json()["state"] == "cancelled"


def test_another_account_s_job_and_upload_are_not_there(
    provider: Caller, stranger: Caller, uploaded: dict[str, Any]
) -> None:
    job = f"/v1/jobs/{_begin(provider, _TABLE_TO_COME)}"
    for method, path in (("GET", job), ("DELETE", job), ("GET", f"/v1/uploads/{uploaded['id']}")):
        assert stranger.ask(method, path).status_code == 404
    assert stranger.ask("GET", "/v1/jobs").json()["jobs"] == []
    assert stranger.ask("GET", "/v1/uploads").json()["uploads"] == []
    assert provider.ask("DELETE", job).json()["state"] == "cancelled"


def test_a_request_that_is_sent_twice_is_done_once(provider: Caller) -> None:
    key, before = str(uuid4()), len(provider.ask("GET", "/v1/jobs").json()["jobs"])
    first, second = (
        provider.ask("POST", "/v1/jobs", {"job": _TABLE_TO_COME}, **{"Idempotency-Key": key}) for _ in range(2)
    )
    assert (first.status_code, second.status_code, second.content) == (202, 202, first.content)
    assert second.headers["idempotency-replayed"] == "true"
    assert len(provider.ask("GET", "/v1/jobs").json()["jobs"]) == before + 1
    assert provider.ask("DELETE", f"/v1/jobs/{first.json()['id']}").status_code == 200


def test_a_secret_is_not_given_twice(provider: Caller) -> None:
    key = str(uuid4())
    first, second = (provider.ask("POST", "/v1/keys", {"name": "once"}, **{"Idempotency-Key": key}) for _ in range(2))
    assert first.status_code == 201, first.text
    assert (second.status_code, second.json()["type"].rpartition(":")[2]) == (409, "answer-not-kept")
    assert first.json()["value"] not in second.text


def test_a_page_of_any_origin_may_use_the_local_stage(stack: Stack) -> None:
    url = api_url(stack.place, stack.outputs) + "/v1/jobs"
    asked = {"Origin": "https://page.example.org", "Access-Control-Request-Method": "POST"}
    preflight = httpx.options(url, headers=asked, timeout=30, trust_env=False)
    assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (204, "*")
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert {"Authorization", "Idempotency-Key", "X-Api-Key"} <= set(
        preflight.headers["access-control-allow-headers"].split(", ")
    )
    refused = httpx.post(url, headers={"Origin": asked["Origin"]}, timeout=30, trust_env=False)
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, "*")
