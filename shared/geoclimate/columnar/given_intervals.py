"""The intervals that a file has given already, on disk: a file of any size asks for the same memory.

In memory stays one span of days a series. Only rows that fall into it are looked up, so a file whose series go on in
time never reads what was written.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Self

import numpy as np
import numpy.typing as npt

from geoclimate.columnar.sorted_rows import DAY, Mask, SortedRows, Times

_NEVER: Final = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, eq=False)
class Intervals:
    """Intervals ordered by series, start and end, each once.

    Attributes:
        series: int32, number of the series.
        start: Beginning, microseconds since 1970 UTC.
        end: End, likewise.
        value: Canonical unit.
        line: 1-based line of the file that gave it.
    """

    series: npt.NDArray[np.int32]
    start: Times
    end: Times
    value: npt.NDArray[np.float64]
    line: npt.NDArray[np.int32]

    def __len__(self) -> int:
        """Number of intervals."""
        return len(self.series)

    @classmethod
    def of(cls, rows: SortedRows) -> Self:
        """Those of some rows."""
        columns = rows.columns
        return cls(rows.series, columns.start, columns.end, columns.value, columns.line)


class GivenIntervals:
    """What earlier batches of one file gave out."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._batches = 0
        # By series: the first and the last day of which something was given, as the day's beginning.
        self._first_day = np.empty(0, np.int64)
        self._last_day = np.empty(0, np.int64)

    def add(self, rows: SortedRows) -> None:
        """Remember rows that are given out now."""
        if not len(rows):
            return
        begins = rows.series_begins()
        ends = np.append(begins[1:], len(rows))
        series, start = rows.series[begins], rows.columns.start
        first, last = _day(start[begins]), _day(start[ends - 1])
        self._grow(int(series[-1]) + 1)
        self._first_day[series] = np.minimum(self._first_day[series], first)
        self._last_day[series] = np.maximum(self._last_day[series], last)
        with self._path(self._batches).open("wb") as file:
            for column in (series, ends - begins, first, last):
                np.save(file, column)
            _save(rows, file)
        self._batches += 1

    def days_met(self, rows: SortedRows) -> Mask:
        """Whether something may have been given of a row's series and day."""
        self._grow(int(rows.series.max(initial=-1)) + 1)
        start = rows.columns.start
        before_end = start < (self._last_day + DAY)[rows.series]
        if not before_end.any():
            return before_end
        return before_end & (start >= self._first_day[rows.series])

    def near(self, rows: SortedRows) -> Iterator[Intervals]:
        """What was given of the rows' series around the rows' days, a batch after the other."""
        begins = rows.series_begins()
        ends = np.append(begins[1:], len(rows))
        first = np.full(len(self._first_day), _NEVER)
        last = np.full(len(self._first_day), -_NEVER)
        first[rows.series[begins]] = _day(rows.columns.start[begins])
        last[rows.series[begins]] = _day(rows.columns.start[ends - 1])
        for number in range(self._batches):
            with self._path(number).open("rb") as file:
                series, counts, batch_first, batch_last = (np.load(file) for _ in range(4))
                meets = (batch_first <= last[series]) & (batch_last >= first[series])
                if meets.any():
                    yield _load(series, counts, meets, file)

    def _grow(self, count: int) -> None:
        more = count - len(self._first_day)
        if more > 0:
            self._first_day = np.append(self._first_day, np.full(more, _NEVER))
            # One day less, so that the end of the day is a number still.
            self._last_day = np.append(self._last_day, np.full(more, -_NEVER))

    def _path(self, number: int) -> Path:
        return self._folder / f"given-{number}.npy"


def _save(rows: SortedRows, file: BinaryIO) -> None:
    columns = rows.columns
    length = columns.end - columns.start
    # An hourly file has one length only: 20 bytes a row are left.
    for column in (length[:1] if (length == length[0]).all() else length, columns.start, columns.value, columns.line):
        np.save(file, column)


def _load(series: npt.NDArray[np.int32], counts: Times, chosen: Mask, file: BinaryIO) -> Intervals:
    length, start, value, line = (np.load(file) for _ in range(4))
    rows = np.repeat(chosen, counts)
    start = start[rows]
    end = start + (length if len(length) == 1 else length[rows])
    return Intervals(np.repeat(series[chosen], counts[chosen]), start, end, value[rows], line[rows])


def _day(start: Times) -> Times:
    return start - start % DAY
