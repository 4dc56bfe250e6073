"""Batches of a canonical Parquet file as blocks.

What a row means is said by the functions of the domain, which `_exactly` calls for one row. Rows that keep every rule,
nearly all, are told by their columns at once and come out the same; every other row goes that way and gets its words.
"""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geoclimate.columnar.arrow_columns import Numbers, Texts, Times
from geoclimate.columnar.blocks import Block
from geoclimate.columnar.canonical_schema import TEXTS
from geoclimate.columnar.columns import VALID_FLAG, Monitor, ObservationColumns, Vocabulary, microseconds_of
from geoclimate.domain.delivery import Delivery
from geoclimate.domain.errors import RefusedValue
from geoclimate.domain.flags import FLAGS
from geoclimate.domain.mapping_stations import OWN_ID, OWN_ID_SAID
from geoclimate.domain.observations import Observation
from geoclimate.domain.quality import (
    BELOW_DETECTION,
    CLOCK_TOLERANCE,
    EARLIEST,
    LONGEST_RAW,
    SENTINELS,
    VALID,
    Measure,
    Refusal,
    RowRule,
    parse_coordinates,
    parse_measure,
    require,
    shortened,
)
from geoclimate.domain.readings import Reading, ReadingCheck, listed_name
from geoclimate.domain.sources import AIRNOW
from geoclimate.domain.station_ids import parse_station_id

_STATIONS_OF: Final = MappingProxyType({AIRNOW: "epa"})
"""Sources whose stations have the ids of another one."""
_SENTINELS: Final = np.array(sorted(SENTINELS))
_REMEMBERED: Final = 100_000
_GREATEST_KEY: Final = 2**62

_Ints = npt.NDArray[np.int64]
_Bools = npt.NDArray[np.bool_]


class _Described(NamedTuple):
    """What a row says beside its interval, value and flag, as text."""

    station: str
    station_name: str
    parameter: str
    instrument: str
    unit: str
    source: str
    latitude: str
    longitude: str


_DESCRIBING: Final = ("station", "station_name", "parameter", "instrument", "unit", "source")


class _Known(NamedTuple):
    """A monitor that keeps every rule: its number in the vocabulary, and what it measures."""

    number: int
    measure: Measure


class CanonicalRows:
    """Reads the batches of one file."""

    def __init__(self, names: Mapping[str, str], delivery: Delivery, vocabulary: Vocabulary) -> None:
        """Makes a reader of a file whose columns have these names, by ours, as `chosen_columns` gives them."""
        self._names = names
        self._delivery = delivery
        self._vocabulary = vocabulary
        self._latest_end = microseconds_of(delivery.now + CLOCK_TOLERANCE)
        self._known: dict[_Described, _Known | None] = {}

    def read(self, batch: pa.RecordBatch, first: int) -> Block:
        """What a batch says.

        Args:
            batch: Rows; columns in types that `chosen_columns` lets through.
            first: 1-based number of its first row in the file.
        """
        rows = _Rows(batch, self._names)
        size = batch.num_rows
        columns = ObservationColumns(
            vocabulary=self._vocabulary,
            monitor=np.zeros(size, np.int32),
            start=rows.start.values,
            end=rows.end.values,
            value=np.zeros(size, np.float64),
            delivered=rows.value.values,
            flag=np.zeros(size, np.int16),
            line=np.arange(first, first + size, dtype=np.int32),
        )
        good = self._fill(rows, columns)
        refusals: list[Refusal] = []
        for row in np.flatnonzero(~good).tolist():
            try:
                monitor, seen = self._exactly(rows, row, first + row)
            except RefusedValue as refused:
                raw = rows.raw(row)
                value = shortened(refused.value)
                refusals.append(Refusal(first + row, refused.column, value, refused.rule, str(refused), raw))
                continue
            columns.monitor[row] = self._vocabulary.monitor(monitor)
            columns.value[row] = seen.value
            columns.flag[row] = self._vocabulary.flag(seen.flag)
            good[row] = True
        return Block(columns.take(good) if refusals else columns, refusals)

    def _fill(self, rows: "_Rows", columns: ObservationColumns) -> _Bools:
        """Fill in the rows that are certain to keep every rule, and say which they are."""
        first, group = rows.groups()
        known = [self._lookup(rows.described(row)) for row in first.tolist()]
        columns.monitor[:] = np.asarray([entry.number if entry else 0 for entry in known], np.int32)[group]
        limits = np.asarray([_limits(entry) for entry in known])[group]
        shift, scale, noise, low, high = limits.T
        delivered = columns.delivered
        with np.errstate(over="ignore", invalid="ignore"):
            columns.value[:] = np.where(shift != 0.0, (delivered + shift) * scale, delivered * scale)
        credible = (low <= columns.value) & (columns.value <= high)
        noisy = (noise <= columns.value) & (columns.value < low)
        own = np.where(noisy, self._vocabulary.flag(BELOW_DETECTION) if noisy.any() else VALID_FLAG, VALID_FLAG)
        brought, flag_known = rows.flags(self._vocabulary)
        columns.flag[:] = np.where(brought != VALID_FLAG, brought, own)
        good: _Bools = (
            (credible | noisy)
            & flag_known
            & rows.value.there
            & ~np.isin(delivered, _SENTINELS)
            & rows.start.there
            & rows.end.there
            & (columns.start > microseconds_of(EARLIEST))
            & (columns.end > columns.start)
            & (columns.end <= self._latest_end)
        )
        return good

    def _lookup(self, described: _Described) -> _Known | None:
        """The monitor of a description, or None where that breaks a rule."""
        if described not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            try:
                monitor, measure = _monitor(described, self._names["unit"])
            except RefusedValue:
                self._known[described] = None
            else:
                self._known[described] = _Known(self._vocabulary.monitor(monitor), measure)
        return self._known[described]

    def _exactly(self, rows: "_Rows", row: int, line: int) -> tuple[Monitor, Observation]:
        """What one row says; raises `RefusedValue` where it breaks a rule."""
        monitor, measure = _monitor(rows.described(row), self._names["unit"])
        start, end = rows.start.time(row), rows.end.time(row)
        stamp = rows.end.at(row)
        if end <= start:
            message = f"'{stamp}' is not after the start, {rows.start.at(row)}: correct the interval"
            raise RefusedValue(RowRule.TIMESTAMP, rows.end.name, stamp, message)
        reading = Reading(
            station=monitor.station,
            name=monitor.name,
            latitude=monitor.latitude,
            longitude=monitor.longitude,
            instrument=monitor.instrument,
            start=start,
            end=end,
            stamp=stamp,
            measure=measure,
            text=rows.value.at(row),
            flag=_flag(rows.text("flag", row)),
        )
        check = ReadingCheck(monitor.source, rows.end.name, rows.value.name, self._delivery)
        return monitor, check.accept(line, reading).observation


