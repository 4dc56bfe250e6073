"""Rules that a delivered value must pass, with their parameters; each says what to do where it is broken.

The functions here look at one value each and know nothing of files. Those that see the same text again and again (a
stamp, a unit, a place) remember their last answers: an hourly file repeats them in most of its rows.
"""

import datetime as dt
import math
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from geoclimate.domain.errors import RefusedValue
from geoclimate.domain.parameters import PARAMETERS, Parameter
from geoclimate.domain.units import Conversion, conversion, unit_named


class RowRule(StrEnum):
    """Rules whose breach refuses one row."""

    LINE_LENGTH = "line-length"
    COLUMNS = "columns"
    QUOTING = "quoting"
    REQUIRED = "required"
    IDENTIFIER = "identifier"
    COORDINATES = "coordinates"
    TIMESTAMP = "timestamp"
    FUTURE = "future"
    TIME_ZONE = "time-zone"
    LOCAL_TIME = "local-time"
    PARAMETER = "parameter"
    UNIT = "unit"
    UNIT_OF_PARAMETER = "unit-of-parameter"
    NUMBER = "number"
    SENTINEL = "sentinel"
    RANGE = "range"
    FLAG = "flag"
    DUPLICATE = "duplicate"
    TOO_MANY = "too-many-a-day"
    FULL_DAY = "full-day"
    VALID_TIME = "valid-time"
    HORIZON = "horizon"
    KNOWN_TIME = "known-time"


VALID: Final = "valid"
"""Flag of an observation that passed every rule."""
BELOW_DETECTION: Final = "below-detection"
"""Flag of a value below zero by no more than the instrument's noise: kept, because dropping it would bias a mean."""
COUNTED_FLAGS: Final = frozenset({VALID, BELOW_DETECTION})
"""Flags of values that count as measured: without those below the detection limit, means would be too high."""
FLAT_LINE: Final = "flat-line"
"""Flag of values that stay equal for more hours than the air or the weather does."""
SPIKE: Final = "spike"
"""Flag of a single value far from all around it, which the next one does not confirm."""

SENTINELS: Final = frozenset(
    {-999.0, -999.9, -999.99, -9999.0, -9999.9, -9999.99, -99999.0, 9999.9, 9999.99, 99999.9, 999999.0}
)
"""Numbers that stand for "missing", compared as delivered and before any conversion.

Sources: OpenAQ and EPA AQS (-999), NOAA's Integrated Surface Database (9999.9, 99999.9, 999999), GHCN (-9999). Plain
9999 and 99999 are left out: carbon monoxide in µg/m³ and pressure in pascal really reach them.
"""

CLOCK_TOLERANCE: Final = dt.timedelta(minutes=5)
"""How far ahead of ours a provider's clock may run."""
EARLIEST: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
"""No digital record of air quality is older; a stamp at or before this is a clock that was never set."""
LAST_YEAR: Final = 9998
"""A year later, the end of an interval or an offset could leave Python's calendar."""
LONGEST_RAW: Final = 4096
"""Characters of a refused line that are kept in the lake."""
LONGEST_SHOWN: Final = 80
"""Characters of a delivered text that are repeated in a report."""

