"""Cumulative sums: what does not count, when they say drift, and since when."""

import math

from hypothesis import given
from hypothesis import strategies as st

from geoclimate.features.drift.cusum import NOTHING, Cusum, after


def sums(values: list[float], *, allowance: float = 0.5, most: float = 100.0, first_day: int = 10) -> Cusum:
    total = NOTHING
    for offset, value in enumerate(values):
        total = after(total, first_day + offset, value, allowance=allowance, most=most)
    return total


def test_deviations_within_the_allowance_never_add_up() -> None:
    assert sums([0.5, -0.5, 0.4, -0.3] * 100) == NOTHING


def test_a_shift_adds_up_by_what_is_beyond_the_allowance() -> None:
    total = sums([0.0, 0.0, 2.0, 2.0, 2.0])
    assert (total.up, total.down, total.statistic) == (4.5, 0.0, 4.5)


def test_a_fall_adds_up_as_a_rise_does() -> None:
    rise, fall = sums([2.0, 2.0]), sums([-2.0, -2.0])
    assert (rise.up, rise.sign) == (fall.down, 1)
    assert fall.sign == -1


def test_the_change_began_when_the_sum_last_left_zero() -> None:
    assert sums([3.0, -9.0, 0.0, 2.0, 2.0]).up_since == 13


def test_a_sum_that_is_zero_again_began_nowhere() -> None:
    assert sums([2.0, -9.0]).up_since == 0


def test_a_missing_day_changes_nothing() -> None:
    assert sums([2.0, math.nan, 2.0]).up == sums([2.0, 2.0]).up


def test_a_drift_that_was_mended_is_over_after_as_many_days_as_the_ceiling_has() -> None:
    assert sums([5.0] * 1000 + [0.0] * 20, most=10.0).up == 0.0


@given(st.lists(st.floats(-10, 10), max_size=50))
def test_a_sum_is_what_page_defines(values: list[float]) -> None:
    """The sum is the running total of what exceeds the allowance, less its least value so far."""
    total, least = 0.0, 0.0
    for value in values:
        total += value - 0.5
        least = min(least, total)
    assert math.isclose(sums(values, most=math.inf).up, total - least, abs_tol=1e-9)
