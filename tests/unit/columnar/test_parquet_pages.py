"""Sizes of a Parquet file's pages, read from its footer and the pages' headers."""

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.columnar.parquet_pages import Chunk, DamagedPageError, chunks, unpacked_sizes


def packed(rows: int, **options: object) -> bytes:
    out = io.BytesIO()
    content = pa.table({"number": list(range(rows)), "text": [f"t{n % 7}" for n in range(rows)]})
    pq.write_table(content, out, **options)
    return out.getvalue()


def footer_of(content: bytes) -> bytes:
    length = int.from_bytes(content[-8:-4], "little")
    return content[-8 - length : -8]


def varint(number: int) -> bytes:
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def data_page(unpacked: int, body: bytes, encoding: int = 0) -> bytes:
    """A data page whose header says what it likes."""
    numbers = b"\x15" + varint(2 * 0) + b"\x15" + varint(2 * unpacked) + b"\x15" + varint(2 * len(body))
    return numbers + b"\x2c\x15" + varint(2 * 1) + b"\x15" + varint(2 * encoding) + b"\x00\x00" + body


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"compression": "zstd", "data_page_size": 200, "write_batch_size": 50},
        {"data_page_version": "2.0", "row_group_size": 300},
        {"use_dictionary": False, "write_page_checksum": True, "row_group_size": 1},
    ],
)
def test_the_pages_of_all_columns_ask_for_what_the_footer_says(options: dict[str, object]) -> None:
    content = packed(1000, **options)
    metadata = pq.read_metadata(io.BytesIO(content))
    groups = [metadata.row_group(group) for group in range(metadata.num_row_groups)]
    columns = [group.column(place) for group in groups for place in (0, 1)]
    found = list(chunks(footer_of(content), [0, 1]))
    assert [chunk.length for chunk in found] == [column.total_compressed_size for column in columns]
    for chunk, column in zip(found, columns, strict=True):
        sizes = list(unpacked_sizes(io.BytesIO(content), chunk))
        headers = column.total_uncompressed_size - sum(sizes)
        # The footer's number has the headers in it, of 10 to 100 bytes each.
        assert 10 * len(sizes) <= headers <= 100 * len(sizes)


def test_only_the_columns_that_are_asked_for_are_looked_at() -> None:
    content = packed(10, row_group_size=5)
    assert len(list(chunks(footer_of(content), [1]))) == 2


def test_a_row_group_without_rows_has_no_pages() -> None:
    out = io.BytesIO()
    content = pa.table({"text": ["a", "b"]})
    with pq.ParquetWriter(out, content.schema) as writer:
        for part in (content.slice(0, 0), content.slice(0, 1), content.slice(0, 0), content.slice(1, 1)):
            writer.write_table(part)
    assert pq.read_metadata(out).num_row_groups == 4
    found = list(chunks(footer_of(out.getvalue()), [0]))
    assert [bool(list(unpacked_sizes(out, chunk))) for chunk in found] == [True, True]


def test_a_page_is_believed_what_it_asks_for_and_not_what_it_has() -> None:
    content = b"PAR1" + data_page(2**31 - 1, b"x" * 5) + data_page(7, b"")
    assert list(unpacked_sizes(io.BytesIO(content), Chunk(4, len(content) - 4))) == [2**31 - 1, 7]


def test_a_header_may_have_long_statistics() -> None:
    out = io.BytesIO()
    pq.write_table(pa.table({"text": ["y" * 3000]}), out, use_dictionary=False)
    [chunk] = chunks(footer_of(out.getvalue()), [0])
    [size] = unpacked_sizes(out, chunk)
    assert size > 3000


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x15\x00\x15\x01\x15\x00\x00", "has no size"),
        (data_page(5, b"", encoding=7), "has the encoding 7, which is not read"),
        (b"\x15\x02\x15\x00\x15\x00\x00", "is of no known kind"),
        (b"\x15\x00\x15\x00\x15\x00\x00", "a part that must be there is missing"),
        (b"\x15\x00\x00", "a size or a place in the file is missing"),
        (b"\x1b\x00\x00", "has a field of the unknown kind 11"),
        (b"\x15\x00\x05\x02\x00\x00", "has the field 1 twice"),
        (b"\x15" + b"\xff" * 20, "a number that is too long"),
        (b"\x1c" * 100, "has too many parts"),
        (b"\x18\xff\x01", "has no header that ends"),
        (data_page(5, b"abc")[:-1], "a page is longer than its column"),
    ],
)
def test_what_is_no_page_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(DamagedPageError, match=message):
        list(unpacked_sizes(io.BytesIO(content), Chunk(0, len(content))))


@pytest.mark.parametrize("chunk", [Chunk(-1, 5), Chunk(4, 0), Chunk(4, -5)])
def test_a_column_without_a_place_is_refused(chunk: Chunk) -> None:
    with pytest.raises(DamagedPageError, match="has no place"):
        list(unpacked_sizes(io.BytesIO(b"\0" * 10), chunk))


@pytest.mark.parametrize(
    ("footer", "message"),
    [
        (b"", "ends early"),
        (b"\0", "a list that must be there is missing"),
        (b"\x49\x1c\x19\x0c\x00\x00", "a row group lacks a column"),
        (b"\x49\xfc" + b"\xff\xff\xff\x7f", "ends early"),
        (b"\x49\xfc" + b"\xff\xff\xff\x7f" + b"\0" * 300_000, "has too many parts"),
    ],
)
def test_a_footer_that_does_not_say_where_columns_are_is_refused(footer: bytes, message: str) -> None:
    with pytest.raises(DamagedPageError, match=message):
        list(chunks(footer, [0]))


@given(st.binary(max_size=200))
def test_any_bytes_are_pages_or_refused(content: bytes) -> None:
    try:
        sizes = list(unpacked_sizes(io.BytesIO(content), Chunk(0, len(content))))
        places = list(chunks(content, [0]))
    except DamagedPageError:
        return
    assert all(size >= 0 for size in sizes)
    assert all(isinstance(chunk, Chunk) for chunk in places)
