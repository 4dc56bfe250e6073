"""Observations of one file as numpy columns: about 45 bytes a row, where an object each would take half a kilobyte.

What a file says again and again (its stations, instruments, units, flags) is written once in the file's vocabulary, and
a row holds the number of the entry.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from geoclimate.domain.delivery import Delivery
from geoclimate.domain.observations import Observation
from geoclimate.domain.quality import VALID

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

VALID_FLAG = 0
"""Number of the flag `valid` in every vocabulary."""


class Monitor(NamedTuple):
    """What many rows of a file have in common: an instrument as the file describes it.

    Attributes:
        station: Station id.
        name: Station's name as delivered, or its id where there is none.
        latitude: Degrees north, WGS84.
        longitude: Degrees east, WGS84.
        parameter: Parameter code.
        instrument: Which instrument at the station.
        delivered_unit: Unit as delivered, spelled our way.
        source: Who delivered it, such as `openaq`.
    """

    station: str
    name: str
    latitude: float
    longitude: float
    parameter: str
    instrument: str
    delivered_unit: str
    source: str


class Vocabulary:
    """The monitors and flags of one file, each numbered when it is first met; numbers never change.

    Attributes:
        monitors: By number.
        flags: By number; the first is `valid`.
        series: Number of the (station, parameter, instrument) of each monitor, by the monitor's number: two monitors of
            one series differ in name, place, unit or source.
    """

    def __init__(self) -> None:
        self.monitors: list[Monitor] = []
        self.flags: list[str] = [VALID]
        self.series: list[int] = []
        self._monitor_numbers: dict[Monitor, int] = {}
        self._flag_numbers: dict[str, int] = {VALID: VALID_FLAG}
        self._series_numbers: dict[tuple[str, str, str], int] = {}

    def monitor(self, monitor: Monitor) -> int:
        """The monitor's number."""
        known = self._monitor_numbers.get(monitor)
        if known is not None:
            return known
        number = self._monitor_numbers[monitor] = len(self.monitors)
        self.monitors.append(monitor)
        key = (monitor.station, monitor.parameter, monitor.instrument)
        self.series.append(self._series_numbers.setdefault(key, len(self._series_numbers)))
        return number

    def flag(self, name: str) -> int:
        """The flag's number."""
        known = self._flag_numbers.get(name)
        if known is None:
            known = self._flag_numbers[name] = len(self.flags)
            self.flags.append(name)
        return known


@dataclass(frozen=True, slots=True, eq=False)
class ObservationColumns:
    """Rows of one file, column by column; all arrays have the same length.

    Attributes:
        vocabulary: The file's monitors and flags.
        monitor: int32, number of the row's monitor.
        start: int64, beginning of the interval, microseconds since 1970 UTC.
        end: int64, end of the interval, likewise.
        value: float64, canonical unit.
        delivered: float64, as delivered.
        flag: int16, number of the quality flag.
        line: int32, 1-based line of the file (row of a Parquet file).
    """

    vocabulary: Vocabulary
    monitor: npt.NDArray[np.int32]
    start: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    value: npt.NDArray[np.float64]
    delivered: npt.NDArray[np.float64]
    flag: npt.NDArray[np.int16]
    line: npt.NDArray[np.int32]

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.line)

    @classmethod
    def empty(cls, vocabulary: Vocabulary) -> Self:
        """No rows."""
        return cls(
            vocabulary,
            np.empty(0, np.int32),
            np.empty(0, np.int64),
            np.empty(0, np.int64),
            np.empty(0, np.float64),
            np.empty(0, np.float64),
            np.empty(0, np.int16),
            np.empty(0, np.int32),
        )

    @classmethod
    def concatenate(cls, vocabulary: Vocabulary, parts: Sequence[Self]) -> Self:
        """All rows of the parts, in their order; all parts are of this vocabulary."""
        if not parts:
            return cls.empty(vocabulary)
        if len(parts) == 1:
            return parts[0]
        return cls(vocabulary, *(np.concatenate([getattr(part, name) for part in parts]) for name in _ARRAYS))

    def take(self, rows: npt.NDArray[np.bool_] | npt.NDArray[np.int64] | slice) -> Self:
        """Some of the rows, by mask, by positions or by slice."""
        return replace(self, **{name: getattr(self, name)[rows] for name in _ARRAYS})

    @property
    def series(self) -> npt.NDArray[np.int32]:
        """Number of each row's (station, parameter, instrument)."""
        return np.asarray(self.vocabulary.series, np.int32)[self.monitor]

    def observations(self, delivery: Delivery) -> Iterator[Observation]:
        """The rows as objects, in their order."""
        monitors, flags = self.vocabulary.monitors, self.vocabulary.flags
        columns = (getattr(self, name).tolist() for name in _ARRAYS)
        for number, start, end, value, delivered, flag, line in zip(*columns, strict=True):
            monitor = monitors[number]
            yield Observation(
                station=monitor.station,
                parameter=monitor.parameter,
                start=time_at(start),
                end=time_at(end),
                value=value,
                delivered_value=delivered,
                delivered_unit=monitor.delivered_unit,
                instrument=monitor.instrument,
                flag=flags[flag],
                source=monitor.source,
                file_digest=delivery.digest,
                line=line,
                ingested_at=delivery.uploaded_at,
            )


_ARRAYS = tuple(field.name for field in fields(ObservationColumns) if field.name != "vocabulary")


def time_at(microseconds: int) -> dt.datetime:
    """A point in time, UTC, from microseconds since 1970."""
    return _EPOCH + dt.timedelta(microseconds=microseconds)


def microseconds_of(time: dt.datetime) -> int:
    """Microseconds since 1970 UTC of an aware time."""
    return (time - _EPOCH) // dt.timedelta(microseconds=1)
