"""Where the time of a read through the local gateway goes: requests that do ever more of it, and their differences.

Processor time is compared and not time by the clock, so that another program on the machine changes little.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import httpx

from tests.load.processor import Spent
from tests.load.world import World

_REQUESTS: Final = 300
_WARM_UP: Final = 20


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the way of a request.

    Attributes:
        name: What is done.
        server_ms: Processor milliseconds of the local cloud's one process.
        function_ms: Processor milliseconds of the function's process.
    """

    name: str
    server_ms: float
    function_ms: float


def stages(pid: int, cloud_url: str, world: World) -> list[Stage]:
    """The parts of `GET forecast`, which add up to it; the last entry is the whole.

    Args:
        pid: Process id of the local cloud.
        cloud_url: Where it answers.
        world: What there is to read.
    """
    station = world.stations[0]
    with httpx.Client(headers=dict(world.headers), trust_env=False, timeout=30) as client:

        def spent(url: str, query: Mapping[str, str] | None = None) -> Stage:
            return _spent(client, pid, url, query or {})

        http = spent(f"{cloud_url}/_ministack/ready")
        health = spent(f"{world.base_url}/health/live")
        parameters = spent(f"{world.base_url}/v1/parameters")
        forecast = spent(f"{world.base_url}/v1/stations/{station}/forecast", {"parameter": "pm25"})
    return [
        Stage("HTTP server and dispatch", http.server_ms, http.function_ms),
        _difference("gateway, event, call of the function, its log, access log", health, http),
        _difference("token, key, limits; counting the call: 1 write to DynamoDB", parameters, health),
        _difference("the forecast: 1 query of DynamoDB, and the answer", forecast, parameters),
        Stage("GET forecast", forecast.server_ms, forecast.function_ms),
    ]


def _spent(client: httpx.Client, pid: int, url: str, query: Mapping[str, str]) -> Stage:
    for _ in range(_WARM_UP):
        client.get(url, params=query)
    before = Spent.by(pid)
    for _ in range(_REQUESTS):
        status = client.get(url, params=query).status_code
        if status != 200:
            message = f"GET {url} answered {status} and not 200"
            raise RuntimeError(message)
    spent = Spent.by(pid).since(before)
    return Stage(url, 1000 * spent.server / _REQUESTS, 1000 * spent.functions / _REQUESTS)


def _difference(name: str, more: Stage, less: Stage) -> Stage:
    return Stage(name, more.server_ms - less.server_ms, more.function_ms - less.function_ms)
