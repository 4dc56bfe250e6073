"""From what a row of a weather forecast says to a value of a run: the rules for CSV and Parquet alike.

Every function here looks at one row. Stamps, places and measures repeat in nearly every row, so they are remembered.
"""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from geoclimate.domain.csv_format import CsvLayout, Header
from geoclimate.domain.delivery import Delivery
from geoclimate.domain.errors import RefusedValue
from geoclimate.domain.quality import (
    CLOCK_TOLERANCE,
    Measure,
    RowRule,
    parse_coordinates,
    parse_measure,
    parse_number,
    parse_stamp,
    quality_flag,
    refuse_sentinel,
    require,
    shortened,
)
from geoclimate.domain.station_ids import parse_station_id
from geoclimate.domain.weather_forecasts import (
    HOUR,
    LONGEST_HORIZON,
    WEATHER_PARAMETERS,
    ForecastPlace,
    at_point,
    at_station,
    hour_of,
    known_from,
)

FORMAT_NAME: Final = "weather forecast"
VALUE_COLUMN: Final = "value"
KNOWN_COLUMN: Final = "known_time"
"""The one column that a file may lack."""
COMMON_COLUMNS: Final = ("issue_time", "valid_time", "parameter", VALUE_COLUMN, "unit")
STATION_COLUMNS: Final = ("station",)
POINT_COLUMNS: Final = ("latitude", "longitude")
_REMEMBERED: Final = 8192


class WeatherCells(NamedTuple):
    """A row's delivered texts; `place` has one text of a station and two of a grid point."""

    issue_time: str
    valid_time: str
    parameter: str
    value: str
    unit: str
    known_time: str
    place: tuple[str, ...]


class WeatherRow(NamedTuple):
    """One value of a run, by one row.

    Attributes:
        line: 1-based line.
        place: For whom.
        issue_time: When the run was issued, UTC.
        known_at: From when the row was known, UTC.
        hour: Which hour: the valid time, in hours after the hour that holds the issue time.
        measure: What is forecast.
        value: In the canonical unit.
        delivered_value: As the provider wrote it.
    """

    line: int
    place: ForecastPlace
    issue_time: dt.datetime
    known_at: dt.datetime
    hour: int
    measure: Measure
    value: float
    delivered_value: float


class WeatherCheck:
    """Checks the rows of one file, each by itself."""

    def __init__(self, delivery: Delivery) -> None:
        self._uploaded_at = delivery.uploaded_at
        self._now = delivery.now

    def accept(self, line: int, cells: WeatherCells) -> WeatherRow:
        """The row as a value of a run.

        Raises:
            RefusedValue: `required`, `identifier`, `coordinates`, `number`, `timestamp`, `future`, `valid-time`,
                `horizon`, `known-time`, `parameter`, `unit`, `unit-of-parameter`, `sentinel`, `range`.
        """
        place = _place(*cells.place)
        # A run's key in the store has whole seconds.
        issue_time = parse_stamp(require(cells.issue_time, "issue_time"), "issue_time").replace(microsecond=0)
        self._refuse_future(issue_time, cells.issue_time, "issue_time")
        hour = _hour(issue_time, cells.issue_time, cells.valid_time)
        known_at = known_from(issue_time, self._stated(issue_time, cells), self._uploaded_at)
        measure = _measure(cells.parameter, cells.unit)
        delivered = parse_number(require(cells.value, VALUE_COLUMN), VALUE_COLUMN)
        refuse_sentinel(delivered, cells.value, VALUE_COLUMN)
        value = measure.convert(delivered)
        # No parameter of the weather has noise below zero, so a value is credible or refused and has no flag.
        quality_flag(value, measure.parameter, cells.value, VALUE_COLUMN)
        return WeatherRow(line, place, issue_time, known_at, hour, measure, value, delivered)

    def _stated(self, issue_time: dt.datetime, cells: WeatherCells) -> dt.datetime | None:
        if not cells.known_time.strip():
            return None
        stated = parse_stamp(cells.known_time, KNOWN_COLUMN)
        self._refuse_future(stated, cells.known_time, KNOWN_COLUMN)
        if stated < issue_time:
            message = (
                f"'{shortened(cells.known_time)}' lies before the issue time, {cells.issue_time}: a run is known when"
                " it was published, which is some hours after it was issued; correct it, or leave it empty"
            )
            raise RefusedValue(RowRule.KNOWN_TIME, KNOWN_COLUMN, cells.known_time, message)
        return stated

    def _refuse_future(self, instant: dt.datetime, text: str, column: str) -> None:
        if instant > self._now + CLOCK_TOLERANCE:
            message = (
                f"'{shortened(text)}' is in the future (it is {self._now:%Y-%m-%dT%H:%M:%SZ}): check the offset from"
                " UTC, or upload the file again later"
            )
            raise RefusedValue(RowRule.FUTURE, column, text, message)


