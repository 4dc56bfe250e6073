"""Rules that look at a series, over the rows of a whole file, in memory that its size does not change.

Rows are gathered into batches. The end of a batch is decided by lines and by rows whose intervals had ended when the
file was uploaded, never by the clock, so a repeated run makes the same batches. A batch keeps back the newest days of
the series that go on: so each day of an ordered file is given out once, and the rules see what follows a row.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from geoclimate.columnar.blocks import Batch, Block
from geoclimate.columnar.columns import ObservationColumns, Vocabulary, microseconds_of
from geoclimate.columnar.flag_series import SeriesFlags
from geoclimate.columnar.given_intervals import GivenIntervals
from geoclimate.columnar.sorted_rows import DAY, Mask, SortedRows, sort_rows
from geoclimate.columnar.unique_intervals import unique_rows
from geoclimate.domain.delivery import Delivery

ROWS_A_BATCH: Final = 250_000
"""Rows, and lines, in a batch: about 11 MB of columns, and 50 MB while they are sorted, looked at and written."""

_NO_TIME: Final = np.iinfo(np.int64).min


class SeriesChecks:
    """Gathers the blocks of one file into batches that keep the rules."""

    def __init__(
        self, vocabulary: Vocabulary, folder: Path, delivery: Delivery, rows_a_batch: int = ROWS_A_BATCH
    ) -> None:
        """Begin a file.

        Args:
            vocabulary: The file's monitors and flags.
            folder: An empty folder on disk that is removed afterwards; takes some 20 bytes a row.
            delivery: What the file's rows have in common.
            rows_a_batch: Most rows of a batch.
        """
        self._vocabulary = vocabulary
        self._uploaded_at = microseconds_of(delivery.uploaded_at)
        self._limit = rows_a_batch
        self._given = GivenIntervals(folder)
        self._flags = SeriesFlags(vocabulary)
        self._number = 0
        # Rows of the batch: those kept of the last one, then those of the blocks that came since.
        self._kept = SortedRows(ObservationColumns.empty(vocabulary), np.empty(0, np.int32), np.empty(0, np.bool_))
        self._parts: list[ObservationColumns] = []
        self._begin = 0
        self._settled = 0

    def add(self, block: Block) -> Iterator[Batch]:
        """Take a block; gives the batches that it fills."""
        columns = block.columns
        last = max(
            int(columns.line[-1]) if len(columns) else 0,
            block.refusals[-1].line if block.refusals else 0,
            block.skipped[-1].line if block.skipped else 0,
        )
        while (cut := self._cut(columns, last)) is not None:
            count = int(np.searchsorted(columns.line, cut))
            self._gather(columns.take(slice(0, count)))
            batch = self._close(is_last=False)
            if batch is not None:
                yield batch
            columns = columns.take(slice(count, None))
            self._begin = cut
        self._gather(columns)

    def finish(self) -> Iterator[Batch]:
        """Give the rest, where there is any."""
        batch = self._close(is_last=True)
        if batch is not None:
            yield batch

    def _gather(self, columns: ObservationColumns) -> None:
        if len(columns):
            self._parts.append(columns)
            self._settled += int(np.count_nonzero(self._is_settled(columns)))

    def _is_settled(self, columns: ObservationColumns) -> Mask:
        """Which rows are taken at every time that the file may be read: their interval ended before its upload."""
        return columns.end <= self._uploaded_at

    def _cut(self, columns: ObservationColumns, last: int) -> int | None:
        """The line before which the batch ends, if the block reaches it."""
        cut = self._begin + self._limit if last >= self._begin + self._limit else None
        room = self._limit - self._settled
        if len(columns) > room:
            beyond = columns.line[self._is_settled(columns)][max(room, 0) :]
            # A batch has at least one line.
            beyond = beyond[np.searchsorted(beyond, self._begin, side="right") :]
            if len(beyond):
                cut = min(int(beyond[0]), cut or int(beyond[0]))
        return cut

    def _close(self, *, is_last: bool) -> Batch | None:
        """End the batch; its number counts even where nothing is in it."""
        number = self._number
        self._number += 1
        unique = unique_rows(self._sorted(), self._given)
        rows = unique.rows
        if is_last:
            held, context = np.zeros((2, len(rows)), np.bool_)
        else:
            held, context = self._kept_rows(rows)
        leaves = ~rows.given & ~held
        out = rows.take(leaves)
        if not is_last:
            self._given.add(out)
            self._kept = replace(rows, given=~held).take(held | context)
        self._settled = int(np.count_nonzero(held))
        if not (len(out) or unique.refusals or unique.repeated):
            return None
        flagged = replace(out.columns, flag=self._flags.flags(rows)[leaves])
        return Batch(number, flagged, unique.refusals, unique.repeated)

    def _sorted(self) -> SortedRows:
        columns = ObservationColumns.concatenate(self._vocabulary, [self._kept.columns, *self._parts])
        self._parts = []
        given = np.zeros(len(columns), np.bool_)
        given[: len(self._kept)] = self._kept.given
        return sort_rows(columns, given)

    def _kept_rows(self, rows: SortedRows) -> tuple[Mask, Mask]:
        """Which rows are held back, and which stay as context of those that come."""
        nothing = np.zeros(len(rows), np.bool_)
        if not len(rows):
            return nothing, nothing
        settled = self._is_settled(rows.columns)
        begins = rows.series_begins()
        counts = np.diff(begins, append=len(rows))
        # A series without a row in the lines of this batch has ended, as far as one can see.
        goes_on = np.logical_or.reduceat(settled & (rows.columns.line >= self._begin), begins)
        newest = np.maximum.reduceat(np.where(settled, rows.columns.start, _NO_TIME), begins)
        hold_from = np.where(goes_on, newest - newest % DAY - DAY, np.iinfo(np.int64).max)
        held = settled & ~rows.given & (rows.columns.start >= np.repeat(hold_from, counts))
        context_from = np.where(goes_on, hold_from - DAY, hold_from)
        if np.count_nonzero(held) > self._limit // 2:
            held = nothing
            context_from = np.where(goes_on, newest - DAY, hold_from)
        context = rows.columns.start >= np.repeat(context_from, counts)
        if np.count_nonzero(context & ~held) > self._limit // 2:
            context = nothing
        return held, context
