"""Directions on a circle."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.directions import direction_of, is_direction


@given(degrees=st.floats(0.0, 359.99), length=st.floats(1e-3, 1e3))
def test_a_vector_has_the_direction_that_made_it(degrees: float, length: float) -> None:
    east, north = (length * part(math.radians(degrees)) for part in (math.sin, math.cos))

    found = direction_of(east, north)

    assert found is not None
    assert 0.0 <= found < 360.0
    assert math.cos(math.radians(found - degrees)) == pytest.approx(1.0)


def test_a_hair_west_of_north_is_north() -> None:
    assert direction_of(-1e-13, 1.0) == 0.0


def test_a_vector_without_length_has_none() -> None:
    assert direction_of(1e-12, -1e-12) is None


def test_only_the_winds_direction_is_one() -> None:
    assert is_direction("wind_direction")
    assert not is_direction("wind_speed")
