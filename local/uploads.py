"""Drops files in the uploads bucket as a provider does, and follows their reports."""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from geoclimate.adapters.dynamodb_files import DynamoFileLedger
from geoclimate.contracts.report import REPORT_SUFFIX
from geoclimate.services.ports import FileLedger
from local.place import Place

_POLL_S: Final = 0.5
_AT_ONCE: Final = 8
_DIGEST: Final = "sha256"
"""Name of the metadata by which a file is known again: an encrypted object's ETag is not its MD5."""


class UploadError(Exception):
    """A file was refused, or no report came in time."""


def drop_files(
    place: Place, outputs: Mapping[str, str], folder: Path, shown: Callable[[int, int], None], timeout_s: float = 300
) -> list[dict[str, Any]]:
    """Upload every `.gz` file below a folder that was not taken in yet, and wait for the report of each.

    Args:
        place: The local cloud.
        outputs: Outputs of the deployed stack.
        folder: Keys are the paths relative to it.
        shown: Called with how many reports are there, and how many will be.
        timeout_s: How long to wait with no new report before giving up.

    Returns:
        The reports of the files that were new.

    Raises:
        UploadError: No new report came for `timeout_s`.
    """
    s3 = place.session().client("s3", endpoint_url=place.url, config=place.config())
    dynamodb = place.session().client("dynamodb", endpoint_url=place.url, config=place.config())
    bucket = outputs["UploadsBucketName"]
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*.gz")) if path.is_file()}
    new = not_taken(DynamoFileLedger(dynamodb, outputs["FilesTableName"]), files)
    for key in new:
        # A report of an earlier time would be taken for this one's.
        s3.delete_object(Bucket=bucket, Key=key + REPORT_SUFFIX)
        s3.put_object(Bucket=bucket, Key=key, Body=files[key].read_bytes())
    wait_for_reports(s3, bucket, new, shown, timeout_s)
    return [read_report(s3, bucket, key) for key in new]


def upload_new(s3: Any, bucket: str, files: Mapping[str, Path], prefix: str, shown: Callable[[int, int], None]) -> None:
    """Upload the files that do not lie in the bucket with the same content; several at once.

    Args:
        s3: Client of S3.
        bucket: The bucket.
        files: Path by key.
        prefix: What every key begins with.
        shown: Called with how many files lie there, and how many of them were uploaded.
    """
    there = set(list_keys(s3, bucket, prefix))

    def upload(key: str) -> bool:
        path = files[key]
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if key in there and s3.head_object(Bucket=bucket, Key=key)["Metadata"].get(_DIGEST) == digest:
            return False
        s3.upload_file(str(path), bucket, key, ExtraArgs={"Metadata": {_DIGEST: digest}})
        return True

    uploaded = 0
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for done, new in enumerate(pool.map(upload, files), start=1):
            uploaded += new
            shown(done, uploaded)


def not_taken(ledger: FileLedger, files: Mapping[str, Path]) -> list[str]:
    """The keys of the files whose content is not in the ledger.

    The bucket cannot tell: its objects outlive a cloud that was killed, whose last rows and messages are lost.
    """
    return [key for key, path in files.items() if ledger.find(hashlib.sha256(path.read_bytes()).hexdigest()) is None]


def wait_for_reports(
    s3: Any, bucket: str, keys: Iterable[str], shown: Callable[[int, int], None], timeout_s: float
) -> None:
    """Wait until each key has its report beside it.

    Raises:
        UploadError: No new report came for `timeout_s`.
    """
    wanted = {key + REPORT_SUFFIX for key in keys}
    missing, last_change = set(wanted), time.monotonic()
    while missing:
        still = missing - set(list_keys(s3, bucket))
        if len(still) < len(missing):
            last_change = time.monotonic()
        missing = still
        shown(len(wanted) - len(missing), len(wanted))
        if time.monotonic() - last_change > timeout_s:
            raise UploadError(f"no report for {timeout_s:.0f} s; still missing: {', '.join(sorted(missing)[:3])}")
        if missing:
            time.sleep(_POLL_S)


def read_report(s3: Any, bucket: str, key: str) -> dict[str, Any]:
    """The report beside an upload."""
    body = s3.get_object(Bucket=bucket, Key=key + REPORT_SUFFIX)["Body"].read()
    report: dict[str, Any] = json.loads(body)
    return report


def list_keys(s3: Any, bucket: str, prefix: str = "") -> Iterator[str]:
    """Every key in a bucket that begins with a prefix."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for item in page.get("Contents", []):
            yield item["Key"]
