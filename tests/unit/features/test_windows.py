from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from geoclimate.features.grid import HourlyGrid
from geoclimate.features.spec import FeatureSpec, feature_names
from geoclimate.features.windows import shortfall, targets_at, usable_origins, windows_at

SPEC = FeatureSpec(
    target="pm25", parameters=("pm25", "pressure"), history_hours=8, lead_hours=(1, 2, 5), max_gap_hours=2
)
FIRST = 400_000
NAN = np.nan
Values = npt.NDArray[np.float32]
Windows = Callable[[HourlyGrid, npt.NDArray[np.int64], FeatureSpec], Values]

series = hnp.arrays(
    np.float32,
    st.tuples(st.integers(1, 40), st.just(2)),
    elements=st.one_of(st.just(np.float32(NAN)), st.floats(-50, 900, width=32)),
)


def grid_of(*target: float) -> HourlyGrid:
    values = np.full((len(target), 2), 1000.0, dtype=np.float32)
    values[:, 0] = target
    return HourlyGrid(FIRST, values)


def window(*target: float, at: int | None = None) -> tuple[Values, Values]:
    """The target's values and mask in the window that ends with the grid, or at another origin."""
    grid = grid_of(*target)
    rows = windows_at(grid, np.array([grid.end_hour if at is None else FIRST + at]), SPEC)[0]
    return rows[:, 0], rows[:, 2]


def leaks(window_function: Windows, grid: HourlyGrid, origin: int) -> bool:
    """Whether a window changes when everything from its origin on is changed."""
    altered = grid.values.copy()
    altered[origin - grid.first_hour :] = 777.0
    origins = np.array([origin])
    before = window_function(grid, origins, SPEC)
    after = window_function(HourlyGrid(grid.first_hour, altered), origins, SPEC)
    return not np.array_equal(before, after, equal_nan=True)


@given(series, st.integers(0, 40))
def test_nothing_from_the_origin_on_changes_a_window(values: Values, offset: int) -> None:
    assert not leaks(windows_at, HourlyGrid(FIRST, values), FIRST + min(offset, len(values)))


def test_the_leak_test_catches_a_planted_leak() -> None:
    def shifted_by_an_hour(grid: HourlyGrid, origins: npt.NDArray[np.int64], spec: FeatureSpec) -> Values:
        return windows_at(HourlyGrid(grid.first_hour - 1, grid.values), origins, spec)

    assert leaks(shifted_by_an_hour, grid_of(*range(20)), FIRST + 10)


def test_the_leak_test_catches_a_gap_filled_from_the_future() -> None:
    def filled_before_windowing(grid: HourlyGrid, origins: npt.NDArray[np.int64], spec: FeatureSpec) -> Values:
        values = grid.values.copy()
        known = ~np.isnan(values[:, 0])
        values[:, 0] = np.interp(np.arange(len(values)), np.flatnonzero(known), values[known, 0])
        return windows_at(HourlyGrid(grid.first_hour, values), origins, spec)

    assert leaks(filled_before_windowing, grid_of(*range(9), NAN, *range(10, 20)), FIRST + 10)


@given(series, st.integers(1, 40))
def test_serving_sees_bit_for_bit_what_training_saw(values: Values, offset: int) -> None:
    origin = FIRST + min(offset, len(values))
    origins = np.arange(FIRST + 1, FIRST + len(values) + 1)
    in_training = windows_at(HourlyGrid(FIRST, values), origins, SPEC)[origin - FIRST - 1]
    first = max(FIRST, origin - SPEC.history_hours)
    served_grid = HourlyGrid(first, values[first - FIRST : origin - FIRST])
    served = windows_at(served_grid, np.array([origin]), SPEC)[0]
    assert in_training.tobytes() == served.tobytes()


def test_the_last_row_is_the_hour_before_the_origin() -> None:
    values, mask = window(*range(10), at=9)
    np.testing.assert_array_equal(values, np.arange(1, 9))
    np.testing.assert_array_equal(mask, np.ones(8))


