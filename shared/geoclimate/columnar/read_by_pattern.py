"""The fast way from lines to columns: lines that repeat a line already understood, thousands at once.

The row reader stays the definition: a line is taken here only where it would take it with the same result, and every
other line is left to it.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from geoclimate.columnar.blocks import Block
from geoclimate.columnar.columns import VALID_FLAG, Monitor, ObservationColumns, Vocabulary, microseconds_of
from geoclimate.columnar.line_patterns import LineLayout, LinePattern, Place, line_pattern
from geoclimate.columnar.parse_decimals import parse_decimals
from geoclimate.columnar.read_by_rows import read_by_rows
from geoclimate.columnar.text_blocks import Ints, TextBlock, Words
from geoclimate.domain.csv_format import Header, RowReader
from geoclimate.domain.delivery import Delivery
from geoclimate.domain.errors import RefusedValue
from geoclimate.domain.quality import BELOW_DETECTION, CLOCK_TOLERANCE, SENTINELS, Measure

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What lines mean that differ in a stamp and a value only.

    Attributes:
        monitor: What was measured, by which instrument.
        measure: The way to the canonical unit.
        flag: What the lines themselves say against their values, or `valid`.
        clock: What the stamp says beside date, hour and minute, such as the offset.
    """

    monitor: Monitor
    measure: Measure
    flag: str
    clock: str


@dataclass(frozen=True, slots=True)
class FastFormat:
    """A format whose lines are read by pattern.

    Attributes:
        layout: What varies from line to line.
        midnight: The point in time of 00:00 on a date, given the date's ten characters and the clock; raises
            `RefusedValue`.
        start: Beginning of the interval, as counted from the stamp.
        end: End of the interval, likewise.
    """

    layout: LineLayout[Meaning]
    midnight: Callable[[str, str], dt.datetime]
    start: dt.timedelta
    end: dt.timedelta


_MOST_ATTEMPTS: Final = 64
"""Lines of a block that are looked at one by one for a pattern that others repeat."""
_REMEMBERED: Final = 8192
_MINUTE: Final = 60_000_000
_NO_TIME: Final = -(2**62)
_HOUR_AND_MINUTE: Final = tuple(f"{minute // 60:02}{minute % 60:02}" for minute in range(24 * 60))
_HIGHEST_BELOW_ZERO: Final = max(number for number in SENTINELS if number < 0)
_LOWEST_ABOVE_ZERO: Final = min(number for number in SENTINELS if number > 0)


