"""The fast way from lines to columns where no two lines repeat each other: each distinct text of a column once.

Lines that alternate between hundreds of monitors, or that vary in a column that nobody reads, still say little that is
new. Arrow splits them at their commas, quotes or not, and gives each column as its distinct texts and their numbers. A
text without a quote, or with one at both ends and none inside, is a field by everyone's rules of CSV; a line with any
other text is not taken here, whatever its column.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from geoclimate.columnar.columns import ObservationColumns, Vocabulary
from geoclimate.columnar.fast_format import FastFormat, Meaning
from geoclimate.columnar.text_blocks import Ints, TextBlock
from geoclimate.columnar.text_columns import UNKNOWN, Combinations, TextColumn
from geoclimate.columnar.understood_rows import NO_TIME, Floats, Mask, Meanings, UnderstoodRows
from geoclimate.domain.csv_format import LONGEST_LINE, Header
from geoclimate.domain.errors import RefusedValue

MOST_KNOWN: Final = 2**16
"""Distinct descriptions of an instrument that are remembered, half a kilobyte each."""
_NUMBER: Final = r"^-?([0-9]{1,17}(\.[0-9]{0,17})?|\.[0-9]{1,17})$"
"""Plain notation, which Arrow rounds as Python does, if it is not longer than any double is written."""
_MARK: Final = b"\xef\xbb\xbf"


class TextReader:
    """Reads lines of one file."""

    def __init__(self, fast: FastFormat, header: Header, rows: UnderstoodRows, vocabulary: Vocabulary) -> None:
        self._fast = fast
        self._rows = rows
        self._vocabulary = vocabulary
        self._names = [str(place) for place in range(header.width)]
        self._told_by = [header.place(column) for column in fast.told_by]
        self._stamp = [(header.place(each.column), each.parse) for each in fast.stamp]
        self._value = header.place(fast.layout.value)
        self._understood = _Understood(fast, vocabulary)

    def read(self, block: TextBlock, rows: Ints) -> tuple[ObservationColumns, Ints]:
        """Those of the lines that are certain to break no rule, and which these are."""
        lengths = block.ends[rows] - block.starts[rows]
        # Arrow passes over empty lines without a word.
        rows = rows[(lengths >= len(self._names)) & (lengths <= LONGEST_LINE)]
        columns, rows = self._split(block, rows)
        if not len(rows):
            return ObservationColumns.empty(self._vocabulary), rows
        if len(self._understood) > MOST_KNOWN:
            self._understood = _Understood(self._fast, self._vocabulary)
        meaning_of = self._understood.numbers([columns[place] for place in self._told_by])
        delivered, readable = _numbers(columns[self._value])
        stamp = np.zeros(len(rows), np.int64)
        for place, parse in self._stamp:
            stamp += _stamps(columns[place], parse)
        found, taken = self._rows.columns(
            self._understood.meanings,
            meaning_of,
            stamp,
            delivered,
            rows + block.first_line,
            readable & (meaning_of != UNKNOWN) & _are_fields(columns),
        )
        return found, rows[taken]

    def _split(self, block: TextBlock, rows: Ints) -> tuple[list[TextColumn], Ints]:
        """The columns of those of the lines that have as many fields as the header, and which these are."""
        if not len(rows):
            return [], rows
        other_widths: list[int] = []

        def skip(row: csv.InvalidRow) -> str:
            other_widths.append(row.number - 1)
            return "skip"

        # Arrow takes one mark away, be it part of a field.
        data = b"".join([_MARK, *_runs(block, rows)])
        table = csv.read_csv(
            pa.py_buffer(data),
            csv.ReadOptions(column_names=self._names, use_threads=False, block_size=len(data) + 1),
            csv.ParseOptions(quote_char=False, invalid_row_handler=skip),
            csv.ConvertOptions(
                check_utf8=False, strings_can_be_null=False, column_types=dict.fromkeys(self._names, _DISTINCT)
            ),
        )
        if other_widths:
            rows = np.delete(rows, other_widths)
        return [_column(chunk) for column in table.columns for chunk in column.chunks], rows


class _Understood:
    """What combinations of fields mean, each looked at once."""

    def __init__(self, fast: FastFormat, vocabulary: Vocabulary) -> None:
        self._fast = fast
        self._combinations = Combinations(len(fast.told_by))
        self._meaning_of = np.empty(0, np.int64)
        self.meanings: Final = Meanings(vocabulary)

    def __len__(self) -> int:
        return len(self._combinations)

    def numbers(self, columns: Sequence[TextColumn]) -> Ints:
        """The number of each line's meaning, or `UNKNOWN` where it must be read by itself."""
        found, fresh = self._combinations.numbers(columns)
        if fresh:
            meanings: list[Meaning] = []
            numbers = np.full(len(fresh), UNKNOWN, np.int64)
            for place, fields in enumerate(fresh):
                with suppress(RefusedValue):
                    field = dict(zip(self._fast.told_by, fields, strict=True)).__getitem__
                    meanings.append(self._fast.layout.understand(field))
                    numbers[place] = len(self.meanings) + len(meanings) - 1
            self.meanings.extend(meanings)
            self._meaning_of = np.append(self._meaning_of, numbers)
        return np.where(found == UNKNOWN, UNKNOWN, self._meaning_of[found])


