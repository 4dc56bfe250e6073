"""An upload's bytes on this machine: digested, and checked to the last byte before one row of it is stored."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, BinaryIO, Final, TextIO, cast

from geoclimate.domain.errors import UnreadableFile
from geoclimate.services import zip_member

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MOST_BYTES: Final = 128 * 2**20
"""Of an upload as it lies in the bucket; a quarter of a Lambda function's disk. A day of the archive has 10 kB."""
MOST_TEXT_BYTES: Final = 256 * 2**20
"""Of its text, unpacked: about 2.7 million rows, so that one file is stored within one run of the function."""
_KEPT_IN_MEMORY: Final = 8 * 2**20
_CHUNK: Final = 2**20
_GZIP_MAGIC: Final = b"\x1f\x8b"


class FileRule(StrEnum):
    """Rules whose breach makes a whole upload unreadable; the reader of a format adds its own."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    GZIP = "gzip"
    ENCODING = "encoding"
    NUL = "nul"
    LINES = "lines"


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
            if size > MOST_BYTES:
                raise UnreadableFile(
                    FileRule.TOO_LARGE, f"the file has more than {MOST_BYTES // 2**20} MiB: upload it in parts"
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
        UnreadableFile: `empty`, `gzip`, `zip`, `too-large`, `encoding`, `nul` or `lines`, with the line where one
            applies.
    """
    with _unpacked(upload.content) as content:
        _check(content)
    with _unpacked(upload.content) as content:
        yield cast("BinaryIO", content)


@contextmanager
def checked_text(upload: SpooledUpload) -> Iterator[TextIO]:
    """The text of an upload, plain, gzip or ZIP by its first bytes.

    It is read twice, so that a fault at its end is found before its first line is used.

    Raises:
        UnreadableFile: `empty`, `gzip`, `zip`, `too-large`, `encoding`, `nul` or `lines`, with the line where one
            applies.
    """
    with _unpacked(upload.content) as content:
        _check(content)
    with (
        _unpacked(upload.content) as content,
        io.TextIOWrapper(content, encoding="utf-8-sig") as text,
    ):
        yield text


def _unpacked(content: BinaryIO) -> gzip.GzipFile | zipfile.ZipExtFile | io.BufferedReader:
    content.seek(0)
    magic = content.read(4)
    content.seek(0)
    if magic.startswith(_GZIP_MAGIC):
        return gzip.GzipFile(fileobj=content, mode="rb")
    if magic in zip_member.MAGICS:
        return zip_member.open_member(content)
    # A view of its own on the plain bytes, so that closing it leaves the spool open for the next pass.
    return io.BufferedReader(_View(content))


class _View(io.RawIOBase):
    """Reads another stream and never closes it."""

    def __init__(self, content: BinaryIO) -> None:
        self._content = content

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        chunk = self._content.read(len(view))
        view[: len(chunk)] = chunk
        return len(chunk)


def _check(content: io.BufferedIOBase) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    size = 0
    line = 1
    while chunk := _read(content, line):
        size += len(chunk)
        if size > MOST_TEXT_BYTES:
            raise UnreadableFile(
                FileRule.TOO_LARGE, f"the text has more than {MOST_TEXT_BYTES // 2**20} MiB: upload it in parts", line
            )
        _decode(decoder, chunk, line)
        if (place := chunk.find(b"\0")) >= 0:
            at = line + chunk.count(b"\n", 0, place)
            raise UnreadableFile(FileRule.NUL, "the text holds a NUL byte: save it as UTF-8 text and upload it", at)
        breaks = chunk.count(b"\n")
        if len(chunk) == _CHUNK and not breaks and b"\r" not in chunk:
            raise UnreadableFile(FileRule.LINES, "a line is longer than a mebibyte: the line breaks are missing", line)
        line += breaks
    if not size:
        raise UnreadableFile(FileRule.EMPTY, "the file has no content: upload it again")
    _decode(decoder, b"", line, final=True)


def _read(content: io.BufferedIOBase, line: int) -> bytes:
    try:
        return content.read(_CHUNK)
    except (EOFError, zipfile.BadZipFile, zlib.error, gzip.BadGzipFile) as error:
        if isinstance(content, zipfile.ZipExtFile):
            raise zip_member.damaged(error) from None
        if isinstance(error, EOFError):
            raise UnreadableFile(FileRule.GZIP, "the gzip file ends too early: upload it whole", line) from None
        message = "the gzip file is damaged, or something else was put behind it: pack and upload it again"
        raise UnreadableFile(FileRule.GZIP, message) from None


def _decode(decoder: codecs.IncrementalDecoder, chunk: bytes, line: int, *, final: bool = False) -> None:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError as error:
        at = line + error.object.count(b"\n", 0, error.start)
        message = "the text is not UTF-8: save it as UTF-8 and upload it again"
        raise UnreadableFile(FileRule.ENCODING, message, at) from None
