"""Warm latency of `GET forecast`: the handler in process with a store in memory, and through a gateway."""

import asyncio
import os
import statistics
import time
from collections.abc import Callable
from typing import Final
from unittest import mock

import httpx

from tests.api_fakes import EMBASSY, ForecastsInMemory, ObservationsInMemory, StationsInMemory, forecast
from tests.load_event import load_event
from tests.verification_fakes import VerificationInMemory

_IN_PROCESS: Final = 2000
_THROUGH_GATEWAY: Final = 200
_WARM_UP: Final = 50
_ENVIRONMENT: Final = {
    "GEOCLIMATE_STAGE": "bench",
    "GEOCLIMATE_OBSERVATIONS_TABLE": "observations",
    "GEOCLIMATE_STATIONS_TABLE": "stations",
    "GEOCLIMATE_FORECASTS_TABLE": "forecasts",
    "GEOCLIMATE_VERIFICATION_TABLE": "verification",
    "GEOCLIMATE_PLANS": "{}",
    "GEOCLIMATE_USAGE_TABLE": "usage",
    "GEOCLIMATE_ACCOUNTS_TABLE": "accounts",
}


def run() -> list[tuple[str, str]]:
    """Figures and their values."""
    with mock.patch.dict(os.environ, _ENVIRONMENT):
        # The handler freezes the collector's view of what is loaded, so it is loaded here and not with this module.
        from functions.api import bootstrap
        from functions.api.handler import handler

        stores = bootstrap.Stores(
            StationsInMemory(), ObservationsInMemory(), ForecastsInMemory([forecast()]), VerificationInMemory()
        )
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        event = load_event("apigateway/get_forecast")

        def ask() -> int:
            return int(handler(event, None)["statusCode"])

        def in_memory() -> bootstrap.Stores:
            return stores

        with mock.patch.object(bootstrap, "open_stores", in_memory):
            figures = _measure("in process", ask, _IN_PROCESS)
        asyncio.set_event_loop(None)
        loop.close()
    return figures


def run_gateway(base_url: str, token: str, key: str, station: str = EMBASSY.id) -> list[tuple[str, str]]:
    """Figures and their values, measured through a gateway on one connection.

    Args:
        base_url: The API's address with its stage and no slash at the end.
        token: ID token of a user.
        key: Key of a usage plan whose burst allows 250 requests.
        station: A station with a forecast of pm25.
    """
    headers = {"Authorization": f"Bearer {token}", "x-api-key": key}
    url = f"{base_url}/v1/stations/{station}/forecast"
    with httpx.Client(headers=headers, params={"parameter": "pm25"}, trust_env=False, timeout=30) as client:
        return _measure("through the gateway", lambda: client.get(url).status_code, _THROUGH_GATEWAY)


def _measure(where: str, ask: Callable[[], int], requests: int) -> list[tuple[str, str]]:
    milliseconds = []
    for _ in range(_WARM_UP + requests):
        began = time.perf_counter()
        status = ask()
        milliseconds.append(1000 * (time.perf_counter() - began))
        if status != 200:
            message = f"GET forecast {where} answered {status} and not 200"
            raise RuntimeError(message)
    cuts = statistics.quantiles(milliseconds[_WARM_UP:], n=100)
    return [
        (f"GET forecast {where}, p50", f"{cuts[49]:.2f} ms"),
        (f"GET forecast {where}, p99", f"{cuts[98]:.2f} ms"),
    ]
