"""The fast way from lines to columns where lines repeat a line already understood: thousands at once."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from geoclimate.columnar.columns import ObservationColumns, Vocabulary, microseconds_of
from geoclimate.columnar.fast_format import FastFormat, Meaning
from geoclimate.columnar.line_patterns import LinePattern, Place, line_pattern
from geoclimate.columnar.parse_decimals import parse_decimals
from geoclimate.columnar.text_blocks import Ints, TextBlock, Words
from geoclimate.columnar.understood_rows import NO_TIME, Meanings, UnderstoodRows
from geoclimate.domain.csv_format import Header
from geoclimate.domain.errors import RefusedValue

_WORTHWHILE: Final = 16
"""Of so many lines one must repeat a pattern; otherwise the others are compared with it for longer than it spares."""
_SAMPLE: Final = 64
MOST_MISSES: Final = 4
"""Lines of a block of which the pattern is not worthwhile, one after the other; then no others are looked at."""
_REMEMBERED: Final = 8192
_MINUTE: Final = 60_000_000
_HOUR_AND_MINUTE: Final = tuple(f"{minute // 60:02}{minute % 60:02}" for minute in range(24 * 60))


class PatternReader:
    """Reads lines of one file."""

    def __init__(self, fast: FastFormat, header: Header, rows: UnderstoodRows, vocabulary: Vocabulary) -> None:
        self._fast = fast
        self._header = header
        self._rows = rows
        self._vocabulary = vocabulary
        self._patterns: list[LinePattern[Meaning]] = []
        self._midnight = lru_cache(maxsize=_REMEMBERED)(self._parse_midnight)

    def read(self, block: TextBlock, rows: Ints) -> tuple[ObservationColumns, Ints]:
        """Those of the lines that repeat others and are certain to break no rule, and which these are."""
        pattern_of = self._find_patterns(block, rows)
        rows = np.flatnonzero(pattern_of >= 0)
        if not len(rows):
            return ObservationColumns.empty(self._vocabulary), rows
        pattern_of = pattern_of[rows]
        patterns = self._patterns
        starts, ends = block.starts[rows], block.ends[rows]
        before = np.asarray([each.before for each in patterns])[pattern_of]
        behind = np.asarray([each.behind for each in patterns])[pattern_of]
        delivered, readable = parse_decimals(block, starts + before, ends - behind)
        columns, taken = self._rows.columns(
            Meanings(self._vocabulary, [each.meaning for each in patterns]),
            pattern_of.astype(np.int64),
            self._stamps(block, starts, ends, pattern_of),
            delivered,
            rows + block.first_line,
            readable,
        )
        return columns, rows[taken]

    def _find_patterns(self, block: TextBlock, left: Ints) -> npt.NDArray[np.int32]:
        """Which pattern each line has, or -1; keeps those of this block for the next."""
        pattern_of = np.full(len(block), -1, np.int32)
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
        misses = 0
        while len(left) and misses < MOST_MISSES:
            # Neighbours often are of one kind, so those that are looked at lie far apart.
            row = int(left[len(left) * (2 * misses + 1) // (2 * MOST_MISSES)])
            fresh = self._pattern_of(block.line(row))
            some = left[:: -(-len(left) // _SAMPLE)]
            if fresh is not None and _WORTHWHILE * len(fresh.repeated_by(block, some)) >= len(some):
                assign(fresh)
                misses = 0
            else:
                misses += 1
        self._patterns = found
        return pattern_of

    def _pattern_of(self, line: bytes) -> LinePattern[Meaning] | None:
        try:
            return line_pattern(line, self._header, self._fast.layout)
        except RefusedValue:
            return None

    def _stamps(self, block: TextBlock, starts: Ints, ends: Ints, pattern_of: npt.NDArray[np.int32]) -> Ints:
        """Microseconds since 1970, or some time before that of a stamp that is none."""
        dates = _places([each.date for each in self._patterns], starts, ends, pattern_of)
        times = _places([each.time for each in self._patterns], starts, ends, pattern_of)
        clocks = [each.clock for each in self._patterns]
        first = {clock: number for number, clock in reversed(list(enumerate(clocks)))}
        clock_of = np.asarray([first[clock] for clock in clocks], np.int32)[pattern_of]
        begins = _runs(block.words(dates, 1)[:, 0], block.words(dates + 2, 1)[:, 0], clock_of)
        midnights = [
            self._midnight(date, clocks[clock])
            for date, clock in zip(block.texts(dates[begins], 10), clock_of[begins].tolist(), strict=True)
        ]
        minutes = _MINUTES[_four_digits(block.words(times, 1)[:, 0])]
        stamps = np.repeat(np.asarray(midnights), np.diff(begins, append=len(dates))) + minutes * _MINUTE
        stamps[minutes < 0] = NO_TIME
        return stamps

    def _parse_midnight(self, date: bytes, clock: str) -> int:
        try:
            return microseconds_of(self._fast.midnight(date.decode(), clock))
        except RefusedValue:
            return NO_TIME


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
