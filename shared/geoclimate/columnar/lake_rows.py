"""Rows of the lake as numpy columns: read from its files, summed up, put in another order, written again.

A text is a number into the sorted list of the column's texts, so that numbers compare as their texts do; a row takes
about 100 bytes.
"""

import functools
import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from geoclimate.columnar.lake_table import ROW_GROUP_ROWS, lake_writer, schema_of
from geoclimate.contracts.lake import OBSERVATIONS
from geoclimate.domain.errors import IntegrityError

_SCHEMA: Final = schema_of(OBSERVATIONS)
_NAMES: Final = tuple(_SCHEMA.names)
_TEXTS: Final = frozenset(column.name for column in OBSERVATIONS.columns if column.type == "string")

_REASON_LENGTH: Final = 400

_Array = npt.NDArray[Any]
_Positions = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class LakeRows:
    """Rows of the observations' table.

    Attributes:
        columns: By name, all of one length: int32 numbers of texts, float64, int32, and int64 microseconds since 1970.
        texts: By name of a text column: its texts, sorted.
    """

    columns: Mapping[str, _Array]
    texts: Mapping[str, Sequence[str]]

    def __len__(self) -> int:
        """Number of rows."""
        return len(next(iter(self.columns.values())))

    @classmethod
    def concatenate(cls, parts: Sequence[Self]) -> Self:
        """All rows of the parts, in their order; the parts have the same columns, and there is at least one."""
        columns, texts = {}, {}
        for name in parts[0].columns:
            if name in _TEXTS:
                texts[name] = sorted(set().union(*(part.texts[name] for part in parts)))
                numbers = {text: number for number, text in enumerate(texts[name])}
                columns[name] = np.concatenate(
                    [_renumbered(part.texts[name], numbers)[part.columns[name]] for part in parts]
                )
            else:
                columns[name] = np.concatenate([part.columns[name] for part in parts])
        return cls(columns, texts)

    def take(self, rows: _Positions | npt.NDArray[np.bool_]) -> Self:
        """Some of the rows, by position or by mask."""
        return type(self)({name: values[rows] for name, values in self.columns.items()}, self.texts)


@dataclass(frozen=True, slots=True)
class Content:
    """What rows hold, whatever their order: two collections of rows that differ hardly ever have the same content.

    Attributes:
        rows: How many.
        digest: Sum of 64-bit hashes of the rows over all their columns, modulo 2**64.
    """

    rows: int = 0
    digest: int = 0

    def __add__(self, other: "Content") -> "Content":
        """The content of both together."""
        return Content(self.rows + other.rows, (self.digest + other.digest) % 2**64)

    def __sub__(self, other: "Content") -> "Content":
        """The content without the other's, which is a part of it."""
        return Content(self.rows - other.rows, (self.digest - other.digest) % 2**64)


def content_of(rows: LakeRows) -> Content:
    """The content of rows."""
    return Content(len(rows), int(row_hashes(rows).sum(dtype=np.uint64)))


def row_hashes(rows: LakeRows) -> npt.NDArray[np.uint64]:
    """A 64-bit hash of each row over all its columns."""
    hashes = np.zeros(len(rows), np.uint64)
    for name in _NAMES:
        values = rows.columns[name]
        if name in _TEXTS:
            # A text keeps its hash whatever its number is.
            words = np.fromiter((_hash_of(text) for text in rows.texts[name]), np.uint64, len(rows.texts[name]))[values]
        else:
            words = values.astype(np.int64).view(np.uint64) if values.dtype == np.int32 else values.view(np.uint64)
        hashes = _mixed(hashes ^ words)
    return hashes


def row_count(source: pa.Buffer | BinaryIO, key: str) -> int:
    """How many rows a file holds, from its footer alone.

    Raises:
        IntegrityError: It is not a Parquet file.
    """
    return int(_open(source, key).metadata.num_rows)


def read_rows(source: pa.Buffer | BinaryIO, key: str) -> Iterator[LakeRows]:
    """The rows of a file, a row group at a time.

    Args:
        source: The file; of a stream only what is needed is read.
        key: Its key, for messages.

    Raises:
        IntegrityError: It is not a Parquet file with exactly the columns of the table.
    """
    file = _open(source, key)
    for number in range(file.num_row_groups):
        yield _row_group(file, number, _NAMES, key)


