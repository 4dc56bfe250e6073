"""EPA AirData "outdoor" daily files, as its page "Download Daily Data" gives them: one pollutant, one day a line.

Source: EPA, "Outdoor Air Quality Data, Download Daily Data" (epa.gov/outdoor-air-quality-data). The name of the value's
column says the pollutant and the statistic. Only PM2.5 is a mean over the day; the greatest 1-hour or running 8-hour
mean of a day is taken as another instrument, `<POC>-max-1h` or `<POC>-max-8h`, with the flag `daily-max-1-hour` or
`daily-max-8-hour`.

The interval is the local standard day, [00:00, 24:00), whose zone is looked up by state and county in
`us_standard_time`. A figure of fewer than three quarters of the day's values has the flag `incomplete-day`; otherwise
one whose Source is AirNow, which has not been through the agency's validation, has the flag `preliminary`. Its source
is `airnow` and that of all others `airdata`, so that the validated value is served once it is there, and the exact one
of the AQS daily file before the rounded one here, whichever comes later.
"""

import re
from dataclasses import dataclass
from functools import partial
from typing import Final

from geoclimate.domain.aqs import parse_monitor, parse_site
from geoclimate.domain.csv_format import CsvFormat, Header
from geoclimate.domain.daily_summaries import (
    INCOMPLETE_DAY,
    MAX_1_HOUR,
    MAX_8_HOUR,
    MEAN,
    Statistic,
    local_day,
    parse_us_day,
    summary_flag,
)
from geoclimate.domain.delivery import Delivery, Row
from geoclimate.domain.errors import RefusedValue
from geoclimate.domain.quality import RowRule, parse_coordinates, require, shortened
from geoclimate.domain.readings import Reading, ReadingCheck
from geoclimate.domain.sources import AIRDATA, AIRNOW

PRELIMINARY: Final = "preliminary"
"""Flag of a value that the agency has not validated yet."""


@dataclass(frozen=True, slots=True)
class _ValueColumn:
    """A column of values.

    Attributes:
        name: Its name.
        parameter: Code of the parameter that its rows must have.
        statistic: Which figure of the day it gives.
    """

    name: str
    parameter: str
    statistic: Statistic


_VALUE_COLUMNS: Final = (
    _ValueColumn("Daily Mean PM2.5 Concentration", "pm25", MEAN),
    _ValueColumn("Daily Max 8-hour CO Concentration", "co", MAX_8_HOUR),
    _ValueColumn("Daily Max 1-hour NO2 Concentration", "no2", MAX_1_HOUR),
    _ValueColumn("Daily Max 8-hour Ozone Concentration", "o3", MAX_8_HOUR),
    _ValueColumn("Daily Max 1-hour SO2 Concentration", "so2", MAX_1_HOUR),
)
_BEFORE_VALUE: Final = ("Date", "Source", "Site ID", "POC")
_AFTER_VALUE: Final = (
    "Units",
    "Daily AQI Value",
    "Local Site Name",
    "Daily Obs Count",
    "Percent Complete",
    "AQS Parameter Code",
    "AQS Parameter Description",
    "Method Code",
    "Method Description",
    "CBSA Code",
    "CBSA Name",
    "State FIPS Code",
    "State",
    "County FIPS Code",
    "County",
    "Site Latitude",
    "Site Longitude",
)
_OPTIONAL: Final = frozenset({"Method Code", "Method Description"})
_USED: Final = (
    "Date",
    "Source",
    "Site ID",
    "POC",
    "Units",
    "Local Site Name",
    "Percent Complete",
    "AQS Parameter Code",
    "Site Latitude",
    "Site Longitude",
)
_SITE_ID: Final = re.compile(r"(?P<state>\d{2})(?P<county>\d{3})(?P<site>\d{4})", re.ASCII)


class _RowReader:
    """Reads the rows of one file."""

    def __init__(self, column: _ValueColumn, header: Header, delivery: Delivery) -> None:
        self._fields = header.picker(*_USED, column.name)
        self._column = column
        value_column = header.spelling(column.name)
        self._validated = ReadingCheck(AIRDATA, "Date", value_column, delivery)
        self._unvalidated = ReadingCheck(AIRNOW, "Date", value_column, delivery)

    def read(self, number: int, line: str) -> tuple[Row]:
        date, source, site_id, poc, unit, name, percent, code, lat, lon, text = self._fields(line)
        state, county, site = _parse_site_id(site_id)
        latitude, longitude = parse_coordinates(lat, lon, "Site Latitude", "Site Longitude")
        start, end = local_day(state, county, parse_us_day(date, "Date"), "Site ID")
        monitor = parse_monitor(code, poc, unit, "AQS Parameter Code", "Units")
        if monitor.measure.parameter.code != self._column.parameter:
            message = (
                f"AQS parameter {shortened(code)} does not belong in the column '{self._column.name}': deliver it in"
                " a file of its own"
            )
            raise RefusedValue(RowRule.PARAMETER, "AQS Parameter Code", code, message)
        flag = summary_flag(self._column.statistic, percent, "Percent Complete")
        from_airnow = source.strip().lower() == AIRNOW
        if from_airnow and flag != INCOMPLETE_DAY:
            flag = PRELIMINARY
        reading = Reading(
            station=parse_site(state, county, site),
            name=name,
            latitude=latitude,
            longitude=longitude,
            instrument=monitor.instrument + self._column.statistic.suffix,
            start=start,
            end=end,
            stamp=date,
            measure=monitor.measure,
            text=text,
            flag=flag,
        )
        return ((self._unvalidated if from_airnow else self._validated).accept(number, reading),)


def _parse_site_id(text: str) -> tuple[str, str, str]:
    match = _SITE_ID.fullmatch(require(text, "Site ID"))
    if match is None:
        message = (
            f"'{shortened(text)}' is not a site id: it has 9 digits, such as 060010007; where a spreadsheet took the"
            " leading zero away, take the file as EPA delivers it"
        )
        raise RefusedValue(RowRule.IDENTIFIER, "Site ID", text, message)
    return match["state"], match["county"], match["site"]


FORMATS: Final = tuple(
    CsvFormat(
        name="EPA AirData daily",
        columns=(*_BEFORE_VALUE, column.name, *_AFTER_VALUE),
        open=partial(_RowReader, column),
        optional=_OPTIONAL,
        value_column=column.name,
    )
    for column in _VALUE_COLUMNS
)
"""The layout of the files, once for each column of values."""
