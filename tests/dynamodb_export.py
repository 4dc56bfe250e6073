"""DynamoDB's export of a table, as AWS lays it out on S3."""

import base64
import gzip
import hashlib
import json
from collections.abc import MutableMapping, Sequence
from typing import Any

MOMENT = "2026-01-31T05:00:00.000Z"
TABLES = "arn:aws:dynamodb:eu-central-1:123456789012:table"


def export_arn(table: str) -> str:
    return f"{TABLES}/GeoClimate-{table}/export/01769835600000-a1b2c3d4"


def write_export(
    bodies: MutableMapping[str, bytes],
    prefix: str,
    arn: str,
    items: Sequence[Any],
    *,
    items_a_file: int = 4,
    moment: str = MOMENT,
) -> None:
    """Write an export as AWS does: files of items, an empty one for an empty partition, and the two manifests."""
    folder = f"{prefix}/AWSDynamoDB/{arn.rsplit('/', 1)[-1]}"
    parts = [items[first : first + items_a_file] for first in range(0, len(items), items_a_file)]
    lines = []
    for number, part in enumerate([*parts, []]):
        key = f"{folder}/data/file{number:03}.json.gz"
        lined = "".join(json.dumps({"Item": item}) + "\n" for item in part)
        bodies[key] = gzip.compress(lined.encode(), mtime=0)
        checksum = base64.b64encode(hashlib.md5(bodies[key], usedforsecurity=False).digest()).decode()
        lines.append({"itemCount": len(part), "md5Checksum": checksum, "etag": "e-1", "dataFileS3Key": key})
    bodies[f"{folder}/manifest-files.json"] = "".join(json.dumps(line) + "\n" for line in lines).encode()
    summary = {
        "version": "2020-06-30",
        "exportArn": arn,
        "tableArn": arn.partition("/export/")[0],
        "exportTime": moment,
        "s3Prefix": prefix,
        "manifestFilesS3Key": f"{folder}/manifest-files.json",
        "itemCount": len(items),
        "outputFormat": "DYNAMODB_JSON",
    }
    bodies[f"{folder}/manifest-summary.json"] = json.dumps(summary).encode()
