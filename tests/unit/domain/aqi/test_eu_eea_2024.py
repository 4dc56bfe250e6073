"""The European index: six bands of one hour's mean."""

import pytest

from geoclimate.domain.aqi.eu_eea_2024 import EU_EEA_2024
from geoclimate.domain.aqi.sub_index import sub_index

_UPPER_BOUNDS = {
    "pm25": (5, 15, 50, 90, 140),
    "pm10": (15, 45, 120, 195, 270),
    "no2": (10, 25, 60, 100, 150),
    "o3": (60, 100, 120, 160, 180),
    "so2": (20, 40, 125, 190, 275),
}


@pytest.mark.parametrize("parameter", _UPPER_BOUNDS)
def test_a_bound_belongs_to_the_band_below_it(parameter: str) -> None:
    (scale,) = EU_EEA_2024.scales_of(parameter)

    for band, bound in enumerate(_UPPER_BOUNDS[parameter], start=1):
        on, above = sub_index(scale, bound), sub_index(scale, bound + 0.1)
        assert on is not None
        assert above is not None
        assert (on.index, above.index) == (band, band + 1)


def test_it_covers_the_five_pollutants_and_no_others() -> None:
    assert set(EU_EEA_2024.parameters) == set(_UPPER_BOUNDS)


def test_the_last_band_is_open() -> None:
    (scale,) = EU_EEA_2024.scales_of("pm25")
    found = sub_index(scale, 9_000.0)

    assert found is not None
    assert (found.index, found.beyond_table) == (6, False)
    assert EU_EEA_2024.category(found.index).name == "Extremely poor"
