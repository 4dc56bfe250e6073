"""A Parquet file of a provider as batches of rows, looked at before the first of them is given.

A file is looked at in three passes, so that one that is damaged or asks for too much is refused before a row of it is
stored, and so that memory is bounded by a batch of rows and not by the file: its footer, the headers of its pages, and
its content, unpacked and passed over. Only then are its rows given.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, Final, NoReturn

import pyarrow as pa
import pyarrow.parquet as pq

from geoclimate.columnar.parquet_pages import DamagedPageError, chunks, unpacked_sizes
from geoclimate.domain.errors import UnreadableFile

MAGIC: Final = b"PAR1"
"""First and last bytes of a Parquet file."""
ENCRYPTED_MAGIC: Final = b"PARE"
"""First and last bytes of one whose footer is encrypted."""
MOST_ROWS: Final = 20_000_000
MOST_UNPACKED_BYTES: Final = 2 * 2**30
"""Of all pages of the columns that are read, encoded as they are in the file: about 100 bytes a row."""
MOST_PAGE_BYTES: Final = 64 * 2**20
"""Of one page, unpacked; writers make pages of about one mebibyte."""
MOST_PAGES: Final = 200_000
MOST_FOOTER_BYTES: Final = 4 * 2**20
"""About 1,000 row groups of this schema."""
ROWS_AT_ONCE: Final = 16_384
_RULE: Final = "parquet"
_TOO_LARGE: Final = "too-large"
_FOOTER_END_BYTES: Final = 8
_BUFFER_BYTES: Final = 2**16
_LONGEST_REASON: Final = 200


def refuse_encrypted(content: BinaryIO) -> None:
    """Check that a file is no Parquet file that nobody but its writer can read; it is left at its beginning.

    Raises:
        UnreadableFile: `parquet`.
    """
    content.seek(0)
    begins = content.read(len(ENCRYPTED_MAGIC))
    # A file that is shorter than both is none; seen at its end, it has something else there.
    content.seek(max(len(ENCRYPTED_MAGIC), content.seek(0, 2) - len(ENCRYPTED_MAGIC)))
    ends = content.read()
    content.seek(0)
    if begins == ends == ENCRYPTED_MAGIC:
        raise UnreadableFile(_RULE, "the Parquet file is encrypted: write it without encryption and upload it")


@dataclass(frozen=True, slots=True, eq=False)
class ParquetRows:
    """The rows of a checked file.

    Attributes:
        columns: The columns that are read: by our name of each, the file's.
        batches: Some rows at a time, each batch with the 1-based number of its first row.
    """

    columns: Mapping[str, str]
    batches: Iterator[tuple[int, pa.RecordBatch]]


def parquet_schema(content: BinaryIO) -> pa.Schema:
    """The columns of a file, of which nothing but the footer is read.

    Raises:
        UnreadableFile: `parquet` or `too-large`.
    """
    with _damage_said():
        _footer(content)
        return _metadata(content).schema.to_arrow_schema()


def checked_rows(
    content: BinaryIO, choose: Callable[[pa.Schema], Mapping[str, str]], texts: frozenset[str]
) -> ParquetRows:
    """The rows of a file that was looked at to its end.

    Args:
        content: The file; it must be seekable, and stays open.
        choose: Gives the columns that are read: by our name of each, the file's; or refuses the file.
        texts: Our names of those that are best read as dictionaries.

    Raises:
        UnreadableFile: `parquet`, `too-large`, `no-rows`, or what `choose` raises.
    """
    with _damage_said():
        footer = _footer(content)
        metadata = _metadata(content)
        columns = choose(metadata.schema.to_arrow_schema())
        _check_rows(metadata.num_rows)
        # By the schema: what a chunk says of its own column is not what the reader goes by.
        leaves = [metadata.schema.column(place).path for place in range(metadata.num_columns)]
        _check_pages(content, footer, [place for place, leaf in enumerate(leaves) if leaf in columns.values()])
    rows = sum(batch.num_rows for batch in _batches(content, metadata, columns, texts))
    if rows != metadata.num_rows:
        _damaged(f"it has {rows:,} rows and says {metadata.num_rows:,}")
    return ParquetRows(columns, _numbered(_batches(content, metadata, columns, texts)))


def _numbered(batches: Iterator[pa.RecordBatch]) -> Iterator[tuple[int, pa.RecordBatch]]:
    first = 1
    for batch in batches:
        yield first, batch
        first += batch.num_rows


def _metadata(content: BinaryIO) -> pq.FileMetaData:
    content.seek(0)
    return pq.read_metadata(pa.PythonFile(content, mode="r"))


def _footer(content: BinaryIO) -> bytes:
    content.seek(0)
    begins = content.read(len(MAGIC))
    size = content.seek(0, 2)
    if begins != MAGIC or size < len(MAGIC) + _FOOTER_END_BYTES:
        _damaged("it does not begin as a Parquet file does")
    content.seek(size - _FOOTER_END_BYTES)
    length = int.from_bytes(content.read(4), "little")
    if content.read(len(MAGIC)) != MAGIC or length > size - _FOOTER_END_BYTES:
        _damaged("it ends too early, or is encrypted")
    if length > MOST_FOOTER_BYTES:
        message = f"its footer has more than {MOST_FOOTER_BYTES // 2**20} MiB: write larger row groups"
        raise UnreadableFile(_TOO_LARGE, message)
    content.seek(size - _FOOTER_END_BYTES - length)
    return content.read(length)


def _check_rows(rows: int) -> None:
    if not rows:
        raise UnreadableFile("no-rows", "the file has a schema and no rows: upload it again")
    if rows > MOST_ROWS:
        raise UnreadableFile(_TOO_LARGE, f"the file has more than {MOST_ROWS:,} rows: upload it in parts")


def _check_pages(content: BinaryIO, footer: bytes, places: list[int]) -> None:
    count = whole = 0
    for chunk in chunks(footer, places):
        for unpacked in unpacked_sizes(content, chunk):
            count += 1
            whole += unpacked
            if unpacked > MOST_PAGE_BYTES or whole > MOST_UNPACKED_BYTES or count > MOST_PAGES:
                message = (
                    f"the file unpacks to more than {MOST_UNPACKED_BYTES // 2**30} GiB, {MOST_PAGES:,} pages or"
                    f" {MOST_PAGE_BYTES // 2**20} MiB a page: upload it in parts, with pages of about a mebibyte"
                )
                raise UnreadableFile(_TOO_LARGE, message)


def _batches(
    content: BinaryIO, metadata: pq.FileMetaData, columns: Mapping[str, str], texts: frozenset[str]
) -> Iterator[pa.RecordBatch]:
    content.seek(0)
    with _damage_said():
        file = pq.ParquetFile(
            pa.PythonFile(content, mode="r"),
            metadata=metadata,
            read_dictionary=[columns[name] for name in columns if name in texts],
            pre_buffer=False,
            buffer_size=_BUFFER_BYTES,
        )
        for batch in file.iter_batches(ROWS_AT_ONCE, columns=list(columns.values()), use_threads=False):
            if batch.num_rows:
                batch.validate(full=True)
                yield batch


@contextmanager
def _damage_said() -> Iterator[None]:
    """Say what Arrow says of a damaged file as a refusal of the file."""
    try:
        yield
    except (DamagedPageError, pa.ArrowException, OSError, UnicodeDecodeError) as error:
        _damaged(str(error).partition("\n")[0].rstrip(".")[:_LONGEST_REASON])


def _damaged(why: str) -> NoReturn:
    raise UnreadableFile(_RULE, f"the Parquet file is damaged ({why}): write and upload it again") from None
