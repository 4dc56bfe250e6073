"""Rows of which stamp and value are read and the rest is understood: the rules of a value, thousands at once."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from geoclimate.columnar.columns import VALID_FLAG, ObservationColumns, Vocabulary, microseconds_of
from geoclimate.columnar.fast_format import FastFormat, Meaning
from geoclimate.columnar.text_blocks import Ints
from geoclimate.domain.delivery import Delivery
from geoclimate.domain.quality import BELOW_DETECTION, CLOCK_TOLERANCE, SENTINELS

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

NO_TIME: Final = -(2**62)
"""A stamp that is none, in microseconds; two of them can be added."""
_HIGHEST_BELOW_ZERO: Final = max(number for number in SENTINELS if number < 0)
_LOWEST_ABOVE_ZERO: Final = min(number for number in SENTINELS if number > 0)


class Meanings:
    """Meanings of lines, numbered, and what they say as arrays by number."""

    def __init__(self, vocabulary: Vocabulary, meanings: Sequence[Meaning] = ()) -> None:
        self._vocabulary = vocabulary
        self._meanings: list[Meaning] = []
        self._monitors = np.empty(0, np.int32)
        self._flags = np.empty(0, np.int16)
        # Of each: shift and scale to the canonical unit, lowest value, lowest that is not noise, highest.
        self._numbers = np.empty((5, 0))
        self.extend(meanings)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._meanings)

    def extend(self, meanings: Sequence[Meaning]) -> None:
        """Add more, which get the next numbers."""
        if not meanings:
            return
        self._meanings += meanings
        numbers = [
            (
                each.measure.convert.shift,
                each.measure.convert.scale,
                each.measure.parameter.low - each.measure.parameter.noise,
                each.measure.parameter.low,
                each.measure.parameter.high,
            )
            for each in meanings
        ]
        self._numbers = np.concatenate([self._numbers, np.transpose(numbers)], axis=1)
        self._monitors = np.append(self._monitors, np.full(len(meanings), -1, np.int32))
        self._flags = np.append(self._flags, np.zeros(len(meanings), np.int16))

    def monitors_and_flags(self, meaning_of: Ints) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int16]]:
        """The numbers of the rows' monitors and flags; monitors of no row have none."""
        found = self._monitors[meaning_of]
        if len(found) and found.min() < 0:
            for number in np.unique(meaning_of[found < 0]).tolist():
                meaning = self._meanings[number]
                self._monitors[number] = self._vocabulary.monitor(meaning.monitor)
                self._flags[number] = self._vocabulary.flag(meaning.flag)
            found = self._monitors[meaning_of]
        return found, self._flags[meaning_of]

    def values(self, delivered: Floats, meaning_of: Ints) -> tuple[Floats, Mask, Mask]:
        """Canonical values, which of them are below zero by noise, and which are credible, those among them."""
        shifts, scales, lowest, low, high = self._numbers
        value = delivered
        if shifts.any():
            shift = shifts[meaning_of]
            value = np.where(shift != 0.0, value + shift, value)
        value = value * scales[meaning_of]
        return value, value < low[meaning_of], (lowest[meaning_of] <= value) & (value <= high[meaning_of])


class UnderstoodRows:
    """Makes the rows of one file."""

    def __init__(self, fast: FastFormat, delivery: Delivery, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._start = fast.start // dt.timedelta(microseconds=1)
        self._end = fast.end // dt.timedelta(microseconds=1)
        self._latest = microseconds_of(delivery.now + CLOCK_TOLERANCE) - self._end

    def columns(
        self, meanings: Meanings, meaning_of: Ints, stamp: Ints, delivered: Floats, line: Ints, readable: Mask
    ) -> tuple[ObservationColumns, Mask]:
        """The rows that break no rule, and which of the lines they are.

        Args:
            meanings: What lines mean.
            meaning_of: Each line's, by number.
            stamp: Microseconds since 1970 UTC; one at or before 1970 is not taken.
            delivered: Value as delivered.
            line: Number of each line.
            readable: Of which lines all of this is known; the others are not taken.
        """
        taken = readable & (stamp > 0) & (stamp <= self._latest) & ~_sentinels(delivered)
        if not taken.all():
            meaning_of, stamp, delivered, line = meaning_of[taken], stamp[taken], delivered[taken], line[taken]
        value, below, credible = meanings.values(delivered, meaning_of)
        if not credible.all():
            taken[taken] = credible
            meaning_of, stamp, delivered, line = (
                meaning_of[credible],
                stamp[credible],
                delivered[credible],
                line[credible],
            )
            value, below = value[credible], below[credible]
        monitor, flag = meanings.monitors_and_flags(meaning_of)
        below &= flag == VALID_FLAG
        if below.any():
            flag[below] = self._vocabulary.flag(BELOW_DETECTION)
        columns = ObservationColumns(
            vocabulary=self._vocabulary,
            monitor=monitor,
            start=stamp + self._start,
            end=stamp + self._end,
            value=value,
            delivered=delivered,
            flag=flag,
            line=line.astype(np.int32),
        )
        return columns, taken


def _sentinels(numbers: Floats) -> Mask:
    """Which numbers stand for a missing value."""
    found: Mask = (numbers <= _HIGHEST_BELOW_ZERO) | (numbers >= _LOWEST_ABOVE_ZERO)
    if found.any():
        found[found] = [number in SENTINELS for number in numbers[found].tolist()]
    return found
