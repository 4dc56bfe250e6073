"""The fast way from lines to columns where no two lines repeat each other: each distinct text of a column once.

Lines that alternate between hundreds of monitors, or that vary in a column that nobody reads, still say little that is
new. Arrow splits them at their commas, quotes or not, and gives each column as its distinct texts and their numbers. A
text without a quote, or with one at both ends and none inside, is a field by everyone's rules of CSV; a line with any
other text is not taken here, whatever its column.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from geoclimate.columnar.columns import ObservationColumns, Vocabulary
from geoclimate.columnar.fast_format import FastFormat, Meaning
from geoclimate.columnar.text_blocks import Ints, TextBlock
from geoclimate.columnar.understood_rows import NO_TIME, Floats, Mask, Meanings, UnderstoodRows
from geoclimate.domain.csv_format import LONGEST_LINE, Header
from geoclimate.domain.errors import RefusedValue

_MOST_KNOWN: Final = 2**16
"""Distinct descriptions of an instrument that are remembered, half a kilobyte each."""
_NUMBER: Final = r"^-?([0-9]{1,17}(\.[0-9]{0,17})?|\.[0-9]{1,17})$"
"""Plain notation, which Arrow rounds as Python does, if it is not longer than any double is written."""
_MARK: Final = b"\xef\xbb\xbf"
_MOST_CODES: Final = 2**62
_UNKNOWN: Final = -1


class _Column(NamedTuple):
    """A column of the lines.

    Attributes:
        texts: Its distinct texts.
        code: Number of each line's text.
    """

    texts: pa.StringArray
    code: npt.NDArray[np.int32]

    def fields(self) -> list[str]:
        """The distinct texts without their quotes."""
        return [text[1:-1] if text.startswith('"') else text for text in self.texts.to_pylist()]


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
        self._meanings = Meanings(vocabulary)
        self._known: dict[tuple[str, ...], int] = {}

    def read(self, block: TextBlock, rows: Ints) -> tuple[ObservationColumns, Ints]:
        """Those of the lines that are certain to break no rule, and which these are."""
        lengths = block.ends[rows] - block.starts[rows]
        # Arrow passes over empty lines without a word.
        rows = rows[(lengths >= len(self._names)) & (lengths <= LONGEST_LINE)]
        columns, rows = self._split(block, rows)
        if not len(rows):
            return ObservationColumns.empty(self._vocabulary), rows
        meaning_of = self._understand([columns[place] for place in self._told_by])
        delivered, readable = _numbers(columns[self._value])
        stamp = np.zeros(len(rows), np.int64)
        for place, parse in self._stamp:
            stamp += _stamps(columns[place], parse)
        found, taken = self._rows.columns(
            self._meanings,
            meaning_of,
            stamp,
            delivered,
            rows + block.first_line,
            readable & (meaning_of >= 0) & _are_fields(columns),
        )
        return found, rows[taken]

    def _split(self, block: TextBlock, rows: Ints) -> tuple[list[_Column], Ints]:
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

    def _understand(self, columns: Sequence[_Column]) -> Ints:
        """The number of each line's meaning, or -1 where it must be read by itself."""
        if len(self._known) > _MOST_KNOWN:
            self._known, self._meanings = {}, Meanings(self._vocabulary)
        distinct, inverse = _combinations(columns)
        texts = zip(
            *(map(column.fields().__getitem__, column.code[distinct].tolist()) for column in columns), strict=True
        )
        meanings: list[Meaning] = []
        numbers = np.empty(len(distinct), np.int64)
        known = self._known
        for place, told in enumerate(texts):
            number = known.get(told)
            if number is None:
                try:
                    meanings.append(
                        self._fast.layout.understand(dict(zip(self._fast.told_by, told, strict=True)).__getitem__)
                    )
                    number = len(self._meanings) + len(meanings) - 1
                except RefusedValue:
                    number = _UNKNOWN
                known[told] = number
            numbers[place] = number
        self._meanings.extend(meanings)
        return numbers[inverse]


_DISTINCT: Final = pa.dictionary(pa.int32(), pa.string())


def _runs(block: TextBlock, rows: Ints) -> list[bytearray]:
    """The texts of lines, with their ends; of consecutive ones in one piece."""
    breaks = np.flatnonzero(np.diff(rows) != 1) + 1
    begins = block.starts[rows[np.concatenate([[0], breaks])]].tolist()
    ends = block.ends[rows[np.concatenate([breaks, [len(rows)]]) - 1]].tolist()
    return [block.data[begin : end + 1] for begin, end in zip(begins, ends, strict=True)]


def _column(chunk: pa.DictionaryArray) -> _Column:
    return _Column(chunk.dictionary, np.frombuffer(chunk.indices.buffers()[1], np.int32, len(chunk)))


def _combinations(columns: Sequence[_Column]) -> tuple[Ints, Ints]:
    """A line of each distinct combination of texts, and the number of each line's combination."""
    code = np.zeros(len(columns[0].code), np.int64)
    size = 1
    for column in columns:
        count = len(column.texts)
        if count == 1:
            continue
        if size * count > _MOST_CODES:
            smaller, code = np.unique(code, return_inverse=True)
            size = len(smaller)
        code = code * count + column.code
        size *= count
    _, first, inverse = np.unique(code, return_index=True, return_inverse=True)
    return first, inverse


def _are_fields(columns: Sequence[_Column]) -> Mask:
    """Of which lines every text is a field, and the whole field, to everyone."""
    texts = pa.concat_arrays([column.texts for column in columns])
    quotes = pc.count_substring(texts, '"')
    wrapped = pc.and_(pc.equal(quotes, 2), pc.and_(pc.starts_with(texts, '"'), pc.ends_with(texts, '"')))
    good = pc.or_(pc.equal(quotes, 0), wrapped)
    found = np.ones(len(columns[0].code), np.bool_)
    if pc.all(good).as_py():
        return found
    known = _bools(good)
    for column in columns:
        found &= known[: len(column.texts)][column.code]
        known = known[len(column.texts) :]
    return found


def _stamps(column: _Column, parse: Callable[[str], int]) -> Ints:
    """What a column adds to each line's stamp, or `NO_TIME`."""
    found = np.full(len(column.texts), NO_TIME)
    for place, text in enumerate(column.fields()):
        with suppress(RefusedValue):
            found[place] = parse(text)
    return found[column.code]


def _numbers(column: _Column) -> tuple[Floats, Mask]:
    """Each line's number, and which of them are numbers in plain notation."""
    plain = pc.replace_substring(column.texts, '"', "")
    matches = pc.match_substring_regex(plain, _NUMBER)
    numbers = pc.cast(pc.if_else(matches, plain, "0"), pa.float64())
    found = np.frombuffer(numbers.buffers()[1], np.float64, len(numbers))
    return found[column.code], _bools(matches)[column.code]


def _bools(array: pa.BooleanArray) -> Mask:
    # Arrow's own way to numpy loads pandas wherever that is installed.
    return np.frombuffer(pc.cast(array, pa.uint8()).buffers()[1], np.uint8, len(array)).astype(np.bool_)
