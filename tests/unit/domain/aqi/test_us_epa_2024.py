"""The US index: the numbers of EPA's own examples, and the points where implementations disagree."""

import pytest

from geoclimate.domain.aqi.standards import Scale
from geoclimate.domain.aqi.sub_index import sub_index
from geoclimate.domain.aqi.us_epa_2024 import US_EPA_2024


def _scale(parameter: str, hours: int) -> Scale:
    (scale,) = [one for one in US_EPA_2024.scales_of(parameter) if one.averaging_hours == hours]
    return scale


# The first is the worked example of EPA's technical assistance document: 0.07853333 ppm is truncated to 0.078, and
# 125.5 is rounded to 126. The concentrations 0.077 ppm, 54.4 µg/m³ and 8.4 ppm are EPA's example of several pollutants.
@pytest.mark.parametrize(
    ("parameter", "hours", "concentration", "index", "category"),
    [
        ("o3", 8, 0.07853333, 126, "Unhealthy for Sensitive Groups"),
        ("o3", 8, 0.077, 122, "Unhealthy for Sensitive Groups"),
        ("o3", 1, 0.162, 147, "Unhealthy for Sensitive Groups"),
        ("co", 8, 8.4, 90, "Moderate"),
        ("pm25", 24, 54.4, 148, "Unhealthy for Sensitive Groups"),
        ("pm25", 24, 9.0, 50, "Good"),
        ("pm25", 24, 9.05, 50, "Good"),
        ("pm25", 24, 9.1, 51, "Moderate"),
        ("pm25", 24, 35.9, 102, "Unhealthy for Sensitive Groups"),
        ("pm25", 24, 125.4, 200, "Unhealthy"),
        ("pm25", 24, 225.4, 300, "Very Unhealthy"),
        ("pm25", 24, 225.5, 301, "Hazardous"),
        ("pm25", 24, 275.5, 401, "Hazardous"),
        ("pm25", 24, 325.4, 500, "Hazardous"),
        ("pm10", 24, 154.9, 100, "Moderate"),
        ("pm10", 24, 604, 500, "Hazardous"),
        ("no2", 1, 40, 38, "Good"),
        ("no2", 1, 53.7, 50, "Good"),
        ("no2", 1, 500, 175, "Unhealthy"),
        ("so2", 1, 75, 100, "Moderate"),
        ("so2", 24, 305, 201, "Very Unhealthy"),
    ],
)
def test_an_index(parameter: str, hours: int, concentration: float, index: int, category: str) -> None:
    found = sub_index(_scale(parameter, hours), concentration)

    assert found is not None
    assert (found.index, found.beyond_table) == (index, False)
    assert US_EPA_2024.category(found.index).name == category


@pytest.mark.parametrize(
    ("parameter", "hours", "concentration", "index"),
    [("pm25", 24, 325.5, 500), ("pm25", 24, 425.3, 699), ("pm10", 24, 783, 699), ("no2", 1, 3000, 737)],
)
def test_beyond_the_table_the_last_line_goes_on_and_says_so(
    parameter: str, hours: int, concentration: float, index: int
) -> None:
    found = sub_index(_scale(parameter, hours), concentration)

    assert found is not None
    assert (found.index, found.beyond_table) == (index, True)
    assert US_EPA_2024.category(found.index).name == "Hazardous"


@pytest.mark.parametrize(("parameter", "hours", "concentration", "index"), [("o3", 8, 0.4, 300), ("so2", 1, 900, 200)])
def test_where_another_mean_takes_over_the_highest_index_stands(
    parameter: str, hours: int, concentration: float, index: int
) -> None:
    found = sub_index(_scale(parameter, hours), concentration)

    assert found is not None
    assert (found.index, found.beyond_table) == (index, True)
