from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geoclimate.features.causal import Rows, hold, lagged, rolling_deviation, rolling_extreme, rolling_mean

NAN = np.nan
SERIES = arrays(
    np.float64, st.integers(1, 40), elements=st.one_of(st.just(NAN), st.floats(-1e4, 1e4, allow_subnormal=False))
)

ALL: dict[str, Callable[[Rows], Rows]] = {
    "hold": lambda rows: hold(rows, 3),
    "lagged": lambda rows: lagged(rows, 3),
    "mean": lambda rows: rolling_mean(rows, 5),
    "deviation": lambda rows: rolling_deviation(rows, 5),
    "largest": lambda rows: rolling_extreme(rows, 5, largest=True),
}


def newest(values: Rows, row: int, hours: int) -> Rows:
    window = values[max(0, row - hours + 1) : row + 1]
    return window[~np.isnan(window)]


def test_holds_a_value_over_a_gap_up_to_its_bound_and_no_longer() -> None:
    held = hold(np.array([NAN, 5.0, NAN, NAN, NAN, 7.0, NAN]), 2)
    np.testing.assert_array_equal(held, [NAN, 5.0, 5.0, 5.0, NAN, 7.0, 7.0])


def test_holds_each_column_by_itself() -> None:
    held = hold(np.array([[1.0, NAN], [NAN, 2.0], [NAN, NAN]]), 1)
    np.testing.assert_array_equal(held, [[1.0, NAN], [1.0, 2.0], [NAN, 2.0]])


def test_holds_nothing_where_no_gap_is_allowed() -> None:
    np.testing.assert_array_equal(hold(np.array([1.0, NAN]), 0), [1.0, NAN])


@pytest.mark.parametrize(("hours", "expected"), [(1, [NAN, 1.0, 2.0]), (2, [NAN, NAN, 1.0]), (5, [NAN, NAN, NAN])])
def test_lags_by_hours(hours: int, expected: list[float]) -> None:
    np.testing.assert_array_equal(lagged(np.array([1.0, 2.0, 3.0]), hours), expected)


@settings(deadline=None, max_examples=50)
@given(SERIES, st.integers(1, 12))
def test_a_rolling_mean_is_the_mean_of_the_known_newest_hours_where_half_are_known(values: Rows, hours: int) -> None:
    found = rolling_mean(values, hours)
    for row in range(len(values)):
        known = newest(values, row, hours)
        expected = known.mean() if len(known) >= max(1, hours / 2) else NAN
        np.testing.assert_allclose(found[row], expected, rtol=1e-9, atol=1e-6)


@settings(deadline=None, max_examples=50)
@given(SERIES, st.integers(1, 12))
def test_a_rolling_deviation_is_that_of_the_known_newest_hours(values: Rows, hours: int) -> None:
    found = rolling_deviation(values, hours)
    for row in range(len(values)):
        known = newest(values, row, hours)
        expected = known.std() if len(known) >= max(1, hours / 2) else NAN
        np.testing.assert_allclose(found[row], expected, rtol=1e-6, atol=1e-2)


@settings(deadline=None, max_examples=50)
@given(SERIES, st.integers(1, 12), st.booleans())
def test_a_rolling_extreme_is_that_of_the_known_newest_hours(values: Rows, hours: int, largest: bool) -> None:
    found = rolling_extreme(values, hours, largest=largest)
    for row in range(len(values)):
        known = newest(values, row, hours)
        expected = NAN if not len(known) else known.max() if largest else known.min()
        np.testing.assert_array_equal(found[row], expected)


def test_a_series_that_stands_still_far_from_zero_has_no_deviation() -> None:
    assert not rolling_deviation(np.full(50, 101_325.25), 24)[12:].any()


@settings(deadline=None, max_examples=50)
@given(SERIES, st.data())
def test_no_row_depends_on_a_later_one(values: Rows, data: st.DataObject) -> None:
    row = data.draw(st.integers(0, len(values)))
    later = data.draw(arrays(np.float64, len(values) - row, elements=st.one_of(st.just(NAN), st.floats(-1e6, 1e6))))
    other = np.concatenate([values[:row], later])
    for name, seen in ALL.items():
        assert seen(values)[:row].tobytes() == seen(other)[:row].tobytes(), name
