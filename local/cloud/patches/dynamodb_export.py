"""DynamoDB's export to S3 writes the table."""

import base64
import datetime as dt
import gzip
import hashlib
import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from ministack.core.responses import error_response_json, json_response
from ministack.services import dynamodb, s3

from local.sagemaker_standin.patching import private, replace

Answer = tuple[int, dict[str, str], bytes]
Call = Callable[[dict[str, Any]], Answer]

# A new table on demand has four partitions, and each makes a file, even an empty one.
_PARTITIONS: Final = 4
_WRITTEN_FORMS: Final = {(form, kind) for form in (None, "DYNAMODB_JSON") for kind in (None, "FULL_EXPORT")}
# What DescribeExport shows of a finished export only.
_OF_THE_END: Final = ("ItemCount", "BilledSizeBytes", "ExportManifest")


def export_tables_to_s3() -> None:
    """An export ends well, but nothing is written to the bucket, and the table needs no point-in-time recovery.

    With it the export has AWS's layout: data files, the list of them with counts and MD5, and the summary. It shows the
    table as it is when the export is asked for, since MiniStack keeps no history; a time to come is refused.
    """
    replace(dynamodb, "_export_table_to_point_in_time", _written)
    replace(dynamodb, "_describe_export", _described)


def _written(export: Call) -> Call:
    def export_and_write(request: dict[str, Any]) -> Answer:
        if (request.get("ExportFormat"), request.get("ExportType")) not in _WRITTEN_FORMS:
            return _refused("ValidationException", "The local cloud writes full exports in DYNAMODB_JSON only")
        table = str(request.get("TableArn", "")).rsplit("/", 1)[-1]
        moment = _moment(request.get("ExportTime"))
        if table in private(dynamodb, "_tables"):
            if not private(dynamodb, "_pitr_settings").get(table):
                return _refused(
                    "PointInTimeRecoveryUnavailableException",
                    f"Point in time recovery is not enabled for table '{table}'",
                )
            if moment > time.time():
                return _refused("InvalidExportTimeException", "Export time cannot be in the future")
        known = set(private(dynamodb, "_exports"))
        answer = export(request)
        if answer[0] >= 400:
            return answer
        arn = json.loads(answer[2])["ExportDescription"]["ExportArn"]
        description = private(dynamodb, "_exports")[arn]
        if arn not in known:
            description["ExportTime"] = moment
            _write(description, private(dynamodb, "_tables")[table])
        return _shown(description)

    return export_and_write


def _described(describe: Call) -> Call:
    def describe_what_was_written(request: dict[str, Any]) -> Answer:
        description = private(dynamodb, "_exports").get(request.get("ExportArn"))
        written = {name: description[name] for name in _OF_THE_END if name in description} if description else {}
        answer = describe(request)
        if description is None or answer[0] >= 400:
            return answer
        description.update(written)
        return _shown(description)

    return describe_what_was_written


def _shown(description: Mapping[str, Any]) -> Answer:
    ended = description["ExportStatus"] == "COMPLETED"
    shown = {name: value for name, value in description.items() if ended or name not in _OF_THE_END}
    answer: Answer = json_response({"ExportDescription": shown})
    return answer


def _write(description: dict[str, Any], table: Mapping[str, Any]) -> None:
    """Write the objects of an export, and complete its description."""
    export_id = description["ExportArn"].rsplit("/", 1)[-1]
    folder = "/".join(filter(None, (description.get("S3Prefix"), "AWSDynamoDB", export_id)))
    partitions = list(_partitions(table))
    lines = []
    for items in partitions:
        key = f"{folder}/data/{uuid.uuid4().hex}.json.gz"
        text = "".join(json.dumps({"Item": item}, ensure_ascii=False) + "\n" for item in items)
        body = gzip.compress(text.encode())
        if not _put(description, key, body):
            return
        etag = hashlib.md5(body, usedforsecurity=False)
        checksum = base64.b64encode(etag.digest()).decode()
        lines.append({"itemCount": len(items), "md5Checksum": checksum, "etag": etag.hexdigest(), "dataFileS3Key": key})
    description["ItemCount"] = sum(map(len, partitions))
    description["BilledSizeBytes"] = table.get("TableSizeBytes", 0)
    description["ExportManifest"] = f"{folder}/manifest-summary.json"
    _put(description, f"{folder}/manifest-files.json", "".join(json.dumps(line) + "\n" for line in lines).encode())
    _put(description, description["ExportManifest"], json.dumps(_summary(description, folder)).encode())


def _partitions(table: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]:
    """The items, spread by their partition keys."""
    spread: list[list[dict[str, Any]]] = [[] for _ in range(_PARTITIONS)]
    for partition, items in table["items"].items():
        digest = hashlib.sha256(str(partition).encode()).digest()
        spread[digest[0] % _PARTITIONS].extend(items.values())
    yield from spread


def _summary(description: Mapping[str, Any], folder: str) -> dict[str, Any]:
    return {
        "version": "2020-06-30",
        "exportArn": description["ExportArn"],
        "startTime": _iso(description["StartTime"]),
        "endTime": _iso(time.time()),
        "tableArn": description["TableArn"],
        "tableId": description["TableId"],
        "exportTime": _iso(description["ExportTime"]),
        "s3Bucket": description["S3Bucket"],
        "s3Prefix": description.get("S3Prefix"),
        "s3SseAlgorithm": description.get("S3SseAlgorithm", "AES256"),
        "s3SseKmsKeyId": description.get("S3SseKmsKeyId"),
        "manifestFilesS3Key": f"{folder}/manifest-files.json",
        "billedSizeBytes": description["BilledSizeBytes"],
        "itemCount": description["ItemCount"],
        "outputFormat": description["ExportFormat"],
        "exportType": description["ExportType"],
    }


def _put(description: dict[str, Any], key: str, body: bytes) -> bool:
    """Write an object; where S3 refuses, the export has failed."""
    headers = {}
    if description.get("S3SseAlgorithm") == "KMS":
        headers["x-amz-server-side-encryption"] = "aws:kms"
        headers["x-amz-server-side-encryption-aws-kms-key-id"] = description.get("S3SseKmsKeyId", "")
    status, _, answer = private(s3, "_put_object")(description["S3Bucket"], key, body, headers)
    if status < 400:
        return True
    description["ExportStatus"] = "FAILED"
    description["FailureCode"] = "S3NoSuchBucket" if status == 404 else "UNKNOWN"
    description["FailureMessage"] = answer.decode("utf-8", "replace")
    return False


def _moment(given: str | float | None) -> float:
    """The export's time in seconds: DynamoDB's clients send seconds, Step Functions sends text."""
    if given is None:
        return time.time()
    if isinstance(given, str):
        return dt.datetime.fromisoformat(given).timestamp()
    return given


def _iso(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _refused(error: str, message: str) -> Answer:
    answer: Answer = error_response_json(error, message, 400)
    return answer
