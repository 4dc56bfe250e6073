"""Rows ordered by series and time, and where a series, a day or an interval begins among them."""

from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from geoclimate.columnar.columns import ObservationColumns

DAY: Final = 86_400_000_000
"""Microseconds of a day."""

Mask = npt.NDArray[np.bool_]
Times = npt.NDArray[np.int64]
Positions = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class SortedRows:
    """Rows of one file ordered by series, start, end and line.

    Attributes:
        columns: The rows.
        series: int32, number of each row's series.
        given: Whether a row was given out in an earlier batch and is here only as context of the others.
    """

    columns: ObservationColumns
    series: npt.NDArray[np.int32]
    given: Mask

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.series)

    def take(self, rows: Mask) -> Self:
        """Some of the rows, by mask."""
        return replace(self, columns=self.columns.take(rows), series=self.series[rows], given=self.given[rows])

    def series_begins(self) -> Positions:
        """Position of each series' first row."""
        return begins_of(changed(self.series))

    def interval_begins(self) -> Mask:
        """Whether a row is the first of its series and interval."""
        return changed(self.series) | changed(self.columns.start) | changed(self.columns.end)


def sort_rows(columns: ObservationColumns, given: Mask) -> SortedRows:
    """Order rows; those that are equal stay in their order, so the lower line comes first if it was first.

    Most files are ordered already, or are so within each series; both cost a small part of a sort.
    """
    series = columns.series
    rows = SortedRows(columns, series, given)
    if _is_sorted(series, columns.start, columns.end):
        return rows
    # numpy sorts small numbers by counting.
    small = series.astype(np.uint16) if len(columns.vocabulary.series) <= 1 << 16 else series
    order = np.argsort(small, kind="stable")
    if not _is_sorted(series[order], columns.start[order], columns.end[order]):
        order = np.lexsort((columns.end, columns.start, series))
    return SortedRows(columns.take(order), series[order], given[order])


def changed(column: npt.NDArray[np.int32] | Times) -> Mask:
    """Whether a row differs from the one before it; the first one does."""
    differs = np.empty(len(column), np.bool_)
    differs[:1] = True
    np.not_equal(column[1:], column[:-1], out=differs[1:])
    return differs


def begins_of(differs: Mask) -> Positions:
    """Positions of the rows that begin something."""
    return np.flatnonzero(differs)


def _is_sorted(series: npt.NDArray[np.int32], start: Times, end: Times) -> bool:
    series_before, series_after = series[:-1], series[1:]
    start_before, start_after = start[:-1], start[1:]
    later = (start_after > start_before) | ((start_after == start_before) & (end[1:] >= end[:-1]))
    return bool(np.all((series_after > series_before) | ((series_after == series_before) & later)))
