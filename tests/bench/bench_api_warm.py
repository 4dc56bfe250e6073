"""Warm latency of `GET forecast`: the handler in process with a store in memory, and through a gateway."""

import asyncio
import datetime as dt
import os
import statistics
import time
from collections.abc import Callable
from typing import Final
from unittest import mock

import httpx

from geoclimate.runtime.clock import utc_now
from geoclimate.services.meter_calls import CallMeter
from tests.api_environment import API_ENVIRONMENT
from tests.api_fakes import EMBASSY, ForecastsInMemory, ObservationsInMemory, StationsInMemory, forecast
from tests.key_fakes import KeysInMemory, UsageInMemory
from tests.load_event import load_event
from tests.verification_fakes import VerificationInMemory
from tests.workflow_fakes import RegistryInMemory

_IN_PROCESS: Final = 2000
_THROUGH_GATEWAY: Final = 200
_WARM_UP: Final = 50
_LEVELS: Final = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


class _Counted(UsageInMemory):
    """Counts as DynamoDB does, which does not look through all calls for it."""

    def add(self, account: str, day: dt.date, operation: str, cost: int) -> int:
        del account, day, operation
        self.asked += cost
        return self.asked


def run() -> list[tuple[str, str]]:
    """Figures and their values."""
    with mock.patch.dict(os.environ, API_ENVIRONMENT):
        # The handler freezes the collector's view of what is loaded, so it is loaded here and not with this module.
        from functions.api import bootstrap
        from functions.api.handler import handler

        stores = bootstrap.Stores(
            StationsInMemory(),
            ObservationsInMemory(),
            ForecastsInMemory([forecast(levels=_LEVELS)]),
            VerificationInMemory(),
            RegistryInMemory(),
        )
        meter = CallMeter(KeysInMemory(), _Counted(), {}, utc_now)
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        event = load_event("apigateway/get_forecast")

        def ask() -> int:
            return int(handler(event, None)["statusCode"])

        def in_memory() -> bootstrap.Stores:
            return stores

        with (
            mock.patch.object(bootstrap, "open_stores", in_memory),
            mock.patch("geoclimate.adapters.call_meter.open_call_meter", return_value=meter),
        ):
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
    taken, worked = [], []
    for _ in range(_WARM_UP + requests):
        began, began_work = time.perf_counter(), time.thread_time()
        status = ask()
        worked.append(1000 * (time.thread_time() - began_work))
        taken.append(1000 * (time.perf_counter() - began))
        if status != 200:
            message = f"GET forecast {where} answered {status} and not 200"
            raise RuntimeError(message)
    cuts, work = (statistics.quantiles(one[_WARM_UP:], n=100) for one in (taken, worked))
    return [
        (f"GET forecast {where}, p50", f"{cuts[49]:.2f} ms, {work[49]:.2f} of processor"),
        (f"GET forecast {where}, p99", f"{cuts[98]:.2f} ms, {work[98]:.2f} of processor"),
        (f"GET forecast {where}, p99 over p50", f"{cuts[98] / cuts[49]:.1f}, {work[98] / work[49]:.1f} of processor"),
    ]
