"""`make bench-load`: many callers at once through the local gateway, where its time goes, and what the function can do.

Everything happens on the loopback and on a local cloud of its own, which is stopped at the end. It takes some six
minutes on two processors. What `docs/capacity.md` is computed from is written to `tests/bench/capacity_measured.json`.
"""

import json
import os
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from local import cloud
from local.deployment import deploy
from local.place import Place
from tests.bench.capacity import MEASURED
from tests.free_port import free_port
from tests.load.in_process import OwnRoute, own_routes
from tests.load.logs import log_bytes
from tests.load.processor import Spent
from tests.load.stages import Stage, stages
from tests.load.steps import Measured, run_step
from tests.load.world import World, fill

_SECONDS: Final = 25
_WARM_UP_S: Final = 10
_WANTED: Final = {10: (150.7, 112.0), 50: (456.5, 234.0), 100: (753.9, 389.0), 200: (653.8, 847.0)}
"""Users -> requests a second and P95 in ms that are to be beaten."""
_ERRORS_PERCENT: Final = 0.02


def main() -> None:
    """Deploy, load, measure and print."""
    print(f"{os.cpu_count()} processors, load before: {_load()}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        place = Place(port=free_port(), folder=Path(folder))
        running = cloud.start(port=place.port, state_dir=place.state, log=place.logs / "cloud.log", auth=True)
        try:
            outputs = deploy(place)
            world = fill(place, outputs)
            run_step(world, min(_WANTED), _WARM_UP_S)
            # First, as the logs that the load leaves make everything after it slower.
            _print_stages(stages(running.pid, place.url, world))
            _steps(running.pid, world)
            routes = own_routes(place, world)
            _print_routes(routes)
            _write({"routes": [asdict(route) for route in routes], **log_bytes(place)})
        finally:
            cloud.stop(state_dir=place.state)
    print(f"load after: {_load()}")


def _steps(pid: int, world: World) -> None:
    print(f"\n{_SECONDS} s a step; wanted figures in brackets")
    print(
        f"{'users':>5}  {'requests/s':>16}  {'p50 ms':>7}  {'P95 ms':>13}  {'errors %':>8}"
        "  beats them  processor ms a request: cloud, function"
    )
    for users, (rate, p95) in _WANTED.items():
        before = Spent.by(pid)
        step = run_step(world, users, _SECONDS)
        spent = Spent.by(pid).since(before)
        errors = 100 * step.errors / step.requests
        beaten = step.per_second > rate and step.p95_ms < p95 and errors < _ERRORS_PERCENT
        print(
            f"{users:>5}  {step.per_second:>7.1f} ({rate:>6})  {step.p50_ms:>7.0f}  {step.p95_ms:>5.0f} ({p95:>5.0f})"
            f"  {errors:>8.3f}  {'yes' if beaten else 'no':>10}"
            f"  {_each(spent.server, step)}, {_each(spent.functions, step)}",
            flush=True,
        )


def _each(seconds: float, step: Measured) -> str:
    return f"{1000 * seconds / step.requests:.2f}"


def _print_stages(found: list[Stage]) -> None:
    print("\nWhere the time goes, one caller, processor ms a request")
    print(f"{'':<62} {'cloud':>6} {'function':>9}")
    for stage in found:
        print(f"{stage.name:<62} {stage.server_ms:>6.2f} {stage.function_ms:>9.2f}")
    whole = found[-1]
    print(
        f"so one process of the local cloud answers at most {1000 / whole.server_ms:.0f} of them a second", flush=True
    )


def _print_routes(routes: list[OwnRoute]) -> None:
    print("\nThe function by itself, in one process")
    print(
        f"{'route':<34} {'requests/s':>10} {'p50 ms':>7} {'p99 ms':>7} {'DynamoDB calls':>14}"
        f" {'requests/s with the local tables':>33}"
    )
    for route in routes:
        print(
            f"{route.path:<34} {1000 / route.alone_ms:>10.0f} {route.p50_ms:>7.2f} {route.p99_ms:>7.2f}"
            f" {route.calls:>14.1f} {1000 / route.with_tables_ms:>33.0f}"
        )
    weights = sum(route.weight for route in routes)
    mean = sum(route.weight * route.alone_ms for route in routes) / weights
    print(f"{'all, as often as people ask':<34} {1000 / mean:>10.0f}", flush=True)


def _write(measured: dict[str, Any]) -> None:
    MEASURED.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    print(f"\nwrote {MEASURED.name}: `python -m tests.bench.capacity` computes docs/capacity.md from it")


def _load() -> str:
    return ", ".join(f"{one:.1f}" for one in os.getloadavg())


if __name__ == "__main__":
    main()