@lru_cache(maxsize=_REMEMBERED)
def _place(first: str, second: str | None = None) -> ForecastPlace:
    if second is None:
        return at_station(parse_station_id(first).station)
    return at_point(*parse_coordinates(first, second, *POINT_COLUMNS))


@lru_cache(maxsize=_REMEMBERED)
def _hour(issue_time: dt.datetime, issue_text: str, text: str) -> int:
    valid_time = parse_stamp(require(text, "valid_time"), "valid_time")
    hour, part = divmod(valid_time - hour_of(issue_time), HOUR)
    if part:
        message = f"'{shortened(text)}' is within an hour: give the beginning of the hour that the value is for"
        raise RefusedValue(RowRule.VALID_TIME, "valid_time", text, message)
    if valid_time < issue_time:
        message = (
            f"'{shortened(text)}' lies before the issue time, {issue_text}: leave out what is no forecast, or correct"
            " one of the two"
        )
        raise RefusedValue(RowRule.VALID_TIME, "valid_time", text, message)
    if valid_time - issue_time > LONGEST_HORIZON:
        message = (
            f"'{shortened(text)}' is more than {LONGEST_HORIZON // HOUR} hours after the issue time, {issue_text}:"
            " leave these hours out, or correct the year"
        )
        raise RefusedValue(RowRule.HORIZON, "valid_time", text, message)
    return hour


@lru_cache(maxsize=_REMEMBERED)
def _measure(parameter: str, unit: str) -> Measure:
    code = require(parameter, "parameter").lower()
    if code not in WEATHER_PARAMETERS:
        message = (
            f"'{shortened(parameter)}' is no parameter of a weather forecast that is taken; these are:"
            f" {', '.join(sorted(WEATHER_PARAMETERS))}"
        )
        raise RefusedValue(RowRule.PARAMETER, "parameter", parameter, message)
    return parse_measure(code, unit, "unit")


class WeatherReader:
    """Reads the rows of one CSV file."""

    def __init__(self, header: Header, delivery: Delivery) -> None:
        self._check = WeatherCheck(delivery)
        self._has_known_time = KNOWN_COLUMN in header.columns
        known = (KNOWN_COLUMN,) if self._has_known_time else ()
        place = STATION_COLUMNS if "station" in header.columns else POINT_COLUMNS
        self._fields = header.picker(*COMMON_COLUMNS, *known, *place)

    def read(self, number: int, line: str) -> WeatherRow:
        """What a line says.

        Args:
            number: The line's 1-based number.
            line: The line, without its end.

        Raises:
            RefusedValue: The line breaks a rule.
        """
        issue_time, valid_time, parameter, value, unit, *rest = self._fields(line)
        known_time = rest.pop(0) if self._has_known_time else ""
        cells = WeatherCells(issue_time, valid_time, parameter, value, unit, known_time, tuple(rest))
        return self._check.accept(number, cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeatherFormat(CsvLayout):
    """A layout in which providers deliver weather forecasts; `WeatherReader` reads it."""


FORMATS: Final = tuple(
    WeatherFormat(
        name=FORMAT_NAME,
        columns=(*place, *COMMON_COLUMNS, KNOWN_COLUMN),
        optional=frozenset({KNOWN_COLUMN}),
    )
    for place in (STATION_COLUMNS, POINT_COLUMNS)
)
"""For stations, and for grid points."""
