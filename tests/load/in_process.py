"""What the reading function can do by itself: its handler in a process of its own, on one processor.

Once with the tables of the local cloud, and once with their answers kept and given again, so that everything but
DynamoDB is measured: event, guards, metering, signing requests, reading items, writing the answer.
"""

import json
import math
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from local.place import Place
from tests.api_events import signed_in
from tests.load.reads import READS, asked
from tests.load.world import World
from tests.load_event import load_event

_ROOT: Final = Path(__file__).parents[2]
_HANDLER: Final = "functions.api.handler.handler"
_WORLD_VARIABLE: Final = "GEOCLIMATE_LOAD_WORLD"
_DIFFERENT: Final = 40
_KEPT: Final = 1_200
_ASKED: Final = 200
_READING: Final = frozenset({"BatchGetItem", "GetItem", "Query"})
_READ_UNIT_BYTES: Final = 4_096


@dataclass(frozen=True, slots=True)
class OwnRoute:
    """What one route costs the function.

    Attributes:
        path: The route.
        weight: How often it is asked for, beside the others.
        cpu_ms: Processor milliseconds a request, what asking DynamoDB over a socket takes included.
        alone_ms: The same without the socket, DynamoDB's answers being there already.
        p50_ms: Half of the requests took at most so many milliseconds, without DynamoDB.
        p99_ms: 99 in 100 of them took at most so many.
        with_tables_ms: Milliseconds a request with the local cloud's tables, on the average.
        calls: Requests to DynamoDB.
        read_units: Request units of the reads, each answer taken for one item.
        answer_bytes: Size of the answer's body.
    """

    path: str
    weight: int
    cpu_ms: float
    alone_ms: float
    p50_ms: float
    p99_ms: float
    with_tables_ms: float
    calls: float
    read_units: float
    answer_bytes: float


def own_routes(place: Place, world: World) -> list[OwnRoute]:
    """Measure every read in a process with the environment that the function is deployed with."""
    functions = place.session().client("lambda", endpoint_url=place.url, config=place.config())
    pages = functions.get_paginator("list_functions").paginate()
    (deployed,) = [one for page in pages for one in page["Functions"] if one["Handler"] == _HANDLER]
    environment = place.environment() | deployed["Environment"]["Variables"] | {_WORLD_VARIABLE: world.to_json()}
    output = subprocess.run(
        [sys.executable, "-m", "tests.load.in_process"],
        check=True,
        cwd=_ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    return [OwnRoute(**route) for route in json.loads(output.splitlines()[-1])]


class _Kept:
    """Stands in for a connection to DynamoDB: what was once answered to a request is answered to it again."""

    def __init__(self, open_connection: Callable[[], Any], answers: dict[bytes, tuple[int, bytes]], calls: list[Any]):
        self._open, self._answers, self._calls = open_connection, answers, calls
        self._body = b""
        self.will_close = True

    def request(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> None:
        self._body = body
        if body not in self._answers:
            connection = self._open()
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            self._answers[body] = (answer.status, answer.read())
            connection.close()
        self._calls.append((headers["x-amz-target"].rpartition(".")[2], body, self._answers[body][1]))

    def getresponse(self) -> "_Kept":
        return self

    @property
    def status(self) -> int:
        return self._answers[self._body][0]

    def read(self) -> bytes:
        return self._answers[self._body][1]

    def close(self) -> None:
        """There is nothing to close."""


def _read_units(calls: list[Any]) -> float:
    """Of reads, as DynamoDB bills them; an answer's JSON is longer than its items, so this is rather too much."""
    units = 0.0
    for operation, body, answer in calls:
        if operation not in _READING:
            continue
        # What is read by its key is billed item by item.
        batch = json.loads(answer)["Responses"] if operation == "BatchGetItem" else {}
        whole = max(sum(map(len, batch.values())), math.ceil(len(answer) / _READ_UNIT_BYTES))
        units += whole if b'"ConsistentRead":true' in body else whole / 2
    return units


def _measure() -> list[OwnRoute]:
    from functions.api.handler import handler
    from geoclimate.adapters.aws_json import AwsJson

    world = World.from_json(os.environ[_WORLD_VARIABLE])
    connect = AwsJson._connection
    answers: dict[bytes, tuple[int, bytes]] = {}
    calls: list[Any] = []

    def keeping(client: AwsJson, place: Any) -> Any:
        return _Kept(lambda: connect(client, place), answers, calls)

    chance = random.Random(0)  # noqa: S311 - nothing secret hangs on it
    routes = []
    for read in READS:
        events = [_event(*asked(read, world, chance), world) for _ in range(_DIFFERENT)]
        AwsJson._connection = connect  # type: ignore[method-assign] # stands in for the network, on purpose
        _timed(handler, events, _DIFFERENT)
        began = time.process_time()
        with_tables = _timed(handler, events, _ASKED)
        cpu_ms = 1000 * (time.process_time() - began) / _ASKED
        AwsJson._connection = keeping  # type: ignore[method-assign,assignment] # as above
        _timed(handler, events, 2 * _DIFFERENT)
        calls.clear()
        began = time.process_time()
        kept = _timed(handler, events, _KEPT)
        alone_ms = 1000 * (time.process_time() - began) / _KEPT
        routes.append(
            OwnRoute(
                path=read.path,
                weight=read.weight,
                cpu_ms=cpu_ms,
                alone_ms=alone_ms,
                p50_ms=sorted(kept)[_KEPT // 2],
                p99_ms=sorted(kept)[_KEPT * 99 // 100],
                with_tables_ms=sum(with_tables) / _ASKED,
                calls=len(calls) / _KEPT,
                read_units=_read_units(calls) / _KEPT,
                answer_bytes=sum(len(handler(event, None)["body"]) for event in events) / _DIFFERENT,
            )
        )
    return routes


def _timed(handler: Callable[[Any, Any], Any], events: list[dict[str, Any]], requests: int) -> list[float]:
    milliseconds = []
    for number in range(requests):
        began = time.perf_counter()
        answer = handler(events[number % len(events)], None)
        milliseconds.append(1000 * (time.perf_counter() - began))
        if answer["statusCode"] != 200:
            message = f"{events[number % len(events)]['path']} answered {answer['statusCode']}: {answer['body'][:500]}"
            raise RuntimeError(message)
    return milliseconds


def _event(path: str, query: Mapping[str, str], world: World) -> dict[str, Any]:
    event = load_event("apigateway/get_forecast")
    event |= {
        "path": path,
        "pathParameters": {"proxy": path.removeprefix("/v1/")},
        "queryStringParameters": dict(query),
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()},
    }
    event["requestContext"] |= signed_in(account=world.account, key_id=world.key_id)["requestContext"]
    return event


if __name__ == "__main__":
    print(json.dumps([asdict(route) for route in _measure()]))
