"""Which rows of the lake are the same row, written twice.

An attempt that is repeated after its rows were compacted writes them again, equal in every column. Everything else is
a revision: the same bytes that are uploaded later may be read by another mapping, and say then what counts.
"""

import numpy as np
import numpy.typing as npt

from geoclimate.columnar.lake_rows import LakeRows, row_hashes

_Mask = npt.NDArray[np.bool_]
_Positions = npt.NDArray[np.int64]


def lake_order(rows: LakeRows) -> _Positions:
    """Positions of the rows by station, instrument, start and ingested_at; the same rows give the same order."""
    column = rows.columns
    series = column["station"].astype(np.int64) * len(rows.texts["instrument"]) + column["instrument"]
    keys = (column["line"], column["file_digest"], column["ingested_at"], column["start"], series)
    return np.lexsort(keys)


class RowIdentities:
    """Rows by what tells them apart: a 64-bit hash of every column, and beside it line and start themselves.

    Attributes:
        repeated: Whether another row is the same, and this one can go.
    """

    def __init__(self, rows: LakeRows) -> None:
        hashes, line, start = row_hashes(rows), rows.columns["line"], rows.columns["start"]
        self._order: _Positions = np.lexsort((start, line, hashes))
        self._hashes = hashes[self._order]
        self._line = line[self._order]
        self._start = start[self._order]
        same = (np.diff(self._hashes) == 0) & (np.diff(self._line) == 0) & (np.diff(self._start) == 0)
        self.repeated: _Mask = np.zeros(len(rows), np.bool_)
        self.repeated[self._order[1:][same]] = True

    def found_in(self, others: LakeRows) -> _Positions:
        """Positions of the rows that are among others."""
        hashes = row_hashes(others)
        first = np.searchsorted(self._hashes, hashes, "left")
        end = np.searchsorted(self._hashes, hashes, "right")
        found = [np.empty(0, np.int64)]
        # A hash has one row, or a few that are the same.
        for step in range(int((end - first).max(initial=0))):
            inside = first + step < end
            place = first[inside] + step
            same = (self._line[place] == others.columns["line"][inside]) & (
                self._start[place] == others.columns["start"][inside]
            )
            found.append(self._order[place[same]])
        return np.concatenate(found)
