"""What varies from line to line in EPA's hourly files, and what does not."""

import datetime as dt
from collections.abc import Callable
from typing import Final

from geoclimate.columnar.columns import Monitor, microseconds_of
from geoclimate.columnar.fast_format import FastFormat, Meaning, StampColumn
from geoclimate.columnar.line_patterns import LineLayout, VaryingDigits
from geoclimate.domain.aqs import SOURCE, parse_monitor, parse_site
from geoclimate.domain.epa_hourly import INTERVAL, parse_gmt, qualifier_flag, site_name
from geoclimate.domain.errors import RefusedValue
from geoclimate.domain.quality import RowRule, parse_coordinates
from geoclimate.domain.readings import listed_name

_DATE: Final = VaryingDigits("Date GMT", 0, 10)
_TIME: Final = VaryingDigits("Time GMT", 0, 5)
_SOME_DATE: Final = "2000-01-01"


def _understand(field: Callable[[str], str]) -> Meaning:
    station = parse_site(field("State Code"), field("County Code"), field("Site Num"))
    latitude, longitude = parse_coordinates(field("Latitude"), field("Longitude"), "Latitude", "Longitude")
    monitor = parse_monitor(
        field("Parameter Code"), field("POC"), field("Units of Measure"), "Parameter Code", "Units of Measure"
    )
    name = site_name(field("County Name"), field("State Name"), field("Site Num"))
    return Meaning(
        monitor=Monitor(
            station=station,
            name=listed_name(name, station),
            latitude=latitude,
            longitude=longitude,
            parameter=monitor.measure.parameter.code,
            instrument=monitor.instrument,
            delivered_unit=monitor.measure.unit,
            source=SOURCE,
        ),
        measure=monitor.measure,
        flag=qualifier_flag(field("Qualifier")),
    )


def _clock(field: Callable[[str], str]) -> str:
    date, time = field(_DATE.column), field(_TIME.column)
    parse_gmt(date, time)
    if (len(date), len(time)) != (_DATE.end, _TIME.end):
        raise RefusedValue(RowRule.TIMESTAMP, _DATE.column, date, "blanks around a stamp spoil a pattern")
    return ""


def _date(text: str) -> int:
    return microseconds_of(parse_gmt(text, "00:00"))


def _time(text: str) -> int:
    return (parse_gmt(_SOME_DATE, text) - parse_gmt(_SOME_DATE, "00:00")) // dt.timedelta(microseconds=1)


def _midnight(date: str, _clock: str) -> dt.datetime:
    return parse_gmt(date, "00:00")


FAST: Final = FastFormat(
    layout=LineLayout(
        # Local stamps are not read, but they vary, too.
        digits=(_DATE, _TIME, VaryingDigits("Date Local", 0, 10), VaryingDigits("Time Local", 0, 5)),
        date=_DATE,
        time=_TIME,
        value="Sample Measurement",
        understand=_understand,
        clock=_clock,
    ),
    told_by=(
        "State Code",
        "County Code",
        "Site Num",
        "Parameter Code",
        "POC",
        "Latitude",
        "Longitude",
        "Units of Measure",
        "Qualifier",
        "State Name",
        "County Name",
    ),
    stamp=(StampColumn(_DATE.column, _date), StampColumn(_TIME.column, _time)),
    midnight=_midnight,
    start=dt.timedelta(),
    end=INTERVAL,
)
"""Hourly files."""
