"""What lies in the bucket of uploads, on S3."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from geoclimate.adapters.aws_errors import error_code, unavailable_when_down
from geoclimate.services.ports import StoredUpload

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_MISSING = {"404", "NoSuchKey", "NotFound"}


class S3Listing:
    """Tells what lies in one bucket; implements `UploadListing`."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def under(self, prefix: str) -> Iterator[StoredUpload]:
        """Every object whose key begins with a prefix, ordered by key, without its version.

        Raises:
            Unavailable: S3 does not answer.
        """
        with unavailable_when_down("S3"):
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix):
                for item in page.get("Contents", []):
                    yield StoredUpload(item["Key"], item["Size"], item["LastModified"].astimezone(dt.UTC))

    def find(self, key: str) -> StoredUpload | None:
        """The newest version of an object, or None where there is none.

        Raises:
            Unavailable: S3 does not answer.
        """
        try:
            with unavailable_when_down("S3"):
                answer = self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error_code(error) in _MISSING:
                return None
            raise
        uploaded_at = answer["LastModified"].astimezone(dt.UTC)
        return StoredUpload(key, answer["ContentLength"], uploaded_at, answer.get("VersionId"))
