"""The body of an answer of S3 as a stream like any other."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO, Final

from urllib3.exceptions import HTTPError

from geoclimate.adapters.aws_errors import unavailable_when_down
from geoclimate.domain.errors import Unavailable

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from botocore.response import StreamingBody

_BUFFER: Final = 2**20


def stream_of(body: StreamingBody) -> BinaryIO:
    """A buffered stream of an answer's body; reading it raises `Unavailable` where the connection breaks."""
    return io.BufferedReader(_Body(body), _BUFFER)


class _Body(io.RawIOBase):
    """An answer's body as a raw stream, which says `Unavailable` where its connection breaks."""

    def __init__(self, body: StreamingBody) -> None:
        self._body = body

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        with unavailable_when_down("S3"):
            try:
                chunk = self._body.read(len(view))
            except HTTPError as error:
                raise Unavailable(f"S3 broke off: {error}") from error
        view[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        self._body.close()
        super().close()
