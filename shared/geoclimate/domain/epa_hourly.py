"""EPA AQS hourly files (`hourly_88101_2019.csv` and their kin): one hour of one monitor a line.

Source: EPA, "AirData Download Files Documentation", section "Hourly Data". `Date GMT` and `Time GMT` stamp the
beginning of the hour, so the local stamps beside them are not needed. Files of 2014 have no column `Method Code`.
Coordinates are taken as they are: the datums that occur (WGS84, NAD83, NAD27) differ by 200 m at most.

`Qualifier` describes the highest-ranking qualifier of the value, such as `IT - Wildfire-U. S.`. One that reports an
event (wildfire, dust) or that the value was validated says nothing against the value, which stays `valid`. Below the
method's detection limit (MD, ND) it is `below-detection`; every other qualifier is the agency's doubt about the
measurement, and the value is kept with the flag `qualified`.
"""

import datetime as dt
import re
from functools import lru_cache
from typing import Final

from geoclimate.domain.aqs import SOURCE, parse_monitor, parse_site
from geoclimate.domain.csv_format import CsvFormat, Header
from geoclimate.domain.delivery import Delivery, Row
from geoclimate.domain.errors import RefusedValue
from geoclimate.domain.quality import (
    BELOW_DETECTION,
    EARLIEST,
    LAST_YEAR,
    VALID,
    RowRule,
    parse_coordinates,
    require,
    shortened,
)
from geoclimate.domain.readings import Reading, ReadingCheck

QUALIFIED: Final = "qualified"
"""Flag of a value against which the agency's own qualifier speaks."""
INTERVAL: Final = dt.timedelta(hours=1)
COLUMNS: Final = (
    "State Code",
    "County Code",
    "Site Num",
    "Parameter Code",
    "POC",
    "Latitude",
    "Longitude",
    "Datum",
    "Parameter Name",
    "Date Local",
    "Time Local",
    "Date GMT",
    "Time GMT",
    "Sample Measurement",
    "Units of Measure",
    "MDL",
    "Uncertainty",
    "Qualifier",
    "Method Type",
    "Method Code",
    "Method Name",
    "State Name",
    "County Name",
    "Date of Last Change",
)
_USED: Final = (
    "State Code",
    "County Code",
    "Site Num",
    "Parameter Code",
    "POC",
    "Latitude",
    "Longitude",
    "Date GMT",
    "Time GMT",
    "Sample Measurement",
    "Units of Measure",
    "Qualifier",
    "State Name",
    "County Name",
)
_REMEMBERED: Final = 8192
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME: Final = re.compile(r"\d\d:\d\d", re.ASCII)

# AQS code table "Qualifiers": I and R with a letter are events (informational, exclusion requested), the letters A to U
# the natural and exceptional events of older years, V is "validated value".
_EVENT_OR_VALIDATED: Final = re.compile(r"(?:[IR][A-Z]|[A-V])\b(?!-)")
_BELOW_LIMIT: Final = re.compile(r"(?:MD|ND)\b")


class _RowReader:
    """Reads the rows of one hourly file."""

    def __init__(self, header: Header, delivery: Delivery) -> None:
        self._fields = header.picker(*_USED)
        self._check = ReadingCheck(SOURCE, "Time GMT", "Sample Measurement", delivery)

    def read(self, number: int, line: str) -> tuple[Row]:
        state, county, site, code, poc, lat, lon, date, time, text, unit, qualifier, state_name, county_name = (
            self._fields(line)
        )
        station = parse_site(state, county, site)
        latitude, longitude = parse_coordinates(lat, lon, "Latitude", "Longitude")
        start = parse_gmt(date, time)
        monitor = parse_monitor(code, poc, unit, "Parameter Code", "Units of Measure")
        reading = Reading(
            station=station,
            name=site_name(county_name, state_name, site),
            latitude=latitude,
            longitude=longitude,
            instrument=monitor.instrument,
            start=start,
            end=start + INTERVAL,
            stamp=f"{date} {time}",
            measure=monitor.measure,
            text=text,
            flag=qualifier_flag(qualifier),
        )
        return (self._check.accept(number, reading),)


def site_name(county: str, state: str, site: str) -> str:
    """What a site is called: AQS gives a name to its county and its state only."""
    return f"{county.strip()}, {state.strip()}, site {site.strip()}"


@lru_cache(maxsize=_REMEMBERED)
def parse_gmt(date: str, time: str) -> dt.datetime:
    """The point in time that a `Date GMT` and a `Time GMT` give, UTC.

    Raises:
        RefusedValue: `required`, `timestamp`.
    """
    day, clock = require(date, "Date GMT"), require(time, "Time GMT")
    if not _DATE.fullmatch(day):
        message = f"'{shortened(date)}' is not a date: write it as EPA does, such as 2019-01-31"
        raise RefusedValue(RowRule.TIMESTAMP, "Date GMT", date, message)
    if not _TIME.fullmatch(clock):
        message = f"'{shortened(time)}' is not a time: write it as EPA does, such as 05:00"
        raise RefusedValue(RowRule.TIMESTAMP, "Time GMT", time, message)
    try:
        stamp = dt.datetime.fromisoformat(f"{day}T{clock}+00:00")
    except ValueError as error:
        message = f"'{day} {clock}' is not in the calendar ({error}): correct the date or the time"
        raise RefusedValue(RowRule.TIMESTAMP, "Date GMT", date, message) from None
    if stamp <= EARLIEST:
        message = f"'{day}' lies before {EARLIEST:%Y}: AQS has no hourly values of that time"
        raise RefusedValue(RowRule.TIMESTAMP, "Date GMT", date, message)
    if stamp.year > LAST_YEAR:
        message = f"'{day}' lies after {LAST_YEAR}: correct the date"
        raise RefusedValue(RowRule.TIMESTAMP, "Date GMT", date, message)
    return stamp


@lru_cache(maxsize=_REMEMBERED)
def qualifier_flag(qualifier: str) -> str:
    """The flag that a qualifier of AQS gives a value: `valid`, `below-detection` or `qualified`."""
    trimmed = qualifier.strip()
    if not trimmed or _EVENT_OR_VALIDATED.match(trimmed):
        return VALID
    return BELOW_DETECTION if _BELOW_LIMIT.match(trimmed) else QUALIFIED


FORMAT: Final = CsvFormat(
    name="EPA AQS hourly",
    columns=COLUMNS,
    open=_RowReader,
    optional=frozenset({"Method Code"}),
    value_column="Sample Measurement",
)
"""The layout of hourly files."""
