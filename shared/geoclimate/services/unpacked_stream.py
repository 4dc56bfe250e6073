"""A gzip stream that cannot fill the memory or run for ever, whatever somebody packed into it."""

from __future__ import annotations

import gzip
import hashlib
import io
from typing import TYPE_CHECKING, BinaryIO, Final

from geoclimate.domain.errors import ModelRejected

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_CHUNK: Final = 64 * 1024
# A header that tells of more at once than this describes no file of ours.
_READ_LIMIT: Final = 1024 * 1024


class DigestedStream(io.RawIOBase):
    """A stream that is read once, with the SHA-256 of what was read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._state = hashlib.sha256()

    def readable(self) -> bool:
        """True: it is there to be read."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read the next bytes into a buffer; how many they were."""
        view = memoryview(buffer)
        chunk = self._stream.read(len(view))
        self._state.update(chunk)
        view[: len(chunk)] = chunk
        return len(chunk)

    def digest(self) -> str:
        """SHA-256 of the whole stream, hexadecimal; what was not read yet is read now."""
        while self.read(_CHUNK):
            pass
        return self._state.hexdigest()


class UnpackedStream(io.RawIOBase):
    """What a gzip stream unpacks to, readable forward only, as `tarfile` wants it."""

    def __init__(self, packed: DigestedStream, limit: int) -> None:
        self._gzip = gzip.GzipFile(fileobj=io.BufferedReader(packed, _CHUNK), mode="rb")
        self._limit = limit
        self._position = 0

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes.

        Raises:
            ModelRejected: It unpacks to more than the limit, or too much is asked for at once.
        """
        if not 0 <= size <= _READ_LIMIT:
            raise ModelRejected(f"model.tar.gz has a header of {size} bytes; at most {_READ_LIMIT} are read")
        chunk = self._gzip.read(size)
        self._position += len(chunk)
        if self._position > self._limit:
            raise ModelRejected(f"model.tar.gz unpacks to more than {self._limit} bytes")
        return chunk

    def seek(self, position: int, _whence: int = io.SEEK_SET, /) -> int:
        """Go forward to a position, counted from the beginning.

        Raises:
            ModelRejected: It lies behind, or the content ends before.
        """
        if position < self._position:
            raise ModelRejected("model.tar.gz has a header that points back")
        while self._position < position:
            if not self.read(min(_CHUNK, position - self._position)):
                raise ModelRejected("model.tar.gz cannot be read: it ends inside a file")
        return position

    def tell(self) -> int:
        """How many bytes were read."""
        return self._position

    def check_rest(self) -> None:
        """Read on to the end, where the checksum of the content stands.

        Raises:
            ModelRejected: It unpacks to more than the limit.
            OSError: The checksum is wrong.
            EOFError: It is cut off.
        """
        while self.read(_CHUNK):
            pass
