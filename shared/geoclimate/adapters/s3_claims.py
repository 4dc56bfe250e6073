"""Objects of which there is one holder at a time, on S3's conditional writes."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from geoclimate.adapters.aws_errors import error_code, unavailable_when_down
from geoclimate.domain.errors import Conflict
from geoclimate.services.ports import Clock

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

HOLDERS_LIFE: Final = dt.timedelta(minutes=16)
"""Lambda ends every call after 15 minutes, so whoever has held a claim for longer is dead."""

_BROKEN_OFF: Final = b"broken off"
# 409: somebody wrote at the same moment. 404: what should be replaced has gone.
_LOST: Final = frozenset({"409", "ConditionalRequestConflict", "412", "PreconditionFailed", "404", "NoSuchKey"})


class S3Claims:
    """Claims in one bucket.

    A claim is an object with a content of its own for each holder. It is made where there is none, or put in the place
    of one whose holder is dead or said that it broke off; S3 does either for one caller only.
    """

    def __init__(self, client: S3Client, bucket: str, clock: Clock) -> None:
        self._client = client
        self._bucket = bucket
        self._clock = clock

    @contextmanager
    def hold(self, key: str) -> Iterator[None]:
        """Hold the claim while the block runs; after an error it stays, as broken off.

        Raises:
            Conflict: On entering, somebody else holds it.
            Unavailable: S3 does not answer.
        """
        etag = self._make(key)
        try:
            yield
        except BaseException:
            self._put(key, _BROKEN_OFF, etag)
            raise
        with unavailable_when_down("S3"):
            self._client.delete_objects(
                Bucket=self._bucket, Delete={"Objects": [{"Key": key, "ETag": etag}], "Quiet": True}
            )

    def _make(self, key: str) -> str:
        body = uuid.uuid4().bytes
        etag = self._put(key, body, None)
        if etag is None:
            free = self._free(key)
            etag = None if free is None else self._put(key, body, free)
        if etag is None:
            raise Conflict(f"somebody else works on {key}; it is free again when that ends, or after 16 minutes")
        return etag

    def _free(self, key: str) -> str | None:
        """The entity tag of a claim that nobody holds any more, or None."""
        try:
            with unavailable_when_down("S3"):
                found = self._client.get_object(Bucket=self._bucket, Key=key)
                broken_off = found["Body"].read() == _BROKEN_OFF
        except ClientError as error:
            if error_code(error) in _LOST:
                return None
            raise
        return found["ETag"] if broken_off or self._clock() - found["LastModified"] > HOLDERS_LIFE else None

    def _put(self, key: str, body: bytes, instead_of: str | None) -> str | None:
        """Write the object where there is none, or in the place of one with this entity tag; None where it lost."""
        try:
            with unavailable_when_down("S3"):
                if instead_of is None:
                    answer = self._client.put_object(Bucket=self._bucket, Key=key, Body=body, IfNoneMatch="*")
                else:
                    answer = self._client.put_object(Bucket=self._bucket, Key=key, Body=body, IfMatch=instead_of)
        except ClientError as error:
            if error_code(error) in _LOST:
                return None
            raise
        return answer["ETag"]
