"""Lines that say the same as a line already understood, but for the digits of a stamp and the text of a value.

Files of measurements repeat themselves: thousands of lines differ in a date, a time and a value only. Such a line means
what the line that it repeats means, so its other fields need not be split, unquoted and checked again. Whether it does
repeat it is found by comparing words of bytes, many lines at once.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from geoclimate.columnar.parse_decimals import LONGEST_DECIMAL
from geoclimate.columnar.text_blocks import Ints, TextBlock, Words
from geoclimate.domain.csv_format import LONGEST_LINE, Header

_FIELD: Final = re.compile(rb'"[^"]*"|[^",\r]*')
_TILE: Final = 64
_SAME: Final = 0xFF
_ANY_DIGIT: Final = 0xF0
"""Of a digit, whose bytes are 0x30 to 0x39; neither a comma (0x2c) nor a quote (0x22) passes."""

Meaning = TypeVar("Meaning")


@dataclass(frozen=True, slots=True)
class VaryingDigits:
    """Where lines of a format may differ in digits.

    Attributes:
        column: A column.
        begin: First character of its text that may differ, where it is a digit.
        end: Character after the last one.
    """

    column: str
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class LineLayout(Generic[Meaning]):
    """What varies from line to line in a format.

    Attributes:
        digits: What varies in its digits.
        date: Which of them is the date, ten characters.
        time: Which of them is the time, five characters.
        value: The column that varies in any way.
        understand: Gives what all lines mean that repeat a line, given what gives the field of a column; raises
            `RefusedValue`.
        clock: Gives what the stamp of all these lines says beside date, hour and minute, such as the offset, likewise;
            raises `RefusedValue` where the line's own stamp is none.
    """

    digits: tuple[VaryingDigits, ...]
    date: VaryingDigits
    time: VaryingDigits
    value: str
    understand: Callable[[Callable[[str], str]], Meaning]
    clock: Callable[[Callable[[str], str]], str]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in every line of a pattern.

    Attributes:
        offset: Bytes after the line's beginning, or, below zero, before its end.
    """

    offset: int


@dataclass(frozen=True, slots=True, eq=False)
class LinePattern(Generic[Meaning]):
    """Lines that mean the same, but for stamp and value.

    Attributes:
        meaning: What they mean.
        clock: What their stamps say beside date, hour and minute.
        before: Bytes from a line's beginning to the value.
        behind: Bytes from the value to the line's end.
        date: Where the date is.
        time: Where the time is.
    """

    meaning: Meaning
    clock: str
    before: int
    behind: int
    date: Place
    time: Place
    _before: "_Words"
    _behind: "_Words"

    def repeated_by(self, block: TextBlock, rows: Ints) -> Ints:
        """Those of the lines that have this pattern, and a value of no more than `LONGEST_DECIMAL` characters."""
        starts, ends = block.starts[rows], block.ends[rows]
        lengths = ends - starts
        around = self.before + self.behind
        rows = rows[(lengths > around) & (lengths <= min(around + LONGEST_DECIMAL, LONGEST_LINE))]
        rows = rows[self._before.same(block, block.starts[rows])]
        return rows[self._behind.same(block, block.ends[rows] - 8 * self._behind.count)]


@dataclass(frozen=True, slots=True, eq=False)
class _Words:
    """Bytes that must be the same, as words, but for those that a mask leaves out.

    Attributes:
        count: Number of words.
        masks: The masks, `_TILE` times over: numpy is slow where the innermost of its loops is short.
        words: The words under their masks, likewise.
    """

    count: int
    masks: Words
    words: Words

    def same(self, block: TextBlock, places: Ints) -> npt.NDArray[np.bool_]:
        """At which of the places they are."""
        same = np.ones(len(places), np.bool_)
        if len(places):
            tiled = np.concatenate([places, np.repeat(places[-1:], -len(places) % _TILE)])
            found = block.words(tiled, self.count).reshape(-1, _TILE * self.count)
            found &= self.masks
            different = np.flatnonzero(found != self.words) // self.count
            same[different[different < len(places)]] = False
        return same


def line_pattern(line: bytes, header: Header, layout: LineLayout[Meaning]) -> LinePattern[Meaning] | None:
    """The pattern of a line.

    Args:
        line: It, with the carriage return at its end where it has one.
        header: The file's.
        layout: The format's.

    Returns:
        None where the line is not plain CSV, so that it must be read by itself.

    Raises:
        RefusedValue: The line breaks a rule.
    """
    text = line.removesuffix(b"\r")
    spans = _spans(text)
    if spans is None or len(spans) != header.width or len(line) > LONGEST_LINE:
        return None
    texts = [text[begin:end].decode() for begin, end in spans]

    def field(column: str) -> str:
        return texts[header.place(column)]

    meaning, clock = layout.understand(field), layout.clock(field)
    masks = bytearray([_SAME]) * len(line)
    for varying in layout.digits:
        begin, end = spans[header.place(varying.column)]
        for place in range(begin + varying.begin, min(begin + varying.end, end)):
            if ord("0") <= line[place] <= ord("9"):
                masks[place] = _ANY_DIGIT
    before, behind = spans[header.place(layout.value)]
    size = len(line)

    def place_of(varying: VaryingDigits) -> Place:
        begin = spans[header.place(varying.column)][0] + varying.begin
        return Place(begin if begin < before else begin - size)

    return LinePattern(
        meaning=meaning,
        clock=clock,
        before=before,
        behind=size - behind,
        date=place_of(layout.date),
        time=place_of(layout.time),
        _before=_words(line[:before], masks[:before], at_end=False),
        _behind=_words(line[behind:], masks[behind:], at_end=True),
    )


def _spans(text: bytes) -> list[tuple[int, int]] | None:
    """Where the fields of a line begin and end, without their quotes; None where a quote is anywhere else."""
    spans = []
    place = 0
    while True:
        match = _FIELD.match(text, place)
        if match is None:
            return None
        begin, place = match.span()
        quoted = text.startswith(b'"', begin)
        spans.append((begin + 1, place - 1) if quoted else (begin, place))
        if place == len(text):
            return spans
        if not text.startswith(b",", place):
            return None
        place += 1


def _words(text: bytes, mask: bytearray, *, at_end: bool) -> _Words:
    padding = bytes(-len(text) % 8 if text else 8)
    padded = (padding + text, padding + mask) if at_end else (text + padding, mask + padding)
    words, masks = (np.frombuffer(bytes(each) * _TILE, "<u8") for each in padded)
    return _Words(len(words) // _TILE, masks, words & masks)
