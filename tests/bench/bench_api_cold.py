"""Cold start of the reading function as it is deployed, as a ratio to a plain app in the same run.

The plain app is what such functions usually are: FastAPI on Mangum with as many routes and their pydantic models,
Powertools' Logger and Metrics, and a DynamoDB client of boto3, all made at import; its packages are as pip installs
them, of the same versions. Ours is the staged code on its built layers. Both find boto3 where Lambda's runtime has it.

A start is from spawning the process to its first answer through the Lambda handler: of `/health`, and of a forecast
that is read from a DynamoDB whose answers are made up. Starts alternate, so that a busy machine burdens both alike; the
median of each is given, in time and in processor time, which leaves out what else the machine does.
"""

import json
import os
import statistics
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from cdk.assets import stage_function_code
from functions.api.app import create_app
from geoclimate.adapters.forecast_items import forecast_item
from geoclimate.contracts.gateway_routes import route_of
from layers.build import Target, build_layers
from local.openapi import made_document
from tests.api_environment import API_ENVIRONMENT
from tests.api_fakes import forecast
from tests.bench.plain_api import PLAIN_APP

_ROOT: Final = Path(__file__).parents[2]
_STARTS: Final = 9
_RUNTIME: Final = ("boto3", "botocore", "s3transfer", "jmespath", "urllib3", "python-dateutil", "six")
_LEVELS: Final = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)

_INVOKE: Final = """
import json, os, sys
event = json.loads(os.environ["BENCH_EVENT"])
answer = handler(event, None)
print(answer["statusCode"], flush=True)
os._exit(0)
"""
_OURS: Final = "from functions.api.handler import handler" + _INVOKE
_PLAIN: Final = PLAIN_APP + _INVOKE
_EVENTS: Final = {"GET /health": "get_health", "GET forecast": "get_forecast"}


def run() -> list[tuple[str, str]]:
    """Figures and their values."""
    with tempfile.TemporaryDirectory() as scratch, _made_up_dynamodb() as endpoint:
        places = _places(Path(scratch))
        environment = {
            **API_ENVIRONMENT,
            "PATH": os.environ["PATH"],
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "bench",
            "AWS_SECRET_ACCESS_KEY": "bench",
            "AWS_ENDPOINT_URL": endpoint,
            "PLAIN_ROUTES": str(_routes()),
        }
        figures = [("routes of each app", str(_routes()))]
        for name, file in _EVENTS.items():
            event = (_ROOT / "events" / "apigateway" / f"{file}.json").read_text()
            figures += _compared(name, places, environment | {"BENCH_EVENT": event})
    return [*figures, ("function and layers, unzipped", f"{_megabytes(places['ours']):.1f} MB")]


def _compared(name: str, places: dict[str, list[Path]], environment: dict[str, str]) -> list[tuple[str, str]]:
    programs = {"plain": _PLAIN, "ours": _OURS}
    found: dict[str, list[tuple[float, float]]] = {kind: [] for kind in programs}
    for start in range(_STARTS + 1):
        for kind, program in programs.items():
            paths = os.pathsep.join(map(str, places[kind]))
            measured = _start(program, environment | {"PYTHONPATH": paths})
            # The first one fills the machine's caches.
            if start:
                found[kind].append(measured)
    (plain, plain_cpu), (ours, ours_cpu) = (
        tuple(statistics.median(one) for one in zip(*found[kind], strict=True)) for kind in programs
    )
    return [
        (f"cold start to {name}, plain app", f"{1000 * plain:.0f} ms, {1000 * plain_cpu:.0f} of processor"),
        (f"cold start to {name}, reading function", f"{1000 * ours:.0f} ms, {1000 * ours_cpu:.0f} of processor"),
        (f"cold start to {name}, ratio", f"{ours / plain:.2f}, {ours_cpu / plain_cpu:.2f} of processor"),
    ]


def _start(program: str, environment: dict[str, str]) -> tuple[float, float]:
    """Seconds to the first answer, and of processor time until then."""
    read, write = os.pipe()
    began = time.perf_counter()
    process = os.posix_spawn(
        sys.executable,
        # No site: a Lambda has none of this machine's.
        [sys.executable, "-S", "-c", program],
        environment,
        file_actions=[(os.POSIX_SPAWN_DUP2, write, 1), (os.POSIX_SPAWN_CLOSE, read)],
    )
    os.close(write)
    with os.fdopen(read) as output:
        lines = output.read().split()
    seconds = time.perf_counter() - began
    _, _, used = os.wait4(process, 0)
    if lines[-1:] != ["200"]:
        message = f"the function answered {lines[-1:]} and not 200"
        raise RuntimeError(message)
    return seconds, used.ru_utime + used.ru_stime


def _places(scratch: Path) -> dict[str, list[Path]]:
    """Where each app finds its modules."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    layers = build_layers(Target("native", python))
    packages = [layers[group] for group in ("base", "api")]
    runtime = _linked(scratch / "runtime", _RUNTIME)
    pinned = _linked(scratch / "plain", [pin.partition("==")[0] for layer in packages for pin in layer.pins])
    code = stage_function_code("api", python).path
    return {
        "plain": [pinned, runtime],
        "ours": [code, *(layer.path / "python" for layer in packages), runtime],
    }


def _linked(folder: Path, names: Any) -> Path:
    """Some of the installed packages, as pip installed them."""
    folder.mkdir()
    site = Path(sysconfig.get_paths()["purelib"])
    for name in names:
        tops = {Path(file).parts[0] for file in metadata.files(name) or ()} - {"..", "__pycache__"}
        for top in tops:
            link = folder / top
            if (site / top).exists() and not link.exists():
                link.symlink_to(site / top)
    return folder


def _routes() -> int:
    """How many operations the reading function has."""
    create_app()
    document = made_document()
    return sum(
        len(operations)
        for path, operations in document["paths"].items()
        if (route := route_of(path)) is not None and route.function == "api"
    )


def _megabytes(places: list[Path]) -> float:
    """Of everything but the runtime's own."""
    return sum(file.stat().st_size for place in places[:-1] for file in place.rglob("*") if file.is_file()) / 1e6


@contextmanager
def _made_up_dynamodb() -> Iterator[str]:
    """A DynamoDB in which every query finds one forecast, and nothing else is."""
    item = forecast_item(forecast(levels=_LEVELS))
    found = json.dumps({"Items": [item], "Count": 1, "ScannedCount": 1}).encode()
    answers = {"Query": found, "UpdateItem": b'{"Attributes":{"cost":{"N":"1"}}}'}

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # AWS sends an answer at once; this server would hold its body back until its head is acknowledged, some 40 ms.
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            operation = self.headers["X-Amz-Target"].rpartition(".")[2]
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = answers.get(operation, b"{}")
            if body.get("TableName") == "verification":
                answer = b'{"Items":[],"Count":0,"ScannedCount":0}'
            self.send_response(200)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
