import json

import pytest

from tests.bench.capacity import MEASURED, PAGE, duration_ms, mean_of, monthly_costs, rewritten, tiered

ROUTES = [
    {"path": "/a", "weight": 3, "cpu_ms": 1.0, "calls": 2.0, "read_units": 0.5, "answer_bytes": 1000.0},
    {"path": "/b", "weight": 1, "cpu_ms": 3.0, "calls": 6.0, "read_units": 2.5, "answer_bytes": 5000.0},
]


def test_the_page_says_what_follows_from_the_figures() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == rewritten(page, json.loads(MEASURED.read_text(encoding="utf-8"))), "python -m tests.bench.capacity"


def test_less_memory_than_a_whole_processor_takes_longer_and_more_does_not_help() -> None:
    assert duration_ms(1.0, 0, 1_769) == 1.0
    assert duration_ms(1.0, 0, 3_538) == 1.0
    assert duration_ms(1.0, 0, 1_769 // 2) == pytest.approx(2.0, rel=0.01)
    assert duration_ms(1.0, 2, 1_769) == 9.0


def test_each_tier_has_its_price() -> None:
    tiers = ((10.0, 3.0), (30.0, 2.0), (float("inf"), 1.0))
    assert [tiered(units, tiers) for units in (0, 10, 11, 30, 40)] == [0, 30, 32, 70, 80]


def test_routes_count_as_often_as_they_are_asked_for() -> None:
    mean = mean_of(ROUTES)
    assert (mean.cpu_ms, mean.calls, mean.read_units, mean.answer_bytes) == (1.5, 3.0, 1.0, 2000.0)


def test_counting_a_call_costs_one_write_unit() -> None:
    measured = {"routes": ROUTES, "function_log_bytes": 300.0, "access_log_bytes": 500.0}
    costs = monthly_costs(measured, 1.0)
    calls = 730 * 3600
    assert costs["DynamoDB, the write that counts each call"] == pytest.approx(calls * 0.625e-6)
    assert costs["DynamoDB, reads"] == pytest.approx(calls * 0.125e-6)
    assert costs["API Gateway, REST calls"] == pytest.approx(calls * 3.5e-6)
