"""What varies from line to line in the OpenAQ archive's files, and what does not."""

import datetime as dt
from collections.abc import Callable
from typing import Final

from geoclimate.columnar.columns import Monitor, microseconds_of
from geoclimate.columnar.fast_format import FastFormat, Meaning, StampColumn
from geoclimate.columnar.line_patterns import LineLayout, VaryingDigits
from geoclimate.domain.errors import RefusedValue
from geoclimate.domain.openaq import INTERVAL, SOURCE
from geoclimate.domain.quality import (
    VALID,
    RowRule,
    parse_coordinates,
    parse_identifier,
    parse_measure,
    parse_stamp,
)
from geoclimate.domain.readings import listed_name

_DATE: Final = VaryingDigits("datetime", 0, 10)
_TIME: Final = VaryingDigits("datetime", 11, 16)


def _understand(field: Callable[[str], str]) -> Meaning:
    station = f"{SOURCE}-{parse_identifier(field('location_id'), 'location_id')}"
    latitude, longitude = parse_coordinates(field("lat"), field("lon"))
    measure = parse_measure(field("parameter"), field("units"), "units")
    return Meaning(
        monitor=Monitor(
            station=station,
            name=listed_name(field("location"), station),
            latitude=latitude,
            longitude=longitude,
            parameter=measure.parameter.code,
            instrument=parse_identifier(field("sensors_id"), "sensors_id"),
            delivered_unit=measure.unit,
            source=SOURCE,
        ),
        measure=measure,
        flag=VALID,
    )


def _clock(field: Callable[[str], str]) -> str:
    stamp = field("datetime")
    parse_stamp(stamp, "datetime")
    if stamp != stamp.strip():
        raise RefusedValue(RowRule.TIMESTAMP, "datetime", stamp, "blanks around a stamp spoil a pattern")
    # The letter between date and time, the seconds and the offset.
    return stamp[_DATE.end : _TIME.begin] + stamp[_TIME.end :]


def _midnight(date: str, clock: str) -> dt.datetime:
    return parse_stamp(f"{date}{clock[0]}00:00{clock[1:]}", "datetime")


def _stamp(text: str) -> int:
    return microseconds_of(parse_stamp(text, "datetime"))


FAST: Final = FastFormat(
    layout=LineLayout(
        digits=(_DATE, _TIME), date=_DATE, time=_TIME, value="value", understand=_understand, clock=_clock
    ),
    told_by=("location_id", "sensors_id", "location", "lat", "lon", "parameter", "units"),
    stamp=(StampColumn("datetime", _stamp),),
    midnight=_midnight,
    start=-INTERVAL,
    end=dt.timedelta(),
)
"""The archive's files."""
