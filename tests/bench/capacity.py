"""What 10,000 requests a second need and cost: `python -m tests.bench.capacity` computes docs/capacity.md.

What was measured comes from `make bench-load`, sizes from `cdk.function_sizes`, prices from the table below.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cdk.config import stage_named
from cdk.function_sizes import FUNCTION_SIZES

MEASURED: Final = Path(__file__).with_name("capacity_measured.json")
PAGE: Final = Path(__file__).parents[2] / "docs/capacity.md"
_BEGIN: Final = "<!-- computed: python -m tests.bench.capacity -->"
_END: Final = "<!-- end of what is computed -->"

RATE: Final = 10_000
_SECONDS_A_MONTH: Final = 730 * 3_600
_WHOLE_CPU_MB: Final = 1_769
"""Lambda gives a whole processor at so much memory, and a share of one below."""
_DYNAMODB_MS: Final = 4.0
"""Assumed of one request to DynamoDB from a function in its region; AWS says "single-digit milliseconds"."""
_PEAK: Final = 2.0
"""Assumed: calls come unevenly within a second, and some hit a cold process."""
_TRACED: Final = 0.05
"""Share of the calls that X-Ray's default rule samples."""
_GB: Final = 1e9
_MILLION: Final = 1e6

Tiers = Sequence[tuple[float, float]]
"""Up to so many units a month, the price of one; the last tier has no end."""
_REST_CALLS: Final[Tiers] = (
    (333e6, 3.50 / _MILLION),
    (1_000e6, 2.80 / _MILLION),
    (20_000e6, 2.38 / _MILLION),
    (math.inf, 1.51 / _MILLION),
)
_LAMBDA_GB_SECONDS: Final[Tiers] = ((7.5e9, 0.0000133334), (18.75e9, 0.0000120001), (math.inf, 0.0000106667))
_LAMBDA_CALLS: Final[Tiers] = ((math.inf, 0.20 / _MILLION),)
_READ_UNITS: Final[Tiers] = ((math.inf, 0.125 / _MILLION),)
_WRITE_UNITS: Final[Tiers] = ((math.inf, 0.625 / _MILLION),)
_LAMBDA_LOG_GB: Final[Tiers] = ((10_000, 0.50), (30_000, 0.25), (50_000, 0.10), (math.inf, 0.05))
_OTHER_LOG_GB: Final[Tiers] = ((math.inf, 0.50),)
_OUT_GB: Final[Tiers] = ((10_000, 0.09), (50_000, 0.085), (150_000, 0.07), (math.inf, 0.05))
_TRACES: Final[Tiers] = ((math.inf, 5.00 / _MILLION),)


@dataclass(frozen=True, slots=True)
class Mean:
    """One call, on the average of the routes as often as people ask for them.

    Attributes:
        cpu_ms: Processor milliseconds of the function.
        calls: Requests to DynamoDB, one after the other; one of them counts the call.
        read_units: Request units of its reads.
        answer_bytes: Size of the answer.
    """

    cpu_ms: float
    calls: float
    read_units: float
    answer_bytes: float


def duration_ms(cpu_ms: float, calls: float, memory_mb: int) -> float:
    """How long one call takes: its processor time at the share that the memory gives, and its waits for DynamoDB."""
    return cpu_ms / min(1.0, memory_mb / _WHOLE_CPU_MB) + calls * _DYNAMODB_MS


def tiered(units: float, tiers: Tiers) -> float:
    """Price of so many units, each tier's share at its price."""
    price, begin = 0.0, 0.0
    for end, each in tiers:
        price += max(0.0, min(units, end) - begin) * each
        begin = end
    return price


def mean_of(routes: Sequence[Mapping[str, Any]]) -> Mean:
    """The mean of what was measured of the routes, by their weights."""
    weights = sum(route["weight"] for route in routes)

    def mean(name: str) -> float:
        return float(sum(route["weight"] * route[name] for route in routes) / weights)

    return Mean(mean("cpu_ms"), mean("calls"), mean("read_units"), mean("answer_bytes"))


