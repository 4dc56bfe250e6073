"""Wide CSV: one column a parameter, one stamp a line, described by a mapping beside the file.

A line gives one row for each cell that has a value, in the order of the mapping. A cell whose text the mapping calls
missing is no row and no mistake; one that breaks a rule is refused alone. What is wrong with the stamp, the station,
the place or the instrument refuses the line, once.
"""

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Final, NamedTuple

from geoclimate.domain.csv_format import CsvFormat, Header, header_names
from geoclimate.domain.delivery import Delivery, Row
from geoclimate.domain.errors import RefusedValue, UnreadableFile
from geoclimate.domain.local_time import AMBIGUOUS_TIME, LocalClock
from geoclimate.domain.mapping import FileMapping, ValueColumn
from geoclimate.domain.mapping_stations import OWN_ID, OWN_ID_SAID, SOURCE, KnownStation, Stations
from geoclimate.domain.quality import (
    EARLIEST,
    LONGEST_RAW,
    VALID,
    Refusal,
    RowRule,
    parse_coordinates,
    refuse_future,
    require,
    shortened,
)
from geoclimate.domain.readings import Reading, ReadingCheck

_MOST_NAMED: Final = 9


def recognise(mapping: FileMapping, number: int, line: str) -> tuple[CsvFormat, Header]:
    """The format that a mapping describes, and a file's header read as its.

    Args:
        mapping: The mapping that lies beside the file.
        number: The line's 1-based number.
        line: The first line, without its end.

    Raises:
        UnreadableFile: `header`: it does not fit the mapping; the message names the columns that differ.
    """
    names = header_names(number, line, mapping.delimiter)
    header = Header(names, {}, mapping.delimiter)
    difference = _difference(mapping, names)
    if difference:
        raise UnreadableFile(
            "header",
            f"the header does not fit the mapping beside the file: it {difference}; correct one of them",
            number,
        )
    name = f"wide CSV of {mapping.stations.provider}"
    return CsvFormat(name=name, columns=mapping.used, open=partial(_RowReader, mapping)), header


def _difference(mapping: FileMapping, names: Sequence[str]) -> str:
    spelled = [name.lower() for name in names]
    said = []
    if lacking := [column for column in mapping.used if column.lower() not in spelled]:
        said.append(f"lacks {_some(lacking)}")
    if twice := [column for column in mapping.used if spelled.count(column.lower()) > 1]:
        said.append(f"has {_some(twice)} twice")
    if unknown := _unknown(mapping, names):
        said.append(f"has {_some(unknown)}, which the mapping does not name: put it in `columns` or `ignore`")
    if said and len(names) == 1:
        said.append("is one column only: check the mapping's `delimiter`")
    return ", and ".join(said)


def _unknown(mapping: FileMapping, names: Sequence[str]) -> list[str]:
    if mapping.ignore is None:
        return []
    named = {column.lower() for column in (*mapping.used, *mapping.ignore)}
    return [shortened(name) for name in names if name.lower() not in named]