class PatternReader:
    """Reads the blocks of one file."""

    def __init__(
        self, fast: FastFormat, header: Header, reader: RowReader, delivery: Delivery, vocabulary: Vocabulary
    ) -> None:
        self._fast = fast
        self._header = header
        self._reader = reader
        self._vocabulary = vocabulary
        self._latest_end = microseconds_of(delivery.now + CLOCK_TOLERANCE)
        self._start = fast.start // dt.timedelta(microseconds=1)
        self._end = fast.end // dt.timedelta(microseconds=1)
        self._patterns: list[LinePattern[Meaning]] = []
        self._midnight = lru_cache(maxsize=_REMEMBERED)(self._parse_midnight)

    def read(self, block: TextBlock) -> Block:
        """What the lines of a block say, ordered by line."""
        pattern_of = self._find_patterns(block)
        by_pattern = np.flatnonzero(pattern_of >= 0)
        columns, taken = self._understand(block, by_pattern, pattern_of[by_pattern])
        if len(columns) == len(block):
            return Block(columns)
        rest = np.setdiff1d(block.not_empty(), by_pattern[taken], assume_unique=True)
        exact = read_by_rows(block.filled(rest), self._reader, self._vocabulary)
        if len(exact.columns):
            columns = ObservationColumns.concatenate(self._vocabulary, [columns, exact.columns])
            columns = columns.take(np.argsort(columns.line, kind="stable"))
        return Block(columns, exact.refusals, exact.skipped)

    def _find_patterns(self, block: TextBlock) -> npt.NDArray[np.int32]:
        """Which pattern each line has, or -1; keeps those of this block for the next."""
        pattern_of = np.full(len(block), -1, np.int32)
        left = block.not_empty()
        found: list[LinePattern[Meaning]] = []

        def assign(pattern: LinePattern[Meaning]) -> None:
            nonlocal left
            rows = pattern.repeated_by(block, left)
            if len(rows):
                pattern_of[rows] = len(found)
                found.append(pattern)
                left = left[pattern_of[left] < 0]

        for pattern in self._patterns:
            assign(pattern)
        for _ in range(_MOST_ATTEMPTS):
            if not len(left):
                break
            row = int(left[0])
            fresh = self._pattern_of(block.line(row))
            if fresh is not None:
                assign(fresh)
            if len(left) and left[0] == row:
                left = left[1:]
        self._patterns = found
        return pattern_of

    def _pattern_of(self, line: bytes) -> LinePattern[Meaning] | None:
        try:
            return line_pattern(line, self._header, self._fast.layout)
        except RefusedValue:
            return None

    def _understand(
        self, block: TextBlock, rows: Ints, pattern_of: npt.NDArray[np.int32]
    ) -> tuple[ObservationColumns, Mask]:
        """The rows that are taken, and which of the lines they are."""
        if not len(rows):
            return ObservationColumns.empty(self._vocabulary), np.zeros(0, np.bool_)
        patterns = self._patterns
        starts, ends = block.starts[rows], block.ends[rows]
        before = np.asarray([each.before for each in patterns])[pattern_of]
        behind = np.asarray([each.behind for each in patterns])[pattern_of]
        delivered, taken = parse_decimals(block, starts + before, ends - behind)
        taken &= ~_sentinels(delivered)
        stamp = self._stamps(block, starts, ends, pattern_of)
        # No stamp at or before 1970 is taken.
        taken &= (stamp > 0) & (stamp <= self._latest_end - self._end)
        value, below, credible = self._values(delivered, pattern_of)
        taken &= credible
        monitors, flags = self._numbers(pattern_of[taken])
        flag = flags[pattern_of]
        below &= taken & (flag == VALID_FLAG)
        if below.any():
            flag[below] = self._vocabulary.flag(BELOW_DETECTION)
        columns = ObservationColumns(
            vocabulary=self._vocabulary,
            monitor=monitors[pattern_of],
            start=stamp + self._start,
            end=stamp + self._end,
            value=value,
            delivered=delivered,
            flag=flag,
            line=(rows + block.first_line).astype(np.int32),
        )
        return (columns if taken.all() else columns.take(taken)), taken

    def _numbers(self, pattern_of: npt.NDArray[np.int32]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int16]]:
        """The monitor's and the flag's number by pattern, of those patterns only that have rows."""
        monitors = np.zeros(len(self._patterns), np.int32)
        flags = np.zeros(len(self._patterns), np.int16)
        for number in np.flatnonzero(np.bincount(pattern_of)).tolist():
            meaning = self._patterns[number].meaning
            monitors[number] = self._vocabulary.monitor(meaning.monitor)
            flags[number] = self._vocabulary.flag(meaning.flag)
        return monitors, flags

    def _stamps(self, block: TextBlock, starts: Ints, ends: Ints, pattern_of: npt.NDArray[np.int32]) -> Ints:
        """Microseconds since 1970, or some time before that of a stamp that is none."""
        dates = _places([each.date for each in self._patterns], starts, ends, pattern_of)
        times = _places([each.time for each in self._patterns], starts, ends, pattern_of)
        clocks = [each.meaning.clock for each in self._patterns]
        first = {clock: number for number, clock in reversed(list(enumerate(clocks)))}
        clock_of = np.asarray([first[clock] for clock in clocks], np.int32)[pattern_of]
        begins = _runs(block.words(dates, 1)[:, 0], block.words(dates + 2, 1)[:, 0], clock_of)
        midnights = [
            self._midnight(date, clocks[clock])
            for date, clock in zip(block.texts(dates[begins], 10), clock_of[begins].tolist(), strict=True)
        ]
        minutes = _MINUTES[_four_digits(block.words(times, 1)[:, 0])]
        stamps = np.repeat(np.asarray(midnights), np.diff(begins, append=len(dates))) + minutes * _MINUTE
        stamps[minutes < 0] = _NO_TIME
        return stamps

    def _parse_midnight(self, date: bytes, clock: str) -> int:
        try:
            return microseconds_of(self._fast.midnight(date.decode(), clock))
        except RefusedValue:
            return _NO_TIME

    def _values(self, delivered: Floats, pattern_of: npt.NDArray[np.int32]) -> tuple[Floats, Mask, Mask]:
        """Canonical values, which of them are below zero by noise, and which are credible, those among them."""
        measures = [each.meaning.measure for each in self._patterns]
        value = delivered
        shifts = np.asarray([each.convert.shift for each in measures])
        if shifts.any():
            shift = shifts[pattern_of]
            value = np.where(shift != 0.0, value + shift, value)
        value = value * np.asarray([each.convert.scale for each in measures])[pattern_of]
        low = np.asarray([each.parameter.low for each in measures])[pattern_of]
        lowest = np.asarray([each.parameter.low - each.parameter.noise for each in measures])[pattern_of]
        high = np.asarray([each.parameter.high for each in measures])[pattern_of]
        return value, value < low, (lowest <= value) & (value <= high)


def _minutes() -> npt.NDArray[np.int64]:
    """Minutes after midnight by four digits of hour and minute, each in four bits; -1 where there is no such time."""
    minutes = np.full(2**16, -1)
    minutes[[int(digits, 16) for digits in _HOUR_AND_MINUTE]] = range(len(_HOUR_AND_MINUTE))
    return minutes


_MINUTES: Final = _minutes()


def _four_digits(texts: Words) -> Words:
    """The digits of `hh:mm`, four bits each, from words that begin with it."""
    low = np.uint64(0xF)
    digits = (texts & low) << np.uint64(12)
    digits |= (texts >> np.uint64(8) & low) << np.uint64(8)
    digits |= (texts >> np.uint64(24) & low) << np.uint64(4)
    digits |= texts >> np.uint64(32) & low
    return digits


def _places(places: Sequence[Place], starts: Ints, ends: Ints, pattern_of: npt.NDArray[np.int32]) -> Ints:
    """A place in each line, which its pattern counts from the line's beginning or from its end."""
    offsets = np.asarray([each.offset for each in places])[pattern_of]
    from_start = {each.offset >= 0 for each in places} == {True}
    found: Ints = (starts if from_start else np.where(offsets >= 0, starts, ends)) + offsets
    return found


def _runs(*columns: npt.NDArray[Any]) -> Ints:
    """Where rows begin that differ from the one before in any of the columns."""
    changes = np.ones(len(columns[0]), np.bool_)
    changes[1:] = False
    for column in columns:
        changes[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(changes)


def _sentinels(numbers: Floats) -> Mask:
    """Which numbers stand for a missing value."""
    found: Mask = (numbers <= _HIGHEST_BELOW_ZERO) | (numbers >= _LOWEST_ABOVE_ZERO)
    if found.any():
        found[found] = [number in SENTINELS for number in numbers[found].tolist()]
    return found
