"""Which rows of the lake are the same row, written twice.

A row is one instrument's value of one interval on one line of one upload. A revision is another row: it comes with
another upload or on another line. An attempt that is repeated after its rows were compacted writes them again.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from geoclimate.columnar.lake_rows import LakeRows

IDENTITY: Final = ("file_digest", "line", "instrument", "start")
"""Columns that tell rows apart."""

_Mask = npt.NDArray[np.bool_]
_Ints = npt.NDArray[np.int64]


def lake_order(rows: LakeRows) -> _Ints:
    """Positions of the rows by station, instrument, start and ingested_at; the same rows give the same order."""
    column = rows.columns
    series = column["station"].astype(np.int64) * len(rows.texts["instrument"]) + column["instrument"]
    keys = (column["line"], column["file_digest"], column["ingested_at"], column["start"], series)
    return np.lexsort(keys)


class RowIdentities:
    """Rows by what tells them apart.

    Attributes:
        repeated: Whether an earlier row is the same, by the time at which it was taken in.
    """

    def __init__(self, rows: LakeRows) -> None:
        column = rows.columns
        self._numbers = {
            name: {text: number for number, text in enumerate(rows.texts[name])}
            for name in ("file_digest", "instrument")
        }
        pairs = self._pairs(column["file_digest"], column["instrument"])
        self._known_pairs = np.unique(pairs)
        places = self._places(pairs, column["line"])
        start = column["start"]
        self._order: _Ints = np.lexsort((column["ingested_at"], start, places))
        self._sorted_places = places[self._order]
        self._sorted_start = start[self._order]
        same = (np.diff(self._sorted_places) == 0) & (np.diff(self._sorted_start) == 0)
        self.repeated: _Mask = np.zeros(len(rows), np.bool_)
        self.repeated[self._order[1:][same]] = True

    def found_in(self, others: LakeRows) -> _Ints:
        """Positions of the rows that are among others, which need no more columns than `IDENTITY`."""
        numbers = {name: self._translated(others, name) for name in self._numbers}
        pairs = self._pairs(numbers["file_digest"], numbers["instrument"])
        known = (numbers["file_digest"] >= 0) & (numbers["instrument"] >= 0) & np.isin(pairs, self._known_pairs)
        places = self._places(pairs[known], others.columns["line"][known])
        start = others.columns["start"][known]
        first = np.searchsorted(self._sorted_places, places, "left")
        end = np.searchsorted(self._sorted_places, places, "right")
        found = []
        # A place has one interval, or a few.
        for step in range(int((end - first).max(initial=0))):
            inside = first + step < end
            candidates = first[inside] + step
            found.append(self._order[candidates[self._sorted_start[candidates] == start[inside]]])
        return np.concatenate(found) if found else np.empty(0, np.int64)

    def _pairs(self, digests: npt.NDArray[np.int32], instruments: npt.NDArray[np.int32]) -> _Ints:
        """One number for an upload and an instrument."""
        return digests.astype(np.int64) * len(self._numbers["instrument"]) + instruments

    def _places(self, pairs: _Ints, lines: npt.NDArray[np.int32]) -> _Ints:
        """One number for an upload, an instrument and a line: there are fewer pairs than rows, so it fits 64 bits."""
        return (np.searchsorted(self._known_pairs, pairs) << 32) | lines.astype(np.int64)

    def _translated(self, others: LakeRows, name: str) -> npt.NDArray[np.int32]:
        """Numbers of others' texts among ours, -1 where we have no such text."""
        numbers = self._numbers[name]
        texts = others.texts[name]
        return np.fromiter((numbers.get(text, -1) for text in texts), np.int32, len(texts))[others.columns[name]]
