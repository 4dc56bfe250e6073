"""An upload's bytes on this machine: digested, and checked to the last byte before one row of it is stored."""

import codecs
import gzip
import hashlib
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO, Final, cast

import numpy as np

from geoclimate.columnar.parquet_batches import MAGIC as PARQUET_MAGIC
from geoclimate.contracts.report import MOST_UPLOAD_BYTES
from geoclimate.domain.errors import UnreadableFile
from geoclimate.services import zip_member

MOST_TEXT_BYTES: Final = 2**31
"""Of an upload's text, unpacked: it is read as a stream, so this bounds the time and not the disk. About 8 million
hourly rows of EPA, or 20 million of the archive."""
MOST_LINES: Final = 40_000_000
"""Of its text: twice as many as rows fit into it. Lines with next to nothing in them take longest for their bytes."""
_KEPT_IN_MEMORY: Final = 8 * 2**20
_CHUNK: Final = 2**20
_GZIP_MAGIC: Final = b"\x1f\x8b"
_UTF_16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


class FileRule(StrEnum):
    """Rules whose breach makes a whole upload unreadable; the reader of a format adds its own."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    GZIP = "gzip"
    ENCODING = "encoding"
    HEADER = "header"
    NUL = "nul"


@dataclass(frozen=True, slots=True)
class SpooledUpload:
    """An upload's bytes.

    Attributes:
        content: The bytes, at their beginning.
        digest: SHA-256 of all of them, hexadecimal.
        size: Their number.
    """

    content: BinaryIO
    digest: str
    size: int


@contextmanager
def spool_upload(stream: BinaryIO) -> Iterator[SpooledUpload]:
    """Copy a stream to this machine, to memory where it is small and to a temporary file where it is not.

    Raises:
        UnreadableFile: `too-large`.
    """
    with tempfile.SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY) as spool:
        digest = hashlib.sha256()
        size = 0
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > MOST_UPLOAD_BYTES:
                raise UnreadableFile(
                    FileRule.TOO_LARGE, f"the file has more than {MOST_UPLOAD_BYTES // 2**20} MiB: upload it in parts"
                )
            digest.update(chunk)
            spool.write(chunk)
        spool.seek(0)
        yield SpooledUpload(cast("BinaryIO", spool), digest.hexdigest(), size)


@contextmanager
def checked_content(upload: SpooledUpload) -> Iterator[BinaryIO]:
    """The text of an upload as UTF-8 bytes, plain, gzip or ZIP by its first bytes; a byte order mark is left in.

    It is read twice, so that a fault at its end is found before its first line is used.

    Raises:
        UnreadableFile: `empty`, `gzip`, `zip`, `too-large`, `encoding` or `nul`, with the line where one
            applies.
    """
    try:
        with _unpacked(upload.content) as content:
            _check(content)
    except _BadPlace as bad:
        raise UnreadableFile(bad.rule, bad.message, _line_at(upload.content, bad.place)) from None
    with _unpacked(upload.content) as content:
        yield content


def _unpacked(content: BinaryIO) -> AbstractContextManager[BinaryIO]:
    content.seek(0)
    magic = content.read(4)
    content.seek(0)
    if magic.startswith(_GZIP_MAGIC):
        return cast("AbstractContextManager[BinaryIO]", gzip.GzipFile(fileobj=content, mode="rb"))
    if magic in zip_member.MAGICS:
        return cast("AbstractContextManager[BinaryIO]", zip_member.open_member(content))
    # Not to be closed: the next pass reads it again.
    return nullcontext(content)


class _BadPlace(Exception):  # noqa: N818 - it never leaves this module
    """A rule is broken at a byte of the text; which line that is, is only counted where somebody must be told."""

    def __init__(self, rule: FileRule, message: str, place: int) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.place = place


def _line_at(packed: BinaryIO, place: int) -> int:
    line = 1
    last = b""
    with _unpacked(packed) as content:
        while place > 0 and (chunk := content.read(min(place, _CHUNK))):
            line += _line_ends(chunk) - (last == b"\r" and chunk.startswith(b"\n"))
            last = chunk[-1:]
            place -= len(chunk)
    return line


def _line_ends(chunk: bytes) -> int:
    """How many lines end in it: with a line feed, a carriage return or both, as editors show them."""
    # Three times as quick as `chunk.count` where a line feed comes every few hundred bytes.
    ends = int(np.count_nonzero(np.frombuffer(chunk, np.uint8) == ord("\n")))
    return ends if b"\r" not in chunk else ends + chunk.count(b"\r") - chunk.count(b"\r\n")


def _check(content: BinaryIO) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_amid_character = False
    size = lines = 0
    while chunk := _read(content, size):
        if not size:
            _refuse_other_beginnings(chunk)
            if len(chunk) == _CHUNK and b"\n" not in chunk and b"\r" not in chunk:
                message = (
                    "the first line is longer than a mebibyte, so it is no header: give each row a line of its own"
                )
                raise UnreadableFile(FileRule.HEADER, message, 1)
        if size + len(chunk) > MOST_TEXT_BYTES:
            message = f"the text has more than {MOST_TEXT_BYTES // 2**20} MiB: upload it in parts"
            raise _BadPlace(FileRule.TOO_LARGE, message, size)
        # Most text is ASCII, of which nothing needs to be decoded.
        if is_amid_character or not chunk.isascii():
            _decode(decoder, chunk, size)
            is_amid_character = bool(decoder.getstate()[0])
        if (nul := chunk.find(b"\0")) >= 0:
            message = "the text holds a NUL byte: save it as UTF-8 text and upload it"
            raise _BadPlace(FileRule.NUL, message, size + nul)
        lines += _line_ends(chunk)
        if lines > MOST_LINES:
            message = f"the text has more than {MOST_LINES:,} lines: upload it in parts"
            raise _BadPlace(FileRule.TOO_LARGE, message, size)
        size += len(chunk)
    if not size:
        raise UnreadableFile(FileRule.EMPTY, "the file has no content: upload it again")
    _decode(decoder, b"", size, final=True)


def _refuse_other_beginnings(beginning: bytes) -> None:
    message = None
    if beginning.startswith(_UTF_16_MARKS):
        message = "the text is UTF-16: save it as UTF-8, which spreadsheets call 'CSV UTF-8', and upload it again"
    elif beginning.startswith((_GZIP_MAGIC, *zip_member.MAGICS)):
        message = "the file is packed twice: unpack it once and upload it again"
    elif beginning.startswith(PARQUET_MAGIC):
        message = "the file is packed Parquet, which is packed in itself: unpack it and upload it as it is"
    if message is not None:
        raise UnreadableFile(FileRule.ENCODING, message, 1)


def _read(content: BinaryIO, place: int) -> bytes:
    try:
        return content.read(_CHUNK)
    except (EOFError, zipfile.BadZipFile, zlib.error, gzip.BadGzipFile) as error:
        if isinstance(content, zipfile.ZipExtFile):
            raise zip_member.damaged(error) from None
        if isinstance(error, EOFError):
            raise _BadPlace(FileRule.GZIP, "the gzip file ends too early: upload it whole", place) from None
        message = "the gzip file is damaged, or something else was put behind it: pack and upload it again"
        raise UnreadableFile(FileRule.GZIP, message) from None


def _decode(decoder: codecs.IncrementalDecoder, chunk: bytes, place: int, *, final: bool = False) -> None:
    held = len(decoder.getstate()[0])
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError as error:
        message = "the content is no text in UTF-8: upload CSV saved as UTF-8, plain, gzip or ZIP, or Parquet"
        raise _BadPlace(FileRule.ENCODING, message, place - held + error.start) from None
