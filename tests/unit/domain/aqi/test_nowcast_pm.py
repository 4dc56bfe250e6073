"""The NowCast of particulate matter."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geoclimate.domain.aqi.nowcast_pm import NOWCAST_HOURS, nowcast_pm, weight_factor

_VALUES = st.floats(0.0, 1_000.0)
_HOURS = st.lists(st.none() | _VALUES, min_size=NOWCAST_HOURS, max_size=NOWCAST_HOURS)


def test_steady_air_is_the_mean_of_twelve_hours() -> None:
    assert nowcast_pm([10.0] * 12) == pytest.approx(10.0)


def test_a_plume_counts_by_half_an_hour() -> None:
    # w = 1 - (100 - 10) / 100 = 0.1, so 0.5: 100 weighs 1, what came before 0.5 + 0.25 + ... = 0.99951171875.
    hours = [100.0] + [10.0] * 11

    assert nowcast_pm(hours) == pytest.approx((100.0 + 10.0 * 0.99951171875) / 1.99951171875)


def test_a_missing_hour_leaves_its_place_empty() -> None:
    # w = 1 - (20 - 12) / 20 = 0.6: the third hour weighs 0.36 although the second is missing.
    assert nowcast_pm([20.0, None, 12.0]) == pytest.approx((20.0 + 0.36 * 12.0) / 1.36)


@pytest.mark.parametrize("hours", [[None, None, 5.0], [5.0, None, None], [None, 5.0, None, 5.0, 5.0, 5.0], []])
def test_needs_two_of_the_last_three_hours(hours: list[float | None]) -> None:
    assert nowcast_pm(hours) is None


@pytest.mark.parametrize("hours", [[5.0, 5.0, None], [5.0, None, 5.0], [None, 5.0, 5.0]])
def test_two_of_the_last_three_hours_are_enough(hours: list[float | None]) -> None:
    assert nowcast_pm(hours) == pytest.approx(5.0)


@given(_HOURS)
def test_lies_between_the_least_and_the_greatest_hour(hours: list[float | None]) -> None:
    nowcast = nowcast_pm(hours)
    assume(nowcast is not None)
    values = [value for value in hours if value is not None]

    assert nowcast is not None
    assert min(values) * (1 - 1e-12) - 1e-300 <= nowcast <= max(values) * (1 + 1e-12)


@given(_VALUES, st.lists(st.booleans(), min_size=9, max_size=9))
def test_the_nowcast_of_a_constant_is_the_constant(value: float, measured: list[bool]) -> None:
    hours = [value, value, value, *(value if one else None for one in measured)]

    assert nowcast_pm(hours) == pytest.approx(value)


@given(_HOURS, st.floats(0.01, 100.0))
def test_does_not_depend_on_the_unit(hours: list[float | None], factor: float) -> None:
    nowcast = nowcast_pm(hours)
    assume(nowcast is not None)
    assert nowcast is not None

    assert nowcast_pm([None if value is None else value * factor for value in hours]) == pytest.approx(
        nowcast * factor, abs=1e-9
    )


@given(st.lists(_VALUES, min_size=1, max_size=12))
def test_the_weight_lies_between_a_half_and_one(values: list[float]) -> None:
    assert 0.5 <= weight_factor(values) <= 1.0


@given(_HOURS, st.lists(_VALUES, max_size=5))
def test_hours_before_the_twelfth_do_not_count(hours: list[float | None], older: list[float]) -> None:
    assert nowcast_pm([*hours, *older]) == nowcast_pm(hours)
