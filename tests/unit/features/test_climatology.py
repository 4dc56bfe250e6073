"""Reading what is usual, with numpy alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.errors import IntegrityError
from geoclimate.features.climatology import (
    Climatology,
    climatology_at,
    from_bytes,
    solar_month_and_hour,
    to_bytes,
)
from geoclimate.features.tensor_file import read_tensors, write_tensors

LEVELS = (0.1, 0.5, 0.9)
FIRST_OF_2015 = 394464


def _climatology() -> Climatology:
    """Of station s at month m and hour h: 1000 s + 24 m + h, and 0.1 more a level."""
    numbers = np.arange(2 * 12 * 24, dtype=np.float32).reshape(2, 12, 24, 1)
    numbers[1] += 1000 - 288
    return Climatology("pm25", LEVELS, ("a",), (numbers + np.arange(3) / 10).astype(np.float32))


def test_a_listed_station_has_its_own_quantiles_and_any_other_those_of_all() -> None:
    climatology = _climatology()
    third_of_february = FIRST_OF_2015 + 24 * 33 + 5
    np.testing.assert_allclose(climatology_at(climatology, "a", 0.0, [third_of_february]), [[29, 29.1, 29.2]])
    np.testing.assert_allclose(climatology_at(climatology, "b", 0.0, [third_of_february])[0, 0], 1029)


def test_month_and_hour_are_those_of_the_sun() -> None:
    new_year = np.array([FIRST_OF_2015])
    assert [part.item() for part in solar_month_and_hour(new_year, 116.4)] == [0, 8]
    assert [part.item() for part in solar_month_and_hour(new_year, -74.0)] == [11, 19]


@given(st.integers(-(10**6), 10**7), st.floats(-180, 180))
def test_every_hour_and_place_has_a_cell(hour: int, longitude: float) -> None:
    month, of_day = solar_month_and_hour(np.array([hour]), longitude)
    assert 0 <= month[0] < 12
    assert 0 <= of_day[0] < 24


def test_is_read_back() -> None:
    climatology = _climatology()
    found = from_bytes(to_bytes(climatology))
    assert (found.target, found.levels, found.stations) == ("pm25", LEVELS, ("a",))
    np.testing.assert_array_equal(found.quantiles, climatology.quantiles)
    everybody = Climatology("pm25", LEVELS, (), climatology.quantiles[:1])
    assert from_bytes(to_bytes(everybody)).stations == ()


def test_crossing_or_missing_quantiles_are_refused() -> None:
    quantiles = _climatology().quantiles
    for wrong in (quantiles[..., ::-1], np.where(quantiles == 5, np.nan, quantiles).astype(np.float32)):
        with pytest.raises(ValueError, match="finite and never decrease"):
            Climatology("pm25", LEVELS, ("a",), wrong)


@pytest.mark.parametrize("changed", [{"kind": "conformal"}, {"version": "9"}, {"stations": ""}, {"levels": "x"}])
def test_bytes_that_are_no_climatology_are_refused(changed: dict[str, str]) -> None:
    tensors, metadata = read_tensors(to_bytes(_climatology()))
    with pytest.raises(IntegrityError, match="climatology"):
        from_bytes(write_tensors(tensors, metadata | changed))
