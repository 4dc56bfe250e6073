"""The files that were made for an account, in the results bucket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from geoclimate.adapters.aws_errors import unavailable_when_down
from geoclimate.adapters.s3_listing import S3Listing
from geoclimate.contracts.results import account_prefix, export_key
from geoclimate.domain.errors import Unavailable
from geoclimate.services.privacy_ports import AccountFile

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_DELETE_BATCH: Final = 1_000
"""What one DeleteObjects takes."""


class S3AccountFiles:
    """The results bucket; implements `AccountFiles`."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def listed(self, account: str) -> Iterator[AccountFile]:
        """Every file.

        Raises:
            Unavailable: S3 does not answer.
        """
        prefix = account_prefix(account)
        for found in S3Listing(self._client, self._bucket).under(prefix):
            yield AccountFile(found.key.removeprefix(prefix), found.size)

    def write_export(self, account: str, receipt: str, body: bytes) -> None:
        """Keep an export.

        Raises:
            Unavailable: S3 does not answer.
        """
        with unavailable_when_down("S3"):
            self._client.put_object(
                Bucket=self._bucket,
                Key=export_key(account, receipt),
                Body=body,
                ContentType="application/json",
                ContentDisposition='attachment; filename="geoclimate-account.json"',
            )

    def delete_everything(self, account: str) -> int:
        """Delete every file; gives how many there were.

        Raises:
            Unavailable: S3 does not answer, or refuses to delete some.
        """
        keys = [found.key for found in S3Listing(self._client, self._bucket).under(account_prefix(account))]
        for first in range(0, len(keys), _DELETE_BATCH):
            batch = keys[first : first + _DELETE_BATCH]
            with unavailable_when_down("S3"):
                answer = self._client.delete_objects(
                    Bucket=self._bucket, Delete={"Objects": [{"Key": key} for key in batch], "Quiet": True}
                )
            if answer.get("Errors"):
                raise Unavailable(f"S3 refuses to delete {len(answer['Errors'])} of {len(batch)} files")
        return len(keys)