class _Rows:
    """The columns of one batch."""

    def __init__(self, batch: pa.RecordBatch, names: Mapping[str, str]) -> None:
        cells = {name: (spelled, batch.column(spelled)) for name, spelled in names.items()}
        self._texts = {name: Texts(*cells[name]) for name in names if name in TEXTS}
        self._places = [Numbers(*cells[name]) for name in ("latitude", "longitude")]
        self.value: Final = Numbers(*cells["value"])
        self.start: Final = Times(*cells["start"])
        self.end: Final = Times(*cells["end"])

    def text(self, name: str, row: int) -> str:
        """A cell of a column that the file may lack."""
        return self._texts[name].at(row) if name in self._texts else ""

    def described(self, row: int) -> _Described:
        """What a row says beside its interval, value and flag."""
        texts = (self.text(name, row) for name in _DESCRIBING)
        return _Described(*texts, *(place.at(row) for place in self._places))

    def groups(self) -> tuple[_Ints, _Ints]:
        """A row of each different description, and for every row the number of its description."""
        size = len(self.value.values)
        columns = [self._texts[name].codes + 1 for name in _DESCRIBING if name in self._texts]
        columns += [np.unique(place.bits(), return_inverse=True)[1] for place in self._places]
        keys, count = np.zeros(size, np.int64), 1
        for codes in columns:
            different = int(codes.max()) + 1
            if count > _GREATEST_KEY // different:
                found, keys = np.unique(keys, return_inverse=True)
                count = len(found)
            keys, count = keys * different + codes, count * different
        _, first, group = np.unique(keys, return_index=True, return_inverse=True)
        return first, group

    def flags(self, vocabulary: Vocabulary) -> tuple[npt.NDArray[np.int16], _Bools]:
        """Number of the flag that each row brings, and whether it is one that a value can have."""
        size = len(self.value.values)
        if "flag" not in self._texts:
            return np.full(size, VALID_FLAG, np.int16), np.ones(size, np.bool_)
        column = self._texts["flag"]
        # The last place is that of rows without a flag, whose code is -1.
        numbers = np.full(len(column.entries) + 1, VALID_FLAG, np.int16)
        known = np.ones(len(column.entries) + 1, np.bool_)
        for code, entry in enumerate(column.entries):
            known[code] = not entry or entry in FLAGS
            if entry in FLAGS:
                numbers[code] = vocabulary.flag(entry)
        return numbers[column.codes], known[column.codes]

    def raw(self, row: int) -> str:
        """A row as delivered, as JSON."""
        cells = {column.name: column.at(row) for column in self._texts.values()}
        cells |= {column.name: column.at(row) for column in (*self._places, self.value)}
        cells |= {column.name: column.at(row) for column in (self.start, self.end)}
        return json.dumps(cells, ensure_ascii=False)[:LONGEST_RAW]


def _limits(known: _Known | None) -> tuple[float, float, float, float, float]:
    """Shift, scale, least noise, least and greatest value of a monitor; without one, limits that no value keeps."""
    if known is None:
        return 0.0, 0.0, np.inf, np.inf, -np.inf
    parameter, convert = known.measure.parameter, known.measure.convert
    return convert.shift, convert.scale, parameter.low - parameter.noise, parameter.low, parameter.high


def _monitor(described: _Described, unit_column: str) -> tuple[Monitor, Measure]:
    """The monitor of a description; raises `RefusedValue` where it breaks a rule."""
    station, owner = parse_station_id(described.station)
    source = described.source.strip() or owner
    if owner != _STATIONS_OF.get(source, source):
        message = f"'{shortened(source)}' is not who has the station {station}: give the station's source, or none"
        raise RefusedValue(RowRule.IDENTIFIER, "source", described.source, message)
    instrument = require(described.instrument, "instrument")
    if not OWN_ID.fullmatch(instrument):
        message = f"'{shortened(instrument)}' is not an id of an instrument: give {OWN_ID_SAID}"
        raise RefusedValue(RowRule.IDENTIFIER, "instrument", described.instrument, message)
    latitude, longitude = parse_coordinates(described.latitude, described.longitude, "latitude", "longitude")
    measure = parse_measure(described.parameter, described.unit, unit_column)
    name = listed_name(described.station_name, station)
    code = measure.parameter.code
    return Monitor(station, name, latitude, longitude, code, instrument, measure.unit, source), measure


def _flag(text: str) -> str:
    if text and text not in FLAGS:
        message = f"'{shortened(text)}' is no flag of ours: leave it out, or give one of {', '.join(sorted(FLAGS))}"
        raise RefusedValue(RowRule.FLAG, "flag", text, message)
    return text or VALID
