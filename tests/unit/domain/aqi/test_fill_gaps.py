"""Missing hours filled from their neighbours."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.aqi.fill_gaps import fill_gaps


def test_the_nearer_a_neighbour_the_more_it_counts() -> None:
    # One step away weighs 1/2, two steps 1/4.
    assert fill_gaps([8.0, 4.0, None, 4.0, 0.0])[2] == pytest.approx((8 / 4 + 4 / 2 + 4 / 2 + 0 / 4) / 1.5)


def test_looks_further_where_fewer_than_two_neighbours_were_measured() -> None:
    assert fill_gaps([6.0, None, None, None, None, None, 3.0])[5] == pytest.approx((3 / 2 + 6 / 32) / (1 / 2 + 1 / 32))


def test_a_filled_hour_fills_no_other() -> None:
    # Each missing hour sees the measured ones only: 1/2 and 1/4 away from them, mirrored.
    filled = fill_gaps([3.0, None, None, 6.0])

    assert filled[1] == pytest.approx((3 / 2 + 6 / 4) / 0.75)
    assert filled[2] == pytest.approx((3 / 4 + 6 / 2) / 0.75)


_VALUES = st.floats(0.0, 500.0)


@given(_VALUES, _VALUES, st.lists(st.none() | _VALUES, max_size=40), st.randoms())
def test_what_was_measured_stays_and_what_is_filled_lies_between(
    one: float, other: float, more: list[float | None], shuffle: Random
) -> None:
    values = [one, other, *more]
    shuffle.shuffle(values)
    measured = [value for value in values if value is not None]
    for before, after in zip(values, fill_gaps(values), strict=True):
        if before is not None:
            assert after == before
        assert min(measured) - 1e-9 <= after <= max(measured) + 1e-9
