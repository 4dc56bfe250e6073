"""The index of one pollutant from its observations."""

import datetime as dt

import pytest

from geoclimate.domain.aqi.eu_eea_2024 import EU_EEA_2024
from geoclimate.domain.aqi.pollutant_index import canonical_per_unit, pollutant_index, span_needed
from geoclimate.domain.aqi.us_epa_2024 import US_EPA_2024
from tests.aqi_rows import AT, hourly_rows, observed

_HOUR = dt.timedelta(hours=1)


def _micrograms(parameter: str, unit: str, value: float) -> float:
    return value * canonical_per_unit(parameter, unit)


def test_pm_is_its_nowcast_over_twelve_hours() -> None:
    found = pollutant_index(US_EPA_2024, "pm25", hourly_rows(12, 35.4), AT)

    assert found is not None
    assert (found.sub_index.index, found.sub_index.concentration, found.concentration.method) == (
        100,
        35.4,
        "nowcast-pm",
    )
    assert (found.start, found.end, found.concentration.hours_used) == (AT - 12 * _HOUR, AT, 12)
    assert (found.instrument, found.scale.averaging_hours) == ("1", 24)


def test_in_europe_pm_is_the_hour() -> None:
    rows = [observed(50.0), *hourly_rows(11, 500.0, first=1)]

    found = pollutant_index(EU_EEA_2024, "pm25", rows, AT)

    assert found is not None
    assert (found.sub_index.index, found.concentration.method, found.start) == (3, "mean", AT - _HOUR)


def test_of_several_instruments_the_one_with_the_greatest_index_stands() -> None:
    rows = [observed(20.0, ended=hour, instrument="a") for hour in range(12)]
    rows += [observed(40.0, ended=hour, instrument="b") for hour in range(12)]

    found = pollutant_index(US_EPA_2024, "pm25", rows, AT)

    assert found is not None
    assert (found.instrument, found.sub_index.concentration) == ("b", 40.0)


def test_instruments_are_never_mixed() -> None:
    rows = [observed(20.0, instrument="a"), observed(20.0, instrument="b", ended=1)]

    assert pollutant_index(US_EPA_2024, "pm25", rows, AT) is None


@pytest.mark.parametrize(("hours", "enough"), [(6, True), (5, False)])
def test_a_mean_of_eight_hours_needs_six(hours: int, enough: bool) -> None:
    rows = hourly_rows(hours, _micrograms("co", "ppm", 9.4), "co", first=8 - hours)

    found = pollutant_index(US_EPA_2024, "co", rows, AT)

    assert (found is not None) is enough
    assert found is None or (found.sub_index.index, found.sub_index.concentration) == (100, 9.4)


def test_gases_are_converted_at_25_degrees() -> None:
    # 100 ppb of NO2 are 100 * 46.005 / 24.4654 µg/m³.
    found = pollutant_index(US_EPA_2024, "no2", [observed(188.0411, parameter="no2")], AT)

    assert found is not None
    assert (found.sub_index.concentration, found.scale.unit, found.sub_index.index) == (100.0, "ppb", 100)


@pytest.mark.parametrize(
    ("hour", "day", "index", "averaging"),
    [(304.0, 100.0, 200, 1), (800.0, 100.0, 200, 1), (800.0, 310.0, 203, 24), (200.0, 310.0, 203, 24)],
)
def test_so2_follows_its_24_hours_from_305_ppb_on(hour: float, day: float, index: int, averaging: int) -> None:
    earlier = (day * 24 - hour) / 23
    rows = [observed(_micrograms("so2", "ppb", hour), parameter="so2")]
    rows += hourly_rows(23, _micrograms("so2", "ppb", earlier), "so2", first=1)

    found = pollutant_index(US_EPA_2024, "so2", rows, AT)

    assert found is not None
    assert (found.sub_index.index, found.scale.averaging_hours) == (index, averaging)


def test_one_hour_of_much_ozone_counts_more_than_its_nowcast() -> None:
    # The surrogate of 0.200 ppm is 0.1745 ppm: 273 by the 8-hour table, more than the hour by
    # the 1-hour table. At 0.410 ppm the 8-hour table has ended, and the 1-hour table goes on.
    usual = pollutant_index(US_EPA_2024, "o3", [observed(_micrograms("o3", "ppm", 0.200), parameter="o3")], AT)
    extreme = pollutant_index(US_EPA_2024, "o3", [observed(_micrograms("o3", "ppm", 0.410), parameter="o3")], AT)

    assert usual is not None
    assert extreme is not None
    assert (usual.sub_index.index, usual.concentration.method) == (273, "nowcast-ozone-surrogate")
    assert (extreme.sub_index.index, extreme.concentration.method, extreme.scale.averaging_hours) == (306, "mean", 1)


def test_two_weeks_of_ozone_give_the_regression() -> None:
    found = pollutant_index(US_EPA_2024, "o3", hourly_rows(336, _micrograms("o3", "ppm", 0.060), "o3"), AT)

    assert found is not None
    assert (found.concentration.method, found.concentration.hours_used) == ("nowcast-ozone-pls", 336)
    assert (found.sub_index.index, found.start) == (67, AT - 336 * _HOUR)


def test_no_parameter_outside_the_standard_has_an_index() -> None:
    assert pollutant_index(EU_EEA_2024, "co", hourly_rows(24, 5.0, "co"), AT) is None
    assert span_needed(EU_EEA_2024, "co") == 0


@pytest.mark.parametrize(("parameter", "hours"), [("pm25", 12), ("o3", 338), ("so2", 24), ("no2", 1), ("co", 8)])
def test_says_how_far_back_it_looks(parameter: str, hours: int) -> None:
    assert span_needed(US_EPA_2024, parameter) == hours


def test_a_parameter_has_no_value_in_another_kind_of_unit() -> None:
    with pytest.raises(ValueError, match="pm25 has no value in ppb"):
        canonical_per_unit("pm25", "ppb")
