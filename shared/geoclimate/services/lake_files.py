"""The files of the lake as compaction needs them: a port, beside those of `ports.py`."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True)
class LakeFile:
    """A file of the lake as it was listed.

    Attributes:
        key: Object key.
        size: Bytes.
        etag: Entity tag: another content under the same key has another one.
        modified: When it was written, UTC.
    """

    key: str
    size: int
    etag: str
    modified: dt.datetime


class LakeFiles(Protocol):
    """The files of the lake, as compaction handles them."""

    def list_files(self, prefix: str) -> Iterator[LakeFile]:
        """Every object whose key begins so, by key.

        Raises:
            Unavailable: The lake does not answer.
        """
        ...

    def read(self, files: Sequence[LakeFile]) -> Iterator[bytes | None]:
        """The bytes of each file, in their order; None for one that is gone or was overwritten since it was listed.

        Raises:
            Unavailable: The lake does not answer.
        """
        ...

    def open(self, file: LakeFile) -> BinaryIO:
        """The file as a stream that can be sought; only what is asked for is fetched.

        Raises:
            Unavailable: On reading, the lake does not answer, or the file was overwritten or deleted.
        """
        ...

    def write(self, key: str, body: bytes) -> None:
        """Write a file.

        Raises:
            Unavailable: The lake does not answer.
        """
        ...

    def delete(self, files: Sequence[LakeFile]) -> None:
        """Delete files, except those that were overwritten since they were listed.

        Raises:
            Unavailable: The lake does not answer; some of the files may be gone.
        """
        ...

    def claim(self, key: str) -> AbstractContextManager[None]:
        """Be the only one to hold an object of this key while the block runs.

        The object goes when the block ends well. It stays after an error, and is free to be claimed; after a kill it is
        free when whoever held it cannot be alive any more.

        Raises:
            Conflict: On entering, somebody else holds it.
            Unavailable: The lake does not answer.
        """
        ...
