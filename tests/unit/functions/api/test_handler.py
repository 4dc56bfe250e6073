"""The API as Lambda sees it: a gateway's event in, a gateway's answer out."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.api import bootstrap
from functions.api import handler as entry
from functions.api.app import ROUTERS
from functions.api.bootstrap import Stores
from geoclimate.runtime.clock import utc_now
from geoclimate.services.meter_calls import CallMeter
from tests.api_environment import API_ENVIRONMENT
from tests.api_fakes import ForecastsInMemory, ObservationsInMemory, StationsInMemory, forecast, hourly
from tests.key_fakes import KeysInMemory, UsageInMemory
from tests.load_event import load_event
from tests.verification_fakes import VerificationInMemory
from tests.workflow_fakes import RegistryInMemory

_ROOT = Path(__file__).parents[4]
_STORES = Stores(
    StationsInMemory(),
    ObservationsInMemory(hourly(72)),
    ForecastsInMemory([forecast()]),
    VerificationInMemory(),
    RegistryInMemory(),
)
_METER = CallMeter(KeysInMemory(), UsageInMemory(), {}, utc_now)

Invoke = Callable[..., dict[str, Any]]


@pytest.fixture
def invoke(monkeypatch: pytest.MonkeyPatch) -> Iterator[Invoke]:
    """Invokes the real handler with its stores in memory."""
    for name, value in API_ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("functions.api.bootstrap.open_stores", lambda: _STORES)
    monkeypatch.setattr("geoclimate.adapters.call_meter.open_call_meter", lambda *_: _METER)
    bootstrap.open_meter.cache_clear()
    # Mangum runs requests on the thread's event loop, as Lambda's runtime has one.
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield lambda name, **changes: entry.handler(load_event(f"apigateway/{name}", **changes), None)
    bootstrap.open_meter.cache_clear()
    asyncio.set_event_loop(None)
    loop.close()


def test_health_answers_without_any_store(invoke: Invoke) -> None:
    answer = invoke("get_health")

    assert (answer["statusCode"], answer["isBase64Encoded"]) == (200, False)
    assert json.loads(answer["body"]) == {"status": "ok", "stage": "stage"}
    assert answer["headers"]["x-request-id"] == "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"


def test_a_forecast_comes_out_as_text(invoke: Invoke) -> None:
    answer = invoke("get_forecast")

    assert (answer["statusCode"], answer["isBase64Encoded"]) == (200, False)
    assert answer["headers"]["content-type"] == "application/json"
    assert json.loads(answer["body"])["unit"] == "µg/m³"


def test_a_plus_in_the_query_arrives_as_a_plus(invoke: Invoke) -> None:
    body = json.loads(invoke("get_observations")["body"])

    assert (body["from"], body["to"]) == ("2014-12-31T00:00:00Z", "2014-12-31T03:00:00Z")


def test_a_problem_comes_out_as_text_with_the_gateways_request_id(invoke: Invoke) -> None:
    answer = invoke("get_unknown_station_local")

    assert (answer["statusCode"], answer["isBase64Encoded"]) == (404, False)
    assert answer["headers"]["content-type"] == "application/problem+json"
    problem = json.loads(answer["body"])
    assert problem["type"] == "urn:geoclimate:problem:unknown-station"
    assert problem["request_id"] == "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"


def test_a_wrong_method_names_the_right_ones(invoke: Invoke) -> None:
    answer = invoke("post_stations")

    assert (answer["statusCode"], answer["headers"]["allow"]) == (405, "GET")


@pytest.mark.parametrize(
    "path", ["/docs", "/docs/docs.js", "/docs/swagger-ui-5.35.0.js", "/docs/swagger-ui-5.35.0.css"]
)
def test_the_page_and_its_assets_come_out_as_text(invoke: Invoke, path: str) -> None:
    answer = invoke("get_health", path=path, resource="/docs/{asset}")

    assert (answer["statusCode"], answer["isBase64Encoded"]) == (200, False)
    # Lambda takes 6 MB at most.
    assert len(json.dumps(answer)) < 6_000_000


def _modules_after_init(**environment: str) -> set[str]:
    return set(
        subprocess.run(
            [sys.executable, "-c", "import sys, functions.api.handler; print(*sys.modules)"],
            capture_output=True,
            check=True,
            cwd=_ROOT,
            env={"PATH": os.environ["PATH"], **environment},
            text=True,
        ).stdout.split()
    )


def test_init_loads_neither_numpy_nor_boto3_nor_what_a_request_may_not_need() -> None:
    loaded = _modules_after_init()

    assert "functions.api.handler" in loaded
    assert {"numpy", "boto3", "torch", "pyarrow"}.isdisjoint(loaded)
    assert {"functions.api.routers.forecasts", "geoclimate.adapters.dynamodb_forecasts"}.isdisjoint(loaded)


def test_init_for_a_snapshot_loads_everything_so_that_a_restored_process_need_not() -> None:
    loaded = _modules_after_init(
        AWS_LAMBDA_INITIALIZATION_TYPE="snap-start", AWS_DEFAULT_REGION="us-east-1", **API_ENVIRONMENT
    )

    assert {one.module for one in ROUTERS} <= loaded
    assert {"geoclimate.adapters.dynamodb_forecasts", "geoclimate.adapters.call_meter"} <= loaded
    assert {"numpy", "boto3"}.isdisjoint(loaded)
