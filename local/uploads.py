"""Drops files in the uploads bucket as a provider does, and follows their reports."""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from geoclimate.adapters.dynamodb_files import DynamoFileLedger
from geoclimate.contracts.report import REPORT_SUFFIX
from geoclimate.services.ports import FileLedger
from local.place import Place

_POLL_S: Final = 0.5


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


def list_keys(s3: Any, bucket: str) -> Iterator[str]:
    """Every key in a bucket."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for item in page.get("Contents", []):
            yield item["Key"]