def test_fills_a_short_gap_on_a_straight_line_and_masks_it() -> None:
    values, mask = window(0, 1, 2, NAN, NAN, 5, 6, 7)
    np.testing.assert_allclose(values, np.arange(8), rtol=1e-6)
    np.testing.assert_array_equal(mask, [1, 1, 1, 0, 0, 1, 1, 1])


def test_leaves_a_long_gap_missing() -> None:
    values, _ = window(0, 1, NAN, NAN, NAN, 5, 6, 7)
    np.testing.assert_array_equal(values, [0, 1, NAN, NAN, NAN, 5, 6, 7])


def test_holds_the_last_value_up_to_the_bound() -> None:
    values, mask = window(0, 1, 2, 3, 4, NAN, NAN, NAN)
    np.testing.assert_array_equal(values, [0, 1, 2, 3, 4, 4, 4, NAN])
    np.testing.assert_array_equal(mask, [1, 1, 1, 1, 1, 0, 0, 0])


def test_does_not_fill_the_head_of_a_window_from_before_it() -> None:
    values, _ = window(9, NAN, NAN, 3, 4, 5, 6, 7, 8)
    np.testing.assert_array_equal(values[:2], [NAN, NAN])


def test_hours_outside_the_grid_are_missing() -> None:
    values, mask = window(5, 6, 7)
    np.testing.assert_array_equal(values, [NAN] * 5 + [5, 6, 7])
    np.testing.assert_array_equal(mask, [0] * 5 + [1] * 3)


def test_the_calendar_turns_once_a_day_and_once_a_week() -> None:
    week = FeatureSpec(target="pm25", parameters=("pm25", "pressure"), history_hours=169)
    rows = windows_at(grid_of(1.0), np.array([FIRST + 169]), week)[0]
    names = feature_names(week)
    hour, phase = rows[:, names.index("hour_cos")], rows[:, names.index("week_sin")]
    assert hour[0] == hour[24] != hour[12]
    assert phase[0] == phase[168] != phase[24]


def test_has_one_column_a_feature_name() -> None:
    rows = windows_at(grid_of(1.0), np.array([FIRST + 1]), SPEC)
    assert rows.shape == (1, SPEC.history_hours, len(feature_names(SPEC)))
    assert rows.dtype == np.float32


def test_refuses_a_grid_of_other_parameters() -> None:
    with pytest.raises(ValueError, match="names 2 columns"):
        windows_at(HourlyGrid(FIRST, np.zeros((4, 3), dtype=np.float32)), np.array([FIRST]), SPEC)


def test_targets_are_the_hours_from_the_origin_on_and_never_filled() -> None:
    targets = targets_at(grid_of(0, 1, NAN, 3, 4, 5), np.array([FIRST + 1, FIRST + 2]), SPEC)
    np.testing.assert_array_equal(targets, np.array([[1, NAN, 5], [NAN, 3, NAN]], np.float32))


def test_an_origin_needs_a_recent_target_and_half_a_window_of_it() -> None:
    grid = grid_of(0, 1, 2, 3, 4, NAN, NAN, NAN)
    np.testing.assert_array_equal(usable_origins(grid, SPEC) - FIRST, [4, 5, 6, 7])


def test_an_empty_series_has_no_usable_origin() -> None:
    assert usable_origins(grid_of(), SPEC).size == 0
    assert "no hour of pm25" in (shortfall(grid_of(), FIRST, SPEC) or "")


@given(series)
def test_the_shortfall_is_told_exactly_where_an_origin_is_not_usable(values: Values) -> None:
    grid = HourlyGrid(FIRST, values)
    usable = set(usable_origins(grid, SPEC).tolist())
    for origin in range(FIRST, grid.end_hour + 1):
        assert (shortfall(grid, origin, SPEC) is None) == (origin in usable)


def test_the_shortfall_names_what_is_missing() -> None:
    grid = grid_of(0, 1, 2, 3, 4, NAN, NAN, NAN)
    assert shortfall(grid, FIRST + 8, SPEC) == "the newest pm25 is 3 hours old; at most 2 are allowed"
    assert shortfall(grid, FIRST + 2, SPEC) == "pm25 was observed in 2 of the last 8 hours; at least 4 are needed"
