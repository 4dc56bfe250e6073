"""The object store on one S3 bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from botocore.exceptions import ClientError

from geoclimate.adapters.aws_errors import error_code, unavailable_when_down
from geoclimate.adapters.s3_body import stream_of
from geoclimate.domain.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_MISSING = {"404", "NoSuchKey", "NotFound"}


class S3Objects:
    """Objects of one bucket; implements `ObjectStore`."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, key: str, body: bytes, content_type: str) -> str:
        """Write an object and give its `s3://` address."""
        with unavailable_when_down("S3"):
            self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=content_type)
        return self.uri(key)

    def get(self, key: str, limit: int) -> bytes:
        """Read an object of at most `limit` bytes.

        Raises:
            NotFound: There is no such object.
            InvalidInput: It is larger than the limit.
            Unavailable: S3 does not answer.
        """
        with self.open(key, limit) as stream:
            return stream.read()

    def open(self, key: str, limit: int) -> BinaryIO:
        """An object of at most `limit` bytes as a stream; reading it raises `Unavailable` where the connection breaks.

        Raises:
            NotFound: There is no such object.
            InvalidInput: It is larger than the limit.
            Unavailable: S3 does not answer.
        """
        try:
            with unavailable_when_down("S3"):
                answer = self._client.get_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error_code(error) in _MISSING:
                raise NotFound(f"{self.uri(key)} does not exist") from error
            raise
        if answer["ContentLength"] > limit:
            answer["Body"].close()
            raise InvalidInput(f"{self.uri(key)} has {answer['ContentLength']} bytes; at most {limit} are read")
        return stream_of(answer["Body"])

    def uri(self, key: str) -> str:
        """The `s3://` address of a key or prefix."""
        return f"s3://{self._bucket}/{key}"

    def key_of(self, uri: str) -> str:
        """The key of an `s3://` address in this bucket.

        Raises:
            InvalidInput: The address is not one of this bucket's.
        """
        root = self.uri("")
        if not uri.startswith(root) or uri == root:
            raise InvalidInput(f"{uri} is not an object of the bucket {self._bucket}")
        return uri.removeprefix(root)
