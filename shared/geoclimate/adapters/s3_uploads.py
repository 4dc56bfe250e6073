"""The bucket in which providers drop files, and where the reports lie beside them, on S3."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Final

from botocore.exceptions import ClientError

from geoclimate.adapters.aws_errors import error_code, unavailable_when_down
from geoclimate.adapters.s3_body import stream_of
from geoclimate.domain.errors import NotFound
from geoclimate.domain.mapping_fields import MOST_BYTES as MOST_MAPPING_BYTES

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_MISSING: Final = frozenset({"404", "NoSuchKey", "NoSuchVersion", "NotFound", "MethodNotAllowed"})
"""MethodNotAllowed is S3's answer where the version that was named is a delete marker."""


class S3Uploads:
    """The bucket of uploads; implements `UploadBucket`."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def open(self, key: str, version: str | None) -> BinaryIO:
        """The object's bytes as a stream; reading it raises `Unavailable` where the connection breaks.

        Raises:
            NotFound: There is no such object or version.
            Unavailable: S3 does not answer.
        """
        with _not_found(key), unavailable_when_down("S3"):
            if version is None:
                answer = self._client.get_object(Bucket=self._bucket, Key=key)
            else:
                answer = self._client.get_object(Bucket=self._bucket, Key=key, VersionId=version)
        return stream_of(answer["Body"])

    def write_beside(self, key: str, suffix: str, body: BinaryIO, content_type: str) -> None:
        """Write `<key><suffix>`, from the beginning of `body`.

        Raises:
            Unavailable: S3 does not answer.
        """
        body.seek(0)
        with unavailable_when_down("S3"):
            self._client.put_object(Bucket=self._bucket, Key=key + suffix, Body=body, ContentType=content_type)

    def read_beside(self, key: str, suffix: str) -> bytes | None:
        """The bytes of `<key><suffix>`, or None.

        Raises:
            Unavailable: S3 does not answer.
        """
        try:
            with self.open(key + suffix, None) as stream:
                return stream.read()
        except NotFound:
            return None

    def read_mapping(self, key: str) -> bytes | None:
        """The bytes of a mapping by its whole key, or None; of one that is too large, one byte more than it may have.

        Raises:
            Unavailable: S3 does not answer.
        """
        try:
            with self.open(key, None) as stream:
                return stream.read(MOST_MAPPING_BYTES + 1)
        except NotFound:
            return None


@contextmanager
def _not_found(key: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error_code(error) in _MISSING:
            raise NotFound(f"the object '{key}' does not exist") from error
        raise
