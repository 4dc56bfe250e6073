"""One step of the load: so many users for so many seconds, in a Locust process of its own."""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.load.world import World

WORLD_VARIABLE: Final = "GEOCLIMATE_LOAD_WORLD"
_ROOT: Final = Path(__file__).parents[2]
_LOCUSTFILE: Final = Path(__file__).with_name("locustfile.py")
_GRACE_S: Final = 60
_SOME_FAILED: Final = 1
"""What Locust ends with where an answer was an error; the figures say how many."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a step came to.

    Attributes:
        requests: Requests that were answered, or not.
        errors: Those that were not, or with something else than 200.
        per_second: Requests a second.
        p50_ms: Half of them took at most so many milliseconds.
        p95_ms: 95 in 100 of them took at most so many.
    """

    requests: int
    errors: int
    per_second: float
    p50_ms: float
    p95_ms: float


def run_step(world: World, users: int, seconds: int) -> Measured:
    """Have so many users read for so many seconds, and say what came of it.

    Raises:
        RuntimeError: Locust failed, or no request was made; the message holds the end of its output.
    """
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result"
        arguments = ["-f", str(_LOCUSTFILE), "--headless", "--skip-log", "--json-file", str(result)]
        # All users begin at once; a request that is under way at the end is waited for.
        arguments += ["-u", str(users), "-r", str(users), "-t", f"{seconds}s", "--stop-timeout", str(_GRACE_S)]
        done = subprocess.run(
            [sys.executable, "-m", "locust", *arguments],
            capture_output=True,
            check=False,
            cwd=_ROOT,
            env=_environment() | {WORLD_VARIABLE: world.to_json()},
            text=True,
            timeout=seconds + 2 * _GRACE_S,
        )
        entries = json.loads(result.with_suffix(".json").read_text()) if done.returncode in {0, _SOME_FAILED} else []
    if not entries:
        message = f"Locust ended with {done.returncode}: {(done.stdout + done.stderr)[-2000:]}"
        raise RuntimeError(message)
    return summed(entries)


def summed(entries: list[dict[str, Any]]) -> Measured:
    """All routes of Locust's figures together; it gives response times in milliseconds, rounded to two digits."""
    times: Counter[float] = Counter()
    for entry in entries:
        times.update({float(time): count for time, count in entry["response_times"].items()})
    requests = sum(entry["num_requests"] for entry in entries)
    began = min(entry["start_time"] for entry in entries)
    ended = max(entry["last_request_timestamp"] for entry in entries)
    return Measured(
        requests=requests,
        errors=sum(entry["num_failures"] for entry in entries),
        per_second=requests / (ended - began),
        p50_ms=_reached(times, 0.50),
        p95_ms=_reached(times, 0.95),
    )


def _reached(times: Counter[float], share: float) -> float:
    """The smallest of the times within which this share of the requests was answered."""
    left = share * times.total()
    for time in sorted(times):
        left -= times[time]
        if left <= 0:
            return time
    return max(times)


def _environment() -> dict[str, str]:
    """What a process needs to run, and no proxy, which the loopback is not behind."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return kept | {"PYTHONPATH": str(_ROOT)}
