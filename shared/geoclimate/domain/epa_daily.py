"""EPA AQS daily files (`daily_88101_2019.csv` and their kin): one summary of a monitor's day a line.

Source: EPA, "AirData Download Files Documentation", section "Daily Summary Data". A monitor (site, parameter, POC) has
several lines a day, which differ in Sample Duration, Pollutant Standard and Event Type. A line is taken, or left out
and counted, by what it says itself, so that neither the order of the lines nor their number matters:

- Event Type: the day as it was. `None` and `Included` are taken; `Excluded`, which leaves out the hours of a wildfire
  or a dust storm for comparison with a standard, is not.
- Sample Duration: of `1 HOUR` and `24 HOUR` (a filter) the Arithmetic Mean is taken. `24-HR BLK AVG` and
  `3-HR BLK AVG` are left out: they are made of the same hours as the `1 HOUR` line beside them, and rounded. Of the
  running 8-hour means the 1st Max Value is taken as another instrument, `<POC>-max-8h`, with the flag
  `daily-max-8-hour`: it is no mean over the day. Every other duration is left out.
- Pollutant Standard: it does not change a mean, so a further line is a repetition. It does change which 8-hour means
  count; those of the standards in force are taken (ozone 2015, carbon monoxide 1971).
- POC: each is an instrument of its own.

The interval is the local standard day, [00:00, 24:00), whose zone is looked up by state and county in
`us_standard_time`. A figure of fewer than three quarters of the day's values is kept with the flag `incomplete-day`.
The mean of wind directions is refused: 359° and 1° have the mean 180°.
"""

from enum import StrEnum
from functools import lru_cache
from typing import Final

from geoclimate.domain.aqs import SOURCE, parse_monitor, parse_site
from geoclimate.domain.csv_format import CsvFormat, Header
from geoclimate.domain.daily_summaries import MAX_8_HOUR, MEAN, Statistic, local_day, parse_iso_day, summary_flag
from geoclimate.domain.delivery import Delivery, Row, SkippedRow
from geoclimate.domain.errors import RefusedValue
from geoclimate.domain.quality import RowRule, parse_coordinates
from geoclimate.domain.readings import Reading, ReadingCheck

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
    "Sample Duration",
    "Pollutant Standard",
    "Date Local",
    "Units of Measure",
    "Event Type",
    "Observation Count",
    "Observation Percent",
    "Arithmetic Mean",
    "1st Max Value",
    "1st Max Hour",
    "AQI",
    "Method Code",
    "Method Name",
    "Local Site Name",
    "Address",
    "State Name",
    "County Name",
    "City Name",
    "CBSA Name",
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
    "Date Local",
    "Units of Measure",
    "Observation Percent",
    "Local Site Name",
    "Sample Duration",
    "Pollutant Standard",
    "Event Type",
    "Arithmetic Mean",
    "1st Max Value",
)
_DAY_AS_IT_WAS: Final = frozenset({"none", "included"})
_MEAN_DURATIONS: Final = frozenset({"1 hour", "24 hour"})
_EIGHT_HOUR_DURATIONS: Final = frozenset({"8-hr run avg begin hour", "8-hr run avg end hour"})
_EIGHT_HOUR_STANDARDS: Final = frozenset({"ozone 8-hour 2015", "co 8-hour 1971"})
_DIRECTION: Final = "wind_direction"


class SkipRule(StrEnum):
    """Choices by which a row is left out."""

    EVENT_TYPE = "event-type"
    SAMPLE_DURATION = "sample-duration"
    POLLUTANT_STANDARD = "pollutant-standard"


@lru_cache(maxsize=1024)
def choose(duration: str, standard: str, event: str) -> Statistic | SkipRule:
    """Which statistic of a row is taken, or the choice that leaves it out."""
    if event.strip().lower() not in _DAY_AS_IT_WAS:
        return SkipRule.EVENT_TYPE
    period = duration.strip().lower()
    if period in _MEAN_DURATIONS:
        return MEAN
    if period not in _EIGHT_HOUR_DURATIONS:
        return SkipRule.SAMPLE_DURATION
    return MAX_8_HOUR if standard.strip().lower() in _EIGHT_HOUR_STANDARDS else SkipRule.POLLUTANT_STANDARD


class _RowReader:
    """Reads the rows of one daily file."""

    def __init__(self, header: Header, delivery: Delivery) -> None:
        self._fields = header.picker(*_USED)
        self._means = ReadingCheck(SOURCE, "Date Local", "Arithmetic Mean", delivery)
        self._maxima = ReadingCheck(SOURCE, "Date Local", "1st Max Value", delivery)

    def read(self, number: int, line: str) -> tuple[Row]:
        fields = self._fields(line)
        state, county, site, code, poc, lat, lon, date, unit, percent, name, *choice, mean, maximum = fields
        statistic = choose(*choice)
        if isinstance(statistic, SkipRule):
            return (SkippedRow(number, statistic),)
        station = parse_site(state, county, site)
        latitude, longitude = parse_coordinates(lat, lon, "Latitude", "Longitude")
        start, end = local_day(state.strip(), county.strip(), parse_iso_day(date, "Date Local"), "County Code")
        monitor = parse_monitor(code, poc, unit, "Parameter Code", "Units of Measure")
        if monitor.measure.parameter.code == _DIRECTION:
            message = "the arithmetic mean of wind directions is no direction: deliver the hourly file"
            raise RefusedValue(RowRule.PARAMETER, "Parameter Code", code, message)
        reading = Reading(
            station=station,
            name=name,
            latitude=latitude,
            longitude=longitude,
            instrument=monitor.instrument + statistic.suffix,
            start=start,
            end=end,
            stamp=date,
            measure=monitor.measure,
            text=mean if statistic is MEAN else maximum,
            flag=summary_flag(statistic, percent, "Observation Percent"),
        )
        return ((self._means if statistic is MEAN else self._maxima).accept(number, reading),)


FORMAT: Final = CsvFormat(name="EPA AQS daily", columns=COLUMNS, open=_RowReader, value_column="Arithmetic Mean")
"""The layout of daily files."""
