"""The standard time of a US county, for files that name a local day and no offset.

EPA's daily summaries are "for the local standard day (midnight to midnight) at the monitor" (EPA, "AirData Download
Files Documentation"), so daylight saving time does not matter: such a day always has 24 hours.

Source of the zones: 49 CFR part 71, "Standard Time Zone Boundaries", by FIPS codes of states and counties (Census
Bureau). A county through which a boundary runs, one that changed its zone since 1984, and the four states of which this
table does not list the counties (Kentucky, Nebraska, North Dakota, South Dakota) are undecided: a zone is never
guessed. The zones of Alaska date from November 1983, so the table begins with 1984.
"""

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from geoclimate.domain.errors import RefusedValue
from geoclimate.domain.quality import RowRule

VALID_FROM: Final = dt.date(1984, 1, 1)
"""No day before is looked up."""

_ATLANTIC, _EASTERN, _CENTRAL, _MOUNTAIN, _PACIFIC, _ALASKA, _HAWAII = (-4, -5, -6, -7, -8, -9, -10)

_HOURS_BY_STATE: Final[Mapping[str, int]] = MappingProxyType(
    dict.fromkeys(("72", "78"), _ATLANTIC)
    | dict.fromkeys(("09", "10", "11", "12", "13", "18", "23", "24", "25", "26", "33"), _EASTERN)
    | dict.fromkeys(("34", "36", "37", "39", "42", "44", "45", "50", "51", "54"), _EASTERN)
    | dict.fromkeys(("01", "05", "17", "19", "20", "22", "27", "28", "29", "40", "47", "48", "55"), _CENTRAL)
    | dict.fromkeys(("04", "08", "16", "30", "35", "49", "56"), _MOUNTAIN)
    | dict.fromkeys(("06", "32", "41", "53"), _PACIFIC)
    | {"02": _ALASKA, "15": _HAWAII, "60": -11, "66": 10, "69": 10}
)
"""Hours from UTC of a state's larger zone, by FIPS code."""

_TENNESSEE_EAST: Final = (
    "001 009 011 013 019 025 029 057 059 063 065 067 073 089 091 093 105 107 121 123 129 139 143 145 151 155 163 171"
    " 173 179"
)
_OTHER_COUNTIES: Final = (
    ("12", _CENTRAL, "005 013 033 059 063 091 113 131 133"),  # Florida, west of the Apalachicola
    ("16", _PACIFIC, "009 017 021 035 055 057 061 069 079"),  # Idaho, north of the Salmon River
    ("18", _CENTRAL, "051 073 089 091 111 127 129 163 173 147"),  # Indiana, by Chicago and by Evansville
    ("20", _MOUNTAIN, "071 075 181 199"),  # Kansas, its western edge
    ("26", _CENTRAL, "043 053 071 109"),  # Michigan, along Wisconsin
    ("47", _EASTERN, _TENNESSEE_EAST),
    ("48", _MOUNTAIN, "141 229"),  # Texas: El Paso and Hudspeth
)
_HOURS_BY_COUNTY: Final[Mapping[tuple[str, str], int]] = MappingProxyType(
    {(state, county): hours for state, hours, counties in _OTHER_COUNTIES for county in counties.split()}
)
"""Hours from UTC of the counties that are not in their state's larger zone."""

_UNDECIDED: Final = frozenset(
    {
        ("02", "010"),  # Aleutian Islands, which 169°30' W divides
        ("02", "198"),  # Prince of Wales: Metlakatla kept Pacific time until 2015
        ("02", "201"),  # the same under its older code
        ("20", "093"),  # Kearny County, changed in 1990
        ("02", "016"),  # Aleutians West, the same under its newer code
        ("12", "045"),  # Gulf County, divided by the Intracoastal Waterway
        ("16", "049"),  # Idaho County, divided by the Salmon River
        ("32", "007"),  # Elko County: West Wendover has been in the Mountain zone since 1999
        ("41", "045"),  # Malheur County, of which the south is in the Pacific zone
        # Indiana, changed in 2006 and 2007
        *(("18", county) for county in ("027", "037", "083", "101", "123", "125", "131", "149")),
    }
)


def standard_offset(state: str, county: str, day: dt.date, column: str) -> dt.timedelta:
    """How far local standard time is ahead of UTC; negative in the Americas.

    Args:
        state: FIPS code, two digits.
        county: FIPS code, three digits.
        day: The local day.
        column: The column that names the county.

    Raises:
        RefusedValue: `time-zone`: the table does not know.
    """
    hours = _HOURS_BY_COUNTY.get((state, county), _HOURS_BY_STATE.get(state))
    if hours is None or (state, county) in _UNDECIDED:
        message = (
            f"the standard time of state {state}, county {county} is not certain, and the file does not give it:"
            " deliver the hourly file, which has times in GMT"
        )
        raise RefusedValue(RowRule.TIME_ZONE, column, f"{state} {county}", message)
    if day < VALID_FROM:
        message = f"time zones are known from {VALID_FROM:%Y} on: deliver the hourly file, which has times in GMT"
        raise RefusedValue(RowRule.TIME_ZONE, column, f"{state} {county}", message)
    return dt.timedelta(hours=hours)
