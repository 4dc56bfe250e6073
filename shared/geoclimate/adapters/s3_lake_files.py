"""The files of the lake, as compaction handles them, on S3.

Reading and deleting are conditional on the entity tag that was listed, so an object that somebody else wrote meanwhile
is never taken for the one that was looked at.
"""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from botocore.exceptions import ClientError
from urllib3.exceptions import HTTPError

from geoclimate.adapters.aws_errors import error_code, unavailable_when_down
from geoclimate.adapters.s3_claims import S3Claims
from geoclimate.contracts.lake import MEDIA_TYPE
from geoclimate.domain.errors import Unavailable
from geoclimate.services.lake_files import LakeFile
from geoclimate.services.ports import Clock

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import ObjectIdentifierTypeDef

READERS: Final = 8
"""Files that are read at once: most are small, and each waits for S3 for some tens of milliseconds."""
_DELETES_A_CALL: Final = 1_000
_CHANGED: Final = frozenset({"412", "PreconditionFailed", "404", "NoSuchKey"})


class S3LakeFiles:
    """The lake in one bucket; implements `LakeFiles`."""

    def __init__(self, client: S3Client, bucket: str, clock: Clock) -> None:
        self._client = client
        self._bucket = bucket
        self._claims = S3Claims(client, bucket, clock)

    def list_files(self, prefix: str) -> Iterator[LakeFile]:
        """Every object whose key begins so, by key.

        Raises:
            Unavailable: S3 does not answer.
        """
        with unavailable_when_down("S3"):
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix):
                for each in page.get("Contents", []):
                    yield LakeFile(each["Key"], each["Size"], each["ETag"], each["LastModified"])

    def read(self, files: Sequence[LakeFile]) -> Iterator[bytes | None]:
        """The bytes of each file, in their order; None for one that is gone or was overwritten since it was listed.

        All of them are in memory at once: the caller bounds their size.

        Raises:
            Unavailable: S3 does not answer.
        """
        with ThreadPoolExecutor(READERS) as pool:
            yield from pool.map(self._read, files)

    def open(self, file: LakeFile) -> BinaryIO:
        """The file as a stream that can be sought: each read is a request for these bytes.

        Raises:
            Unavailable: On reading, S3 does not answer, or the file was overwritten or deleted.
        """
        return cast("BinaryIO", _RangedObject(self._client, self._bucket, file))

    def write(self, key: str, body: bytes) -> None:
        """Write a file; S3 refuses bytes that were damaged on their way.

        Raises:
            Unavailable: S3 does not answer.
        """
        checksum = base64.b64encode(hashlib.sha256(body).digest()).decode()
        with unavailable_when_down("S3"):
            self._client.put_object(
                Bucket=self._bucket, Key=key, Body=body, ContentType=MEDIA_TYPE, ChecksumSHA256=checksum
            )

    def delete(self, files: Sequence[LakeFile]) -> None:
        """Delete files, except those that were overwritten since they were listed; one that is gone is no error.

        Raises:
            Unavailable: S3 does not answer, or refuses; some of the files may be gone.
        """
        for first in range(0, len(files), _DELETES_A_CALL):
            asked: list[ObjectIdentifierTypeDef] = [
                {"Key": file.key, "ETag": file.etag} for file in files[first : first + _DELETES_A_CALL]
            ]
            with unavailable_when_down("S3"):
                answer = self._client.delete_objects(Bucket=self._bucket, Delete={"Objects": asked, "Quiet": True})
            for error in answer.get("Errors", []):
                if error.get("Code") not in _CHANGED:
                    raise Unavailable(
                        f"S3 did not delete {error.get('Key')}: {error.get('Code')}: {error.get('Message')}"
                    )

    def claim(self, key: str) -> AbstractContextManager[None]:
        """Be the only one to hold an object of this key while the block runs.

        Raises:
            Conflict: On entering, somebody else holds it.
            Unavailable: S3 does not answer.
        """
        return self._claims.hold(key)

    def _read(self, file: LakeFile) -> bytes | None:
        with unavailable_when_down("S3"):
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=file.key, IfMatch=file.etag)
                return answer["Body"].read()
            except HTTPError as error:
                raise Unavailable(f"S3 broke off: {error}") from error
            except ClientError as error:
                if error_code(error) in _CHANGED:
                    return None
                raise


class _RangedObject(io.RawIOBase):
    """An object that is fetched piece by piece, as it is sought and read."""

    def __init__(self, client: S3Client, bucket: str, file: LakeFile) -> None:
        self._client = client
        self._bucket = bucket
        self._file = file
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._file.size}[whence]
        self._position = start + offset
        return self._position

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        end = min(self._position + len(view), self._file.size)
        if end <= self._position:
            return 0
        with unavailable_when_down("S3"):
            try:
                answer = self._client.get_object(
                    Bucket=self._bucket,
                    Key=self._file.key,
                    IfMatch=self._file.etag,
                    Range=f"bytes={self._position}-{end - 1}",
                )
                body = answer["Body"].read()
            except HTTPError as error:
                raise Unavailable(f"S3 broke off: {error}") from error
            except ClientError as error:
                if error_code(error) in _CHANGED:
                    raise Unavailable(f"{self._file.key} was changed while it was read; try again") from error
                raise
        view[: len(body)] = body
        self._position += len(body)
        return len(body)
