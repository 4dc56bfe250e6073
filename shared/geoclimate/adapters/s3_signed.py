"""What lets somebody without rights write one object of a bucket, or read one, for a short while."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import boto3
from botocore.config import Config

from geoclimate.contracts.results import export_key
from geoclimate.services.upload_ports import UploadForm

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

FORM_S: Final = 900
LINK_S: Final = 300


def signing_client() -> S3Client:
    """A client whose addresses name the region, and whose signature S3 takes for objects that KMS encrypts.

    Other addresses redirect, and a form is not sent twice; boto3 by itself signs addresses by version 2 in the regions
    that still know it, such as us-east-1, and KMS refuses that.
    """
    return boto3.client("s3", config=Config(signature_version="s3v4", s3={"addressing_style": "virtual"}))


class S3Signed:
    """Signs for one bucket with the function's own rights; implements `UploadForms` and `ResultLinks`."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def form(self, key: str, most_bytes: int, now: dt.datetime) -> UploadForm:
        """A form for one key, of at least one byte and a bounded number of them; good for a quarter of an hour."""
        signed = self._client.generate_presigned_post(
            Bucket=self._bucket,
            Key=key,
            Conditions=[["content-length-range", 1, most_bytes]],
            ExpiresIn=FORM_S,
        )
        return UploadForm(signed["url"], signed["fields"], now + dt.timedelta(seconds=FORM_S))

    def link(self, key: str) -> str:
        """An address that gives an object to whoever has it, for five minutes."""
        address: str = self._client.generate_presigned_url(
            "get_object", Params={"Bucket": self._bucket, "Key": key}, ExpiresIn=LINK_S
        )
        return address


class S3ExportLinks:
    """Addresses of the exports of accounts; implements `ExportLinks`."""

    def __init__(self, signed: S3Signed) -> None:
        self._signed = signed

    def link(self, account: str, receipt: str) -> str:
        """An address that gives the export to whoever has it, for five minutes."""
        return self._signed.link(export_key(account, receipt))
