"""Columns of an Arrow record batch as numpy arrays, with the text of any one cell for a report."""

import datetime as dt
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geoclimate.columnar.columns import microseconds_of, time_at
from geoclimate.domain.errors import RefusedValue
from geoclimate.domain.quality import EARLIEST, RowRule, parse_stamp, require

_FIRST: Final = microseconds_of(dt.datetime(1, 1, 2, tzinfo=dt.UTC))
_LAST: Final = microseconds_of(dt.datetime(9998, 12, 31, tzinfo=dt.UTC))
"""Beyond the calendar a time is only known to be too early, or in the future."""
_MICROSECONDS: Final = MappingProxyType({"s": 1_000_000, "ms": 1_000, "us": 1})
_NANOSECONDS: Final = 1_000
_WHOLE_DICTIONARY: Final = 65_536
"""Entries of a dictionary that are all looked at; of a longer one only those that the batch uses."""

_Bools = npt.NDArray[np.bool_]
_Ints = npt.NDArray[np.int64]
_Floats = npt.NDArray[np.float64]


class Texts:
    """A column of texts.

    Attributes:
        name: The column's name.
        codes: Number of each row's entry, -1 where there is none.
        entries: The different texts.
    """

    def __init__(self, name: str, column: pa.Array) -> None:
        encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        there = _there(encoded)
        codes: _Ints = np.asarray(encoded.indices.fill_null(0)).astype(np.int64)
        dictionary = encoded.dictionary
        if len(dictionary) > _WHOLE_DICTIONARY:
            used, codes = np.unique(np.where(there, codes, 0), return_inverse=True)
            dictionary = dictionary.take(pa.array(used))
        self.name: Final = name
        self.entries: Final[list[str | None]] = dictionary.to_pylist()
        self.codes: Final = np.where(there, codes, -1)

    def at(self, row: int) -> str:
        """A row's text, empty where there is none."""
        code = self.codes[row]
        return (self.entries[code] or "") if code >= 0 else ""


class Numbers:
    """A column of numbers.

    Attributes:
        name: The column's name.
        values: Each row's number; of no meaning where there is none.
        there: Which rows have one.
    """

    def __init__(self, name: str, column: pa.Array) -> None:
        self.name: Final = name
        self.there: Final = _there(column)
        self.values: Final[_Floats] = column.to_numpy(zero_copy_only=False).astype(np.float64)

    def bits(self) -> _Ints:
        """A whole number for each row: the same where the number is, with its sign, or where there is none."""
        return np.where(self.there, self.values, np.nan).view(np.int64)

    def at(self, row: int) -> str:
        """A row's number as text from which it can be had back, empty where there is none."""
        return repr(float(self.values[row])) if self.there[row] else ""


class Times:
    """A column of points in time, given as timestamps or as texts.

    Attributes:
        name: The column's name.
        values: Microseconds since 1970 UTC; of no meaning where there is no time.
        there: Which rows have one.
    """

    def __init__(self, name: str, column: pa.Array) -> None:
        self.name: Final = name
        self._texts = None if pa.types.is_timestamp(column.type) else Texts(name, column)
        self.values, self.there = _stamps(column) if self._texts is None else _parsed(self._texts)

    def at(self, row: int) -> str:
        """A row's time as text, empty where there is none."""
        if self._texts is not None:
            return self._texts.at(row)
        return time_at(int(self.values[row])).isoformat() if self.there[row] else ""

    def time(self, row: int) -> dt.datetime:
        """A row's time.

        Raises:
            RefusedValue: `required`, `timestamp`.
        """
        text = require(self.at(row), self.name)
        if self._texts is not None:
            return parse_stamp(text, self.name)
        time = time_at(int(self.values[row]))
        if time <= EARLIEST:
            message = f"'{text}' lies before {EARLIEST:%Y}: the clock of the instrument was not set"
            raise RefusedValue(RowRule.TIMESTAMP, self.name, text, message)
        return time


def _there(column: pa.Array) -> _Bools:
    return np.asarray(column.is_valid().to_numpy(zero_copy_only=False), np.bool_)


def _stamps(column: pa.Array) -> tuple[_Ints, _Bools]:
    there = _there(column)
    ticks: _Ints = column.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    if column.type.unit == "ns":
        return ticks // _NANOSECONDS, there
    factor = _MICROSECONDS[column.type.unit]
    return np.clip(ticks, _FIRST // factor, _LAST // factor) * factor, there


def _parsed(texts: Texts) -> tuple[_Ints, _Bools]:
    values = np.zeros(len(texts.entries) + 1, np.int64)
    there = np.zeros(len(texts.entries) + 1, np.bool_)
    for code, entry in enumerate(texts.entries):
        try:
            values[code] = microseconds_of(parse_stamp(entry or "", texts.name))
        except RefusedValue:
            continue
        there[code] = True
    # The code of no text, -1, is the last place.
    return values[texts.codes], there[texts.codes]
