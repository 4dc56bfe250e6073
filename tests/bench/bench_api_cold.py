"""Cold start of the API function, as a ratio to a bare one-route app in the same run.

A start is the time from spawning the process to its first answer, through the Lambda handler, to a sample event of
`GET /health`. Starts alternate, so that a busy machine burdens both alike; the median of seven is given.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).parents[2]
_STARTS: Final = 7

_INVOKE: Final = """
import json
event = json.load(open("events/apigateway/get_health.json"))
print(handler(event, None)["statusCode"], flush=True)
"""
_OURS: Final = "from functions.api.handler import handler" + _INVOKE
_BARE: Final = (
    """
from fastapi import FastAPI
from mangum import Mangum
app = FastAPI()
@app.get("/health")
async def health():
    return {"status": "ok"}
handler = Mangum(app, lifespan="off")
"""
    + _INVOKE
)
_ENVIRONMENT: Final = {
    "GEOCLIMATE_STAGE": "bench",
    "GEOCLIMATE_OBSERVATIONS_TABLE": "observations",
    "GEOCLIMATE_STATIONS_TABLE": "stations",
    "GEOCLIMATE_FORECASTS_TABLE": "forecasts",
    "GEOCLIMATE_VERIFICATION_TABLE": "verification",
}


def run() -> list[tuple[str, str]]:
    """Figures and their values."""
    _start_seconds(_OURS)  # writes the byte code, which a deployed function ships
    _start_seconds(_BARE)
    pairs = [(_start_seconds(_BARE), _start_seconds(_OURS)) for _ in range(_STARTS)]
    bare, ours = (statistics.median(seconds) for seconds in zip(*pairs, strict=True))
    return [
        ("cold start, bare FastAPI + Mangum", f"{1000 * bare:.0f} ms"),
        ("cold start, API function", f"{1000 * ours:.0f} ms"),
        ("cold start, ratio", f"{ours / bare:.2f}"),
    ]


def _start_seconds(program: str) -> float:
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=_ROOT, env=os.environ | _ENVIRONMENT, stdout=subprocess.PIPE, text=True
    ) as process:
        if process.stdout is None:
            message = "the process has no output to read"
            raise RuntimeError(message)
        answer = process.stdout.readline()
        seconds = time.perf_counter() - began
    if answer.strip() != "200":
        message = f"the function answered {answer!r} and not 200"
        raise RuntimeError(message)
    return seconds