_DISTINCT: Final = pa.dictionary(pa.int32(), pa.string())


def _runs(block: TextBlock, rows: Ints) -> list[bytearray]:
    """The texts of lines, with their ends; of consecutive ones in one piece."""
    breaks = np.flatnonzero(np.diff(rows) != 1) + 1
    begins = block.starts[rows[np.concatenate([[0], breaks])]].tolist()
    ends = block.ends[rows[np.concatenate([breaks, [len(rows)]]) - 1]].tolist()
    return [block.data[begin : end + 1] for begin, end in zip(begins, ends, strict=True)]


def _column(chunk: pa.DictionaryArray) -> TextColumn:
    return TextColumn(chunk.dictionary, np.frombuffer(chunk.indices.buffers()[1], np.int32, len(chunk)))


def _are_fields(columns: Sequence[TextColumn]) -> Mask:
    """Of which lines every text is a field, and the whole field, to everyone."""
    texts = pa.concat_arrays([column.texts for column in columns])
    quotes = pc.count_substring(texts, '"')
    wrapped = pc.and_(pc.equal(quotes, 2), pc.and_(pc.starts_with(texts, '"'), pc.ends_with(texts, '"')))
    good = pc.or_(pc.equal(quotes, 0), wrapped)
    found = np.ones(len(columns[0].number), np.bool_)
    if pc.all(good).as_py():
        return found
    known = _bools(good)
    for column in columns:
        found &= known[: len(column.texts)][column.number]
        known = known[len(column.texts) :]
    return found


def _stamps(column: TextColumn, parse: Callable[[str], int]) -> Ints:
    """What a column adds to each line's stamp, or `NO_TIME`."""
    found = np.full(len(column.texts), NO_TIME)
    for place, text in enumerate(column.fields()):
        with suppress(RefusedValue):
            found[place] = parse(text)
    return found[column.number]


def _numbers(column: TextColumn) -> tuple[Floats, Mask]:
    """Each line's number, and which of them are numbers in plain notation."""
    plain = pc.replace_substring(column.texts, '"', "")
    matches = pc.match_substring_regex(plain, _NUMBER)
    numbers = pc.cast(pc.if_else(matches, plain, "0"), pa.float64())
    found = np.frombuffer(numbers.buffers()[1], np.float64, len(numbers))
    return found[column.number], _bools(matches)[column.number]


def _bools(array: pa.BooleanArray) -> Mask:
    # Arrow's own way to numpy loads pandas wherever that is installed.
    return np.frombuffer(pc.cast(array, pa.uint8()).buffers()[1], np.uint8, len(array)).astype(np.bool_)
