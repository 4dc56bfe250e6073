"""What a Parquet file's pages say of their sizes, looked at before anything of them is unpacked.

The footer says how large a column is when unpacked, but the reader allocates what each page's own header says. A page
of 64 kB can ask for two gigabytes, so the headers are read first, and a file that asks for too much is refused. An
encoding by which a page can give far more text than it has bytes is refused for the same reason.

The footer is read here too: pyarrow ends the whole process where it is asked for a column's place in some damaged ones.

Source: Apache Parquet, `parquet.thrift` (FileMetaData, PageHeader, Encoding).
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import BinaryIO, Final

from geoclimate.columnar.thrift_compact import DamagedThriftError, Fields, ThriftReader, Value

MOST_HEADER_BYTES: Final = 2**20
"""Of one page header; statistics hold the least and the greatest text of a page."""
MOST_FOOTER_STRUCTS: Final = 200_000
"""About 3,000 row groups of our schema."""
_MOST_HEADER_STRUCTS: Final = 64
_FIRST_READ: Final = 1024

_DATA_PAGE: Final = 0
_DICTIONARY_PAGE: Final = 2
_DATA_PAGE_V2: Final = 3
_ENCODING_FIELD: Final = MappingProxyType({_DATA_PAGE: (5, 2), _DICTIONARY_PAGE: (7, 2), _DATA_PAGE_V2: (8, 4)})
"""By type of page: number of the field with its own header, and there the number of the field with the encoding."""
# PLAIN, PLAIN_DICTIONARY, RLE, BIT_PACKED, DELTA_BINARY_PACKED, RLE_DICTIONARY, BYTE_STREAM_SPLIT. Left out is
# DELTA_BYTE_ARRAY (7), where each text may repeat the whole of the text before it, and DELTA_LENGTH_BYTE_ARRAY (6),
# which Arrow cannot read as a dictionary: texts are read so, that one which stands in every row is kept once.
_ENCODINGS: Final = frozenset({0, 2, 3, 4, 5, 8, 9})


class DamagedPageError(Exception):
    """A footer or page header that is none, or a page of an encoding that is not read."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Where the pages of a column lie, in one row group.

    Attributes:
        start: First byte in the file.
        length: Bytes.
    """

    start: int
    length: int


def chunks(footer: bytes, places: Collection[int]) -> Iterator[Chunk]:
    """Where the pages of some columns lie, in all row groups that have rows.

    Args:
        footer: The bytes of the file's footer, without its length and the magic bytes.
        places: Places of the columns among all, in the order of the schema.

    Raises:
        DamagedPageError: The footer does not say it.
    """
    try:
        metadata = ThriftReader(footer, MOST_FOOTER_STRUCTS).struct()
    except DamagedThriftError as error:
        raise DamagedPageError(f"its footer cannot be read: {error}") from None
    except IndexError:
        raise DamagedPageError("its footer ends early") from None
    for group in _structs(metadata.get(4)):
        columns = _structs(group.get(1))
        for place in places:
            if place >= len(columns):
                raise DamagedPageError("a row group lacks a column")
            if 8 in columns[place]:
                raise DamagedPageError("a column is encrypted, which cannot be read")
            column = _struct(columns[place].get(3))
            if column.get(5) == 0:
                # Of a row group without rows; Arrow reads none of its pages, and writers give it no place.
                continue
            start = _number(column.get(9))
            if 11 in column:
                # As Arrow goes by it: some writers put a nought where there is none.
                dictionary = _number(column.get(11))
                start = dictionary if 0 < dictionary < start else start
            yield Chunk(start, _number(column.get(7)))


def unpacked_sizes(content: BinaryIO, chunk: Chunk) -> Iterator[int]:
    """What each page of a column asks for, in bytes, one after another.

    Raises:
        DamagedPageError: There is no page header where one must be, or the page is not of a kind that is read.
    """
    start = chunk.start
    end = start + chunk.length
    if start < 0 or chunk.length <= 0:
        raise DamagedPageError("a column has no place in the file")
    while start < end:
        header, size = _header(content, start, end)
        packed, unpacked = _number(header.get(3)), _number(header.get(2))
        if packed < 0 or unpacked < 0:
            raise DamagedPageError(f"the page at byte {start} has no size")
        _check_encoding(header, start)
        start += size + packed
        if start > end:
            raise DamagedPageError("a page is longer than its column")
        yield unpacked


def _check_encoding(header: Fields, start: int) -> None:
    kind = header.get(1)
    if not isinstance(kind, int) or kind not in _ENCODING_FIELD:
        raise DamagedPageError(f"the page at byte {start} is of no known kind")
    outer, inner = _ENCODING_FIELD[kind]
    encoding = _number(_struct(header.get(outer)).get(inner))
    if encoding not in _ENCODINGS:
        message = f"the page at byte {start} has the encoding {encoding}, which is not read: write texts plain"
        raise DamagedPageError(message)


def _header(content: BinaryIO, start: int, end: int) -> tuple[Fields, int]:
    """The fields of the page header at a place, and its length."""
    wanted = _FIRST_READ
    while True:
        content.seek(start)
        buffer = content.read(min(wanted, end - start))
        reader = ThriftReader(buffer, _MOST_HEADER_STRUCTS)
        try:
            return reader.struct(), reader.place
        except DamagedThriftError as error:
            raise DamagedPageError(f"the page at byte {start} has no header that can be read: {error}") from None
        except IndexError:
            if len(buffer) < wanted or wanted >= MOST_HEADER_BYTES:
                raise DamagedPageError(f"the page at byte {start} has no header that ends") from None
            wanted *= 32


def _number(value: Value) -> int:
    if not isinstance(value, int):
        raise DamagedPageError("a size or a place in the file is missing")
    return value


def _struct(value: Value) -> Fields:
    if not isinstance(value, dict):
        raise DamagedPageError("a part that must be there is missing")
    return value


def _structs(value: Value) -> list[Fields]:
    if not isinstance(value, list):
        raise DamagedPageError("a list that must be there is missing")
    return value
