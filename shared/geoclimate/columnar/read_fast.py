"""The lines of a file by the fastest way that is certain to be right, each of them.

The row reader stays the definition: a line is taken by another way only where the row reader would take it with the
same result, and every other line is left to it.
"""

from typing import Final

import numpy as np

from geoclimate.columnar.blocks import Block
from geoclimate.columnar.columns import ObservationColumns, Vocabulary
from geoclimate.columnar.fast_format import FastFormat
from geoclimate.columnar.read_by_pattern import PatternReader
from geoclimate.columnar.read_by_rows import read_by_rows
from geoclimate.columnar.read_by_text import TextReader
from geoclimate.columnar.text_blocks import Ints, TextBlock
from geoclimate.columnar.understood_rows import UnderstoodRows
from geoclimate.domain.csv_format import Header, RowReader
from geoclimate.domain.delivery import Delivery

FEWEST_BY_TEXT: Final = 100
"""Lines that are worth the start of Arrow's reader, which takes as long as that many in the row reader."""


class FastReader:
    """Reads the blocks of one file."""

    def __init__(
        self, fast: FastFormat, header: Header, reader: RowReader, delivery: Delivery, vocabulary: Vocabulary
    ) -> None:
        rows = UnderstoodRows(fast, delivery, vocabulary)
        self._by_pattern = PatternReader(fast, header, rows, vocabulary)
        self._by_text = TextReader(fast, header, rows, vocabulary)
        self._reader = reader
        self._vocabulary = vocabulary

    def read(self, block: TextBlock) -> Block:
        """What the lines of a block say, ordered by line."""
        left = block.not_empty()
        columns, taken = self._by_pattern.read(block, left)
        parts = [columns]
        left = _without(left, taken)
        if len(left) >= FEWEST_BY_TEXT:
            columns, taken = self._by_text.read(block, left)
            parts.append(columns)
            left = _without(left, taken)
        exact = read_by_rows(block.filled(left), self._reader, self._vocabulary)
        parts = [part for part in (*parts, exact.columns) if len(part)]
        columns = ObservationColumns.concatenate(self._vocabulary, parts)
        if len(parts) > 1:
            columns = columns.take(np.argsort(columns.line, kind="stable"))
        return Block(columns, exact.refusals, exact.skipped)


def _without(rows: Ints, taken: Ints) -> Ints:
    """The rows but those taken, which are some of them."""
    if len(taken) == len(rows):
        return rows[:0]
    left = np.ones(rows[-1] + 1, np.bool_)
    left[taken] = False
    return rows[left[rows]]
