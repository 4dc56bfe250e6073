"""Who gets in, what they get told, and when they have had enough."""

import time
from typing import Any

import httpx
import pytest

from local.consumer import api_url
from tests.e2e.conftest import Stack

pytestmark = pytest.mark.e2e

_PROBLEM = "application/problem+json"


def _is_problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].split(";")[0] == _PROBLEM
    body: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail"} <= body.keys(), body
    assert body["status"] == status
    return body


def test_no_token_is_401(stack: Stack) -> None:
    key = stack.consumer().key

    _is_problem(stack.get("/v1/stations", headers={"x-api-key": key}), 401)


def test_a_forged_token_is_401(stack: Stack) -> None:
    consumer = stack.consumer()
    head, body, signature = consumer.token.split(".")
    forged = f"{head}.{body}.{signature[::-1]}"

    _is_problem(
        stack.get("/v1/stations", headers={"Authorization": f"Bearer {forged}", "x-api-key": consumer.key}), 401
    )


def test_no_key_is_403(stack: Stack) -> None:
    _is_problem(stack.get("/v1/stations", headers={"Authorization": f"Bearer {stack.token}"}), 403)


def test_a_wrong_key_is_403(stack: Stack) -> None:
    headers = {"Authorization": f"Bearer {stack.token}", "x-api-key": "0" * 40}

    _is_problem(stack.get("/v1/stations", headers=headers), 403)


def test_an_unknown_station_is_404(stack: Stack) -> None:
    body = _is_problem(stack.get("/v1/stations/openaq-0"), 404)

    assert body["type"] == "urn:geoclimate:problem:unknown-station"


def test_an_unknown_path_is_404(stack: Stack) -> None:
    _is_problem(stack.get("/v2/nothing", headers={}), 404)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"parameter": "pm25", "from": "yesterday"}, "from"),
        ({"parameter": "pm25", "from": "2014-01-01T00:00:00"}, "from"),
        ({"parameter": "PM 2.5!"}, "parameter"),
        ({}, "parameter"),
    ],
)
def test_a_bad_parameter_is_422_and_named(stack: Stack, query: dict[str, str], named: str) -> None:
    body = _is_problem(stack.get("/v1/stations/openaq-900001/observations", query=query), 422)

    assert [cause["name"] for cause in body["errors"]] == [named]


def test_over_the_plans_burst_is_429(stack: Stack) -> None:
    headers = stack.consumer("Free").headers()
    url = api_url(stack.place, stack.outputs) + "/v1/stations"
    began = time.monotonic()
    with httpx.Client(headers=headers, trust_env=False, timeout=30) as client:
        answers = [client.get(url) for _ in range(160)]
    refilled = time.monotonic() - began

    refused = [answer for answer in answers if answer.status_code == 429]
    # The free plan has a burst of 100 and refills one a second.
    assert 100 <= len(answers) - len(refused) <= 101 + refilled
    _is_problem(refused[0], 429)


@pytest.mark.parametrize("path", ["/health", "/health/live", "/health/ready", "/openapi.json", "/docs"])
def test_health_and_docs_are_open(stack: Stack, path: str) -> None:
    answer = stack.get(path, headers={})

    assert answer.status_code == 200, answer.text