def read_rows_of(source: pa.Buffer | BinaryIO, key: str, digests: Collection[str]) -> Iterator[LakeRows]:
    """The rows of a file that uploads with these digests brought, a row group at a time.

    Where a row group has no such row, only its column of digests is read.

    Args:
        source: The file.
        key: Its key, for messages.
        digests: SHA-256 of the uploads.

    Raises:
        IntegrityError: It is not a Parquet file with exactly the columns of the table.
    """
    file = _open(source, key)
    for number in range(file.num_row_groups):
        found = _row_group(file, number, ("file_digest",), key)
        wanted = np.asarray([text in digests for text in found.texts["file_digest"]], np.bool_)
        rows = wanted[found.columns["file_digest"]]
        if rows.any():
            yield _row_group(file, number, _NAMES, key).take(rows)


def parquet_of(rows: LakeRows, order: _Positions) -> pa.Buffer:
    """A Parquet file of the lake with these rows in this order; the same rows give the same bytes."""
    sink = pa.BufferOutputStream()
    with lake_writer(sink, OBSERVATIONS) as writer:
        for first in range(0, len(order), ROW_GROUP_ROWS):
            writer.write_table(_table(rows, order[first : first + ROW_GROUP_ROWS]), row_group_size=ROW_GROUP_ROWS)
    return sink.getvalue()


def _open(source: pa.Buffer | BinaryIO, key: str) -> pq.ParquetFile:
    try:
        footer = pq.ParquetFile(source).metadata
        if tuple(footer.schema.names) != _NAMES:
            raise _damaged(key, f"its columns are {', '.join(footer.schema.names)}")
        file = pq.ParquetFile(source, metadata=footer, read_dictionary=sorted(_TEXTS), pre_buffer=True)
    except (pa.ArrowInvalid, OSError) as error:
        raise _damaged(key, str(error)) from error
    if not file.schema_arrow.equals(_SCHEMA):
        others = [f"{field.name} is {field.type}" for field in file.schema_arrow if field != _SCHEMA.field(field.name)]
        raise _damaged(key, f"of its columns {', '.join(others)}")
    return file


def _row_group(file: pq.ParquetFile, number: int, names: Sequence[str], key: str) -> LakeRows:
    try:
        table = file.read_row_group(number, columns=list(names)).unify_dictionaries().combine_chunks()
    except (pa.ArrowInvalid, OSError) as error:
        raise _damaged(key, str(error)) from error
    columns, texts = {}, {}
    for name in names:
        # Of no rows there is no chunk.
        (values,) = table.column(name).chunks or [pa.array([], _SCHEMA.field(name).type)]
        if name in _TEXTS:
            given = values.dictionary.to_pylist()
            texts[name] = sorted(set(given))
            numbers = {text: position for position, text in enumerate(texts[name])}
            columns[name] = _renumbered(given, numbers)[values.indices.to_numpy()]
        elif pa.types.is_timestamp(values.type):
            columns[name] = values.view(pa.int64()).to_numpy()
        else:
            columns[name] = values.to_numpy()
    return LakeRows(columns, texts)


def _damaged(key: str, reason: str) -> IntegrityError:
    # Hundreds of these must fit into a workflow's state.
    return IntegrityError(f"{key} is not a file of the lake's observations: {reason[:_REASON_LENGTH]}")


def _renumbered(texts: Sequence[str], numbers: dict[str, int]) -> npt.NDArray[np.int32]:
    """The new number of each old one."""
    return np.fromiter((numbers[text] for text in texts), np.int32, len(texts))


def _table(rows: LakeRows, positions: _Positions) -> pa.Table:
    arrays = []
    for field in _SCHEMA:
        values = rows.columns[field.name][positions]
        if field.name in _TEXTS:
            # The file's dictionary has the texts that occur and no others.
            used, codes = np.unique(values, return_inverse=True)
            texts = [rows.texts[field.name][number] for number in used.tolist()]
            arrays.append(
                pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(texts, pa.string()))
            )
        elif pa.types.is_timestamp(field.type):
            arrays.append(pa.array(values).view(field.type))
        else:
            arrays.append(pa.array(values))
    return pa.Table.from_arrays(arrays, schema=_SCHEMA)


@functools.lru_cache(maxsize=65_536)
def _hash_of(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def _mixed(words: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Each bit of a word spread over all: the finalizer of SplitMix64 (Steele, Lea and Flood 2014), after its step."""
    words = words + np.uint64(0x9E3779B97F4A7C15)
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))
