"""Which standard time a county of the United States has."""

import datetime as dt

import pytest

from geoclimate.domain.errors import RefusedValue
from geoclimate.domain.us_standard_time import standard_offset

DAY = dt.date(2019, 7, 1)


@pytest.mark.parametrize(
    ("state", "county", "hours"),
    [
        ("06", "037", -8),  # Los Angeles
        ("36", "061", -5),  # New York
        ("17", "031", -6),  # Chicago
        ("08", "031", -7),  # Denver
        ("04", "013", -7),  # Phoenix
        ("02", "020", -9),  # Anchorage
        ("15", "003", -10),  # Honolulu
        ("72", "127", -4),  # San Juan
        ("66", "010", 10),  # Guam
        ("12", "086", -5),  # Miami
        ("12", "033", -6),  # Pensacola
        ("18", "097", -5),  # Indianapolis
        ("18", "089", -6),  # Gary
        ("18", "163", -6),  # Evansville
        ("47", "157", -6),  # Memphis
        ("47", "065", -5),  # Chattanooga
        ("47", "093", -5),  # Knoxville
        ("48", "201", -6),  # Houston
        ("48", "141", -7),  # El Paso
        ("16", "001", -7),  # Boise
        ("16", "055", -8),  # Coeur d'Alene
        ("20", "181", -7),  # Goodland
        ("26", "163", -5),  # Detroit
        ("26", "053", -6),  # Ironwood
    ],
)
def test_knows_the_zone_of_a_county_without_daylight_saving(state: str, county: str, hours: int) -> None:
    assert standard_offset(state, county, DAY, "County Code") == dt.timedelta(hours=hours)


@pytest.mark.parametrize(
    ("state", "county"),
    [
        ("21", "111"),
        ("31", "055"),
        ("38", "015"),
        ("46", "103"),
        ("12", "045"),
        ("18", "083"),
        ("41", "045"),
        ("80", "002"),
    ],
)
def test_refuses_to_guess(state: str, county: str) -> None:
    with pytest.raises(RefusedValue, match="is not certain, and the file does not give it") as refused:
        standard_offset(state, county, DAY, "County Code")
    assert refused.value.rule == "time-zone"


def test_refuses_a_day_before_the_table_begins() -> None:
    with pytest.raises(RefusedValue, match="known from 1984 on"):
        standard_offset("06", "037", dt.date(1983, 12, 31), "County Code")