def monthly_costs(measured: Mapping[str, Any], rate: float) -> Mapping[str, float]:
    """Dollars a month at a steady rate, by what is billed."""
    mean = mean_of(measured["routes"])
    calls = rate * _SECONDS_A_MONTH
    memory = FUNCTION_SIZES["api"].memory_mb
    # Lambda bills whole milliseconds.
    seconds = math.ceil(duration_ms(mean.cpu_ms, mean.calls, memory)) / 1000
    costs = {
        "API Gateway, REST calls": tiered(calls, _REST_CALLS),
        "Lambda, calls": tiered(calls, _LAMBDA_CALLS),
        "Lambda, GB-seconds on arm64": tiered(calls * seconds * memory / 1024, _LAMBDA_GB_SECONDS),
        "DynamoDB, reads": tiered(calls * mean.read_units, _READ_UNITS),
        "DynamoDB, the write that counts each call": tiered(calls, _WRITE_UNITS),
        "CloudWatch Logs, the function's": tiered(calls * measured["function_log_bytes"] / _GB, _LAMBDA_LOG_GB),
        "CloudWatch Logs, the access log": tiered(calls * measured["access_log_bytes"] / _GB, _OTHER_LOG_GB),
        "data to the internet": tiered(calls * mean.answer_bytes / _GB, _OUT_GB),
    }
    if stage_named("prod").tracing:
        costs["X-Ray, a twentieth of the calls"] = tiered(calls * _TRACED, _TRACES)
    return costs


def computed(measured: Mapping[str, Any]) -> str:
    """The part of the page that follows from the figures."""
    memory = FUNCTION_SIZES["api"].memory_mb
    mean = mean_of(measured["routes"])
    lines = [
        _BEGIN,
        "",
        f"| route | of 10 calls | CPU ms | DynamoDB requests | read units | bytes | ms at {memory} MB | at once |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [_row(f"`GET {one['path']}`", str(one["weight"]), mean_of([one]), memory) for one in measured["routes"]]
    lines.append(_row("as people ask", "10", mean, memory))
    together = RATE * duration_ms(mean.cpu_ms, mean.calls, memory) / 1000
    costs = monthly_costs(measured, RATE)
    whole = sum(costs.values())
    lines += [
        "",
        f"So {RATE:,} calls a second keep {together:.0f} processes busy, {_PEAK * together:.0f} with room for peaks.",
        "",
        f"| billed | US dollars a month at {RATE:,}/s | share |",
        "|---|---:|---:|",
        *(f"| {name} | {cost:,.0f} | {100 * cost / whole:.0f}% |" for name, cost in costs.items()),
        f"| all | {whole:,.0f} | 100% |",
        "",
        f"That is {_a_million(measured, RATE):.2f} dollars a million calls, at 100/s {_a_million(measured, 100):.2f}.",
        "",
        _END,
    ]
    return "\n".join(lines)


def _a_million(measured: Mapping[str, Any], rate: float) -> float:
    return _MILLION * sum(monthly_costs(measured, rate).values()) / (rate * _SECONDS_A_MONTH)


def _row(name: str, weight: str, mean: Mean, memory: int) -> str:
    took = duration_ms(mean.cpu_ms, mean.calls, memory)
    return (
        f"| {name} | {weight} | {mean.cpu_ms:.2f} | {mean.calls:.1f} | {mean.read_units:.1f} |"
        f" {mean.answer_bytes:,.0f} | {took:.1f} | {RATE * took / 1000:.0f} |"
    )


def rewritten(page: str, measured: Mapping[str, Any]) -> str:
    """The page with its computed part made anew."""
    before, _, rest = page.partition(_BEGIN)
    after = rest.partition(_END)[2]
    return before + computed(measured) + after


if __name__ == "__main__":
    found = json.loads(MEASURED.read_text(encoding="utf-8"))
    PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8"), found), encoding="utf-8")
    print(computed(found))
