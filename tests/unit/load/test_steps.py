from typing import Any

import pytest

from tests.load.steps import summed


def entry(times: dict[str, int], *, failures: int = 0, start: float = 0.0, end: float = 10.0) -> dict[str, Any]:
    return {
        "response_times": times,
        "num_requests": sum(times.values()),
        "num_failures": failures,
        "start_time": start,
        "last_request_timestamp": end,
    }


def test_percentiles_are_of_all_routes_together() -> None:
    found = summed([entry({"10": 60, "20": 30}), entry({"500": 6, "30": 4})])
    assert (found.requests, found.p50_ms, found.p95_ms) == (100, 10, 500)


def test_the_rate_is_from_the_first_start_to_the_last_answer() -> None:
    found = summed([entry({"10": 30}, start=1, end=9), entry({"10": 30}, start=3, end=13)])
    assert found.per_second == pytest.approx(5.0)


def test_errors_of_all_routes_are_counted() -> None:
    assert summed([entry({"10": 5}, failures=2), entry({"10": 5}, failures=1)]).errors == 3
