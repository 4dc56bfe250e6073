"""Sensors that stand still."""

import numpy as np
import pytest

from geoclimate.features.drift.standstill import (
    NO_RUN,
    Run,
    longest_run,
    run_after,
    run_threshold,
    stands_for_nothing,
)

NAN = float("nan")


def test_the_longest_run_skips_missing_hours() -> None:
    assert longest_run(np.array([[1.0, 2.0, NAN, 2.0], [2.0, 3.0, 3.0, NAN]])) == 3


def test_nothing_measured_has_no_run() -> None:
    assert longest_run(np.full((2, 24), NAN)) == 0
    assert run_after(NO_RUN, 5, np.full((2, 24), NAN)) is NO_RUN


def test_a_run_goes_on_over_days() -> None:
    first = run_after(NO_RUN, 100, np.array([[1.0, 2.0, 2.0, 2.0]]))
    assert first == Run(2.0, 3, 100)
    assert run_after(first, 101, np.array([[2.0, NAN, 2.0, 2.0]])) == Run(2.0, 6, 100)


def test_another_value_begins_another_run() -> None:
    before = Run(2.0, 30, 90)
    assert run_after(before, 101, np.array([[2.0, 2.0, 3.0, 3.0]])) == Run(3.0, 2, 101)
    assert run_after(before, 101, np.array([[3.0, 3.0, 3.0, 3.0]])) == Run(3.0, 4, 101)


def test_it_takes_a_day_at_least_and_more_where_the_reference_stood_longer() -> None:
    assert run_threshold(3) == 24.0
    assert run_threshold(40) == 60.0


@pytest.mark.parametrize(
    ("parameter", "value", "expected"),
    [("pm25", 3.0, True), ("pm25", 80.0, False), ("precipitation", 0.0, True), ("temperature", 0.0, False)],
)
def test_clean_air_and_dry_days_stand_for_good_reasons(parameter: str, value: float, *, expected: bool) -> None:
    assert stands_for_nothing(parameter, value) is expected