def _some(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(f"'{name}'" for name in names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


class _Place(NamedTuple):
    """The station of a line."""

    station: str
    name: str
    latitude: float
    longitude: float


class _Cells(NamedTuple):
    """A column of values: where it is among the fields that are picked, what it is, and its rules."""

    place: int
    column: ValueColumn
    check: ReadingCheck


class _RowReader:
    """Reads the rows of one wide file."""

    def __init__(self, mapping: FileMapping, header: Header, delivery: Delivery) -> None:
        used = mapping.used
        self._mapping = mapping
        self._now = delivery.now
        self._fields = header.picker(*used)
        self._stamp_column = ", ".join(mapping.times.columns)
        self._stamps = len(mapping.times.columns)
        self._clock = LocalClock(mapping.times.zone, self._stamp_column, delivery.uploaded_at)
        self._places = _PlaceReader(mapping.stations, used, decimal_comma=mapping.decimal_comma)
        self._instrument = None if mapping.instrument_column is None else used.index(mapping.instrument_column)
        self._cells = tuple(
            _Cells(used.index(column.name), column, ReadingCheck(SOURCE, self._stamp_column, column.name, delivery))
            for column in mapping.columns
        )

    def read(self, number: int, line: str) -> list[Row]:
        fields = self._fields(line)
        station, name, latitude, longitude = self._places.read(fields)
        instrument = self._instrument_of(fields)
        stamp = " ".join(map(str.strip, fields[: self._stamps]))
        start, end, flag = self._interval(stamp, (station, instrument))
        refuse_future(end, self._now, stamp, self._stamp_column)
        missing = self._mapping.missing
        rows: list[Row] = []
        for place, column, check in self._cells:
            text = fields[place].strip()
            if text in missing:
                continue
            try:
                reading = Reading(
                    station=station,
                    name=name,
                    latitude=latitude,
                    longitude=longitude,
                    instrument=column.instrument or instrument,
                    start=start,
                    end=end,
                    stamp=stamp,
                    measure=column.measure,
                    text=self._number(text, column),
                    flag=flag,
                )
                rows.append(check.accept(number, reading))
            except RefusedValue as refused:
                value = text if refused.column == column.name else refused.value
                raw = line[:LONGEST_RAW]
                rows.append(Refusal(number, refused.column, shortened(value), refused.rule, str(refused), raw))
        return rows

    def _instrument_of(self, fields: Sequence[str]) -> str:
        if self._instrument is None:
            return self._mapping.instrument
        return _own_id(fields[self._instrument], self._mapping.instrument_column or "")

    def _interval(self, text: str, series: tuple[str, str]) -> tuple[dt.datetime, dt.datetime, str]:
        times = self._mapping.times
        stamp = times.form.read(require(text, self._stamp_column), self._stamp_column)
        if times.interval is None:
            return (*self._day(stamp, text), VALID)
        instant, ambiguous = self._clock.instant(series, stamp, text)
        flag = AMBIGUOUS_TIME if ambiguous else VALID
        start = instant - times.interval if times.ends else instant
        if start <= EARLIEST:
            message = f"'{shortened(text)}' lies before {EARLIEST:%Y}: the clock of the instrument was not set"
            raise RefusedValue(RowRule.TIMESTAMP, self._stamp_column, text, message)
        return start, start + times.interval, flag

    def _day(self, stamp: dt.datetime, text: str) -> tuple[dt.datetime, dt.datetime]:
        local = self._clock.local(stamp)
        if local.time() != dt.time():
            message = f"'{shortened(text)}' is no midnight, and the mapping says that a line is a day: give its date"
            raise RefusedValue(RowRule.TIMESTAMP, self._stamp_column, text, message)
        before = dt.timedelta(days=1 if self._mapping.times.ends else 0)
        date = local.date() - before
        start, end = self._clock.day(date)
        if start == end:
            zone = self._mapping.times.zone
            message = f"'{shortened(text)}' stands for {date}, a day that {zone} left out: correct the date or the zone"
            raise RefusedValue(RowRule.LOCAL_TIME, self._stamp_column, text, message)
        return start, end

    def _number(self, text: str, column: ValueColumn) -> str:
        number = column.values.get(text)
        if number is not None:
            return repr(number)
        return _with_point(text, column.name) if self._mapping.decimal_comma else text


class _PlaceReader:
    """Reads which station a line is of, and where that is."""

    def __init__(self, stations: Stations, used: Sequence[str], *, decimal_comma: bool) -> None:
        self._stations = stations
        self._decimal_comma = decimal_comma
        self._column, self._name = (
            None if column is None else used.index(column) for column in (stations.column, stations.name_column)
        )
        self._coordinates = tuple(used.index(column) for column in stations.coordinate_columns or ())

    def read(self, fields: Sequence[str]) -> _Place:
        """The station.

        Raises:
            RefusedValue: `required`, `identifier`, `number`, `coordinates`.
        """
        text = "" if self._column is None else fields[self._column].strip()
        station = self._station(text)
        name = station.name or ("" if self._name is None else fields[self._name].strip()) or text or station.own_id
        latitude, longitude = station.coordinates or self._delivered_coordinates(fields)
        return _Place(self._stations.id_of(station.own_id), name, latitude, longitude)

    def _station(self, text: str) -> KnownStation:
        stations = self._stations
        station = stations.only or stations.known.get(text)
        if station is not None:
            return station
        own_id = _own_id(text, stations.column or "")
        if stations.known:
            message = f"'{own_id}' is not among the known stations of the mapping: add it there"
            raise RefusedValue(RowRule.IDENTIFIER, stations.column, text, message)
        return KnownStation(own_id, "", None)

    def _delivered_coordinates(self, fields: Sequence[str]) -> tuple[float, float]:
        columns = self._stations.coordinate_columns
        if columns is None:
            raise ValueError("a mapping gives a station's coordinates or names their columns")
        latitude, longitude = (fields[place] for place in self._coordinates)
        if self._decimal_comma:
            latitude, longitude = _with_point(latitude, columns[0]), _with_point(longitude, columns[1])
        return parse_coordinates(latitude, longitude, *columns)


def _own_id(text: str, column: str) -> str:
    own_id = require(text, column)
    if not OWN_ID.fullmatch(own_id):
        message = f"'{shortened(text)}' is not an id: it is {OWN_ID_SAID}; or give it one in the mapping"
        raise RefusedValue(RowRule.IDENTIFIER, column, text, message)
    return own_id


def _with_point(text: str, column: str) -> str:
    """A number that is written with a decimal comma, written with a point.

    Raises:
        RefusedValue: `number`: it has a point; nothing says whether that parts thousands or is the decimal sign.
    """
    if "." in text:
        message = (
            f"'{shortened(text)}' has a point, and the mapping says that this file has decimal commas: write 1234,5"
        )
        raise RefusedValue(RowRule.NUMBER, column, text, message)
    return text.replace(",", ".")