_REMEMBERED: Final = 8192
_NUMBER: Final = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?\s*", re.ASCII)
_STAMP: Final = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?P<offset>Z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?",
    re.ASCII | re.IGNORECASE,
)
_IDENTIFIER: Final = re.compile(r"[1-9]\d{0,11}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not taken.

    Attributes:
        line: 1-based line of the file.
        column: Column that breaks the rule, or None where the whole row does.
        value: Delivered text, shortened where it is long.
        rule: The rule's name.
        message: What is wrong and what to do about it, for a person.
        raw: What was delivered, for the lake: the line, `LONGEST_RAW` characters at most, or, where a row is refused
            because of an earlier one, its station, parameter, instrument, interval, value and unit.
    """

    line: int
    column: str | None
    value: str
    rule: str
    message: str
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """What a row measures.

    Attributes:
        parameter: The parameter.
        unit: Delivered unit, spelled our way.
        convert: The way to the canonical unit.
    """

    parameter: Parameter
    unit: str
    convert: Conversion


def shortened(text: str) -> str:
    """The text, or its beginning where it is too long to repeat."""
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def parse_number(text: str, column: str) -> float:
    """A finite number in plain decimal notation.

    Raises:
        RefusedValue: `number`. Underscores, `nan`, `inf`, thousands separators and decimal commas are no numbers.
    """
    if _NUMBER.fullmatch(text):
        number = float(text)
        if math.isfinite(number):
            return number
    hint = (
        "use a point for decimals" if "," in text else "write digits with a point, such as 12.5, or leave the row out"
    )
    raise RefusedValue(RowRule.NUMBER, column, text, f"'{shortened(text)}' is not a number: {hint}")


def refuse_sentinel(number: float, text: str, column: str) -> None:
    """Check that a delivered number does not stand for a missing value.

    Raises:
        RefusedValue: `sentinel`.
    """
    if number in SENTINELS:
        message = f"'{shortened(text)}' stands for a missing value and is never a measurement: leave the row out"
        raise RefusedValue(RowRule.SENTINEL, column, text, message)


def quality_flag(value: float, parameter: Parameter, text: str, column: str) -> str:
    """The flag of a value in the canonical unit that is credible or at least noise.

    Raises:
        RefusedValue: `range`.
    """
    if parameter.low <= value <= parameter.high:
        return VALID
    if parameter.low - parameter.noise <= value < parameter.low:
        return BELOW_DETECTION
    raise RefusedValue(
        RowRule.RANGE,
        column,
        text,
        f"{value:g} {parameter.unit} cannot be: {parameter.name} lies between {parameter.low - parameter.noise:g} and"
        f" {parameter.high:g} {parameter.unit}; check the unit and the instrument",
    )


@lru_cache(maxsize=_REMEMBERED)
def parse_stamp(text: str, column: str) -> dt.datetime:
    """A point in time, UTC, from ISO 8601 with an offset.

    Raises:
        RefusedValue: `timestamp`.
    """
    match = _STAMP.fullmatch(text.strip())
    if match is None:
        message = f"'{shortened(text)}' is not a time: write ISO 8601 with an offset, such as 2014-01-31T05:00:00+08:00"
        raise RefusedValue(RowRule.TIMESTAMP, column, text, message)
    if match["offset"] is None:
        message = f"'{text}' has no offset from UTC, so its hour is unknown: add it, such as +08:00 or Z"
        raise RefusedValue(RowRule.TIMESTAMP, column, text, message)
    try:
        stamp = dt.datetime.fromisoformat(text.strip().upper()).astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        message = f"'{text}' is not in the calendar ({error}): correct the date, the time or the offset"
        raise RefusedValue(RowRule.TIMESTAMP, column, text, message) from None
    if stamp <= EARLIEST:
        message = f"'{text}' lies before {EARLIEST:%Y}: the clock of the instrument was not set"
        raise RefusedValue(RowRule.TIMESTAMP, column, text, message)
    return stamp


def refuse_future(end: dt.datetime, now: dt.datetime, text: str, column: str) -> None:
    """Check that an interval has ended.

    Raises:
        RefusedValue: `future`.
    """
    if end > now + CLOCK_TOLERANCE:
        message = (
            f"'{shortened(text)}' is in the future (it is {now:%Y-%m-%dT%H:%M:%SZ}): check the offset from UTC and the"
            " instrument's clock, or upload the file again later"
        )
        raise RefusedValue(RowRule.FUTURE, column, text, message)


@lru_cache(maxsize=_REMEMBERED)
def parse_identifier(text: str, column: str) -> str:
    """A source's own number of a station or instrument.

    Raises:
        RefusedValue: `required`, `identifier`.
    """
    trimmed = require(text, column)
    if not _IDENTIFIER.fullmatch(trimmed):
        message = (
            f"'{shortened(text)}' is not an id: give the source's own number, 12 digits at most, the first one not 0"
        )
        raise RefusedValue(RowRule.IDENTIFIER, column, text, message)
    return trimmed


@lru_cache(maxsize=_REMEMBERED)
def parse_coordinates(
    latitude: str, longitude: str, lat_column: str = "lat", lon_column: str = "lon"
) -> tuple[float, float]:
    """Degrees north and east, WGS84.

    Args:
        latitude: Delivered text.
        longitude: Delivered text.
        lat_column: The column that the first comes from.
        lon_column: The column that the second comes from.

    Raises:
        RefusedValue: `required`, `number`, `coordinates`.
    """
    lat = parse_number(require(latitude, lat_column), lat_column)
    lon = parse_number(require(longitude, lon_column), lon_column)
    if abs(lat) > 90.0:
        swapped = "; latitude and longitude look swapped" if abs(lat) <= 180.0 and abs(lon) <= 90.0 else ""
        message = f"a latitude lies between -90 and 90, not at {lat:g}{swapped}: correct it"
        raise RefusedValue(RowRule.COORDINATES, lat_column, latitude, message)
    if abs(lon) > 180.0:
        message = f"a longitude lies between -180 and 180, not at {lon:g}: correct it"
        raise RefusedValue(RowRule.COORDINATES, lon_column, longitude, message)
    if lat == lon == 0.0:
        message = "0, 0 is what software writes where it does not know the place: give the station's coordinates"
        raise RefusedValue(RowRule.COORDINATES, lat_column, latitude, message)
    return lat, lon


@lru_cache(maxsize=_REMEMBERED)
def parse_measure(parameter: str, unit: str, unit_column: str) -> Measure:
    """What a row measures, and the way to the canonical unit.

    Raises:
        RefusedValue: `required`, `parameter`, `unit`, `unit-of-parameter`.
    """
    known = PARAMETERS.get(require(parameter, "parameter").lower())
    if known is None:
        message = f"'{shortened(parameter)}' is no parameter that is taken; these are: {', '.join(sorted(PARAMETERS))}"
        raise RefusedValue(RowRule.PARAMETER, "parameter", parameter, message)
    return measure_in(known, unit, unit_column)


def measure_in(known: Parameter, unit: str, unit_column: str) -> Measure:
    """What a row measures, where its parameter is known already.

    Raises:
        RefusedValue: `required`, `unit`, `unit-of-parameter`.
    """
    name = unit_named(require(unit, unit_column))
    if name is None:
        message = f"'{shortened(unit)}' is no unit that is known; {known.name} is best delivered in {known.unit}"
        raise RefusedValue(RowRule.UNIT, unit_column, unit, message)
    way = conversion(name, known)
    if way is None:
        message = f"{known.name} has no value in {name}; deliver it in {known.unit}, or correct the parameter"
        raise RefusedValue(RowRule.UNIT_OF_PARAMETER, unit_column, unit, message)
    return Measure(known, name, way)


def require(text: str, column: str) -> str:
    """The text without blanks around it.

    Raises:
        RefusedValue: `required`, where nothing is left.
    """
    trimmed = text.strip()
    if not trimmed:
        raise RefusedValue(RowRule.REQUIRED, column, text, f"'{column}' is empty: fill it in, or leave the row out")
    return trimmed
