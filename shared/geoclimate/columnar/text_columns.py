"""Columns of text as their distinct texts, and the combinations of them that lines have."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geoclimate.columnar.text_blocks import Ints

UNKNOWN: Final = -1
"""Number of a combination that has none."""
ODD: Final = 0x9E37_79B9_7F4A_7C15
"""2^64 divided by the golden ratio (Knuth, The Art of Computer Programming, 6.4): its powers spread small numbers."""


class TextColumn(NamedTuple):
    """A column of lines.

    Attributes:
        texts: Its distinct texts.
        number: int32, number of each line's text.
    """

    texts: pa.StringArray
    number: npt.NDArray[np.int32]

    def fields(self) -> list[str]:
        """The distinct texts without their quotes."""
        return [text[1:-1] if text.startswith('"') else text for text in self.texts.to_pylist()]


class Combinations:
    """The combinations of fields that lines have in some columns, each numbered when it is first met.

    Every field has a number, and a combination is found by the sum of its fields' numbers, each times a factor of its
    column, and then compared: two with the same sum, which chance will hardly bring about, are not mistaken for
    each other.
    """

    def __init__(self, width: int) -> None:
        self._numbers: list[dict[str, int]] = [{} for _ in range(width)]
        self._factors = np.array([pow(ODD, place + 1, 2**64) for place in range(width)], np.uint64)
        # Fields of each combination, by its number.
        self._fields = np.empty((0, width), np.int64)
        # Sums in ascending order, and whose they are.
        self._sums = np.empty(0, np.uint64)
        self._whose = np.empty(0, np.int64)

    def __len__(self) -> int:
        """How many are known."""
        return len(self._fields)

    def numbers(self, columns: Sequence[TextColumn]) -> tuple[Ints, list[tuple[str, ...]]]:
        """The number of each line's combination, or `UNKNOWN`, and those that are new, which have the next numbers."""
        texts = [column.fields() for column in columns]
        fields = np.empty((len(columns[0].number), len(columns)), np.int64)
        for place, (column, known) in enumerate(zip(columns, self._numbers, strict=True)):
            fields[:, place] = np.array([known.setdefault(text, len(known)) for text in texts[place]])[column.number]
        sums = (fields.astype(np.uint64) * self._factors).sum(axis=1, dtype=np.uint64)
        found = self._find(fields, sums)
        missing = np.flatnonzero(found == UNKNOWN)
        if not len(missing):
            return found, []
        _, first = np.unique(sums[missing], return_index=True)
        fresh = missing[np.sort(first)]
        self._add(fields[fresh], sums[fresh])
        found[missing] = self._find(fields[missing], sums[missing])
        picked = (
            map(each.__getitem__, column.number[fresh].tolist()) for each, column in zip(texts, columns, strict=True)
        )
        return found, list(zip(*picked, strict=True))

    def _find(self, fields: Ints, sums: npt.NDArray[np.uint64]) -> Ints:
        if not len(self):
            return np.full(len(sums), UNKNOWN)
        found = self._whose[np.minimum(np.searchsorted(self._sums, sums), len(self) - 1)]
        return np.where((self._fields[found] == fields).all(axis=1), found, UNKNOWN)

    def _add(self, fields: Ints, sums: npt.NDArray[np.uint64]) -> None:
        sums = np.concatenate([self._sums, sums])
        whose = np.concatenate([self._whose, np.arange(len(self), len(self) + len(fields))])
        order = np.argsort(sums, kind="stable")
        self._fields = np.concatenate([self._fields, fields])
        self._sums, self._whose = sums[order], whose[order]
