"""DynamoDB's export to S3, as the local cloud makes it: the layout, the contents, and what AWS refuses."""

import base64
import datetime as dt
import gzip
import hashlib
import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.integration.local.cloud.servers import Server, wait_for

ITEMS: list[dict[str, Any]] = [
    {"pk": {"S": f"station-{n}"}, "sk": {"S": "2014-01-31"}, "packed": {"B": bytes([n])}, "names": {"SS": ["b", "a"]}}
    for n in range(20)
]


def name_of_a_table() -> str:
    return f"export-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def table(server: Server) -> str:
    """ARN of a table with items, whose name is a bucket's, too."""
    name = name_of_a_table()
    server.client("s3").create_bucket(Bucket=name)
    arn = server.table(name)
    for item in ITEMS:
        server.client("dynamodb").put_item(TableName=name, Item=item)
    return arn


def start(server: Server, arn: str, **options: Any) -> dict[str, Any]:
    request = {"TableArn": arn, "S3Bucket": arn.rsplit("/", 1)[-1]} | options
    answer: dict[str, Any] = server.client("dynamodb").export_table_to_point_in_time(**request)
    description: dict[str, Any] = answer["ExportDescription"]
    return description


def ended(server: Server, export: dict[str, Any]) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        found = server.client("dynamodb").describe_export(ExportArn=export["ExportArn"])["ExportDescription"]
        return None if found["ExportStatus"] == "IN_PROGRESS" else found

    description: dict[str, Any] = wait_for(look)
    return description


def test_the_files_hold_every_item_and_agree_with_the_manifests(server: Server, table: str) -> None:
    started = start(server, table, S3Prefix="backups/one/observations")
    assert started["ExportStatus"] == "IN_PROGRESS"
    assert "ItemCount" not in started
    name = table.rsplit("/", 1)[-1]
    # What is written after the export was asked for is not in it.
    server.client("dynamodb").put_item(TableName=name, Item={"pk": {"S": "late"}, "sk": {"S": "x"}})
    done = ended(server, started)
    assert (done["ExportStatus"], done["ItemCount"]) == ("COMPLETED", 20)

    def read(key: str) -> bytes:
        body: bytes = server.client("s3").get_object(Bucket=name, Key=key)["Body"].read()
        return body

    summary = json.loads(read(done["ExportManifest"]))
    assert summary["itemCount"] == 20
    assert summary["manifestFilesS3Key"].startswith("backups/one/observations/AWSDynamoDB/")
    found = []
    for line in map(json.loads, read(summary["manifestFilesS3Key"]).splitlines()):
        content = read(line["dataFileS3Key"])
        assert line["md5Checksum"] == base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()
        items = [json.loads(each)["Item"] for each in gzip.decompress(content).splitlines()]
        assert len(items) == line["itemCount"]
        found += items
    assert sorted(item["pk"]["S"] for item in found) == sorted(item["pk"]["S"] for item in ITEMS)
    assert {item["pk"]["S"]: item["packed"]["B"] for item in found}["station-3"] == "Aw=="


def test_the_same_token_is_the_same_export(server: Server, table: str) -> None:
    exports = [start(server, table, ClientToken="once")["ExportArn"] for _ in range(2)]
    assert exports[0] == exports[1]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"ExportTime": dt.datetime(2999, 1, 1, tzinfo=dt.UTC)}, "InvalidExportTimeException"),
        ({"ExportFormat": "ION"}, "ValidationException"),
    ],
)
def test_refuses_what_it_cannot_export(server: Server, table: str, options: dict[str, Any], error: str) -> None:
    with pytest.raises(ClientError) as refused:
        start(server, table, **options)
    assert refused.value.response["Error"]["Code"] == error


def test_refuses_a_table_without_point_in_time_recovery(server: Server) -> None:
    arn = server.table(name_of_a_table(), recoverable=False)
    with pytest.raises(ClientError) as refused:
        start(server, arn)
    assert refused.value.response["Error"]["Code"] == "PointInTimeRecoveryUnavailableException"


def test_an_export_to_a_bucket_that_does_not_exist_fails(server: Server, table: str) -> None:
    done = ended(server, start(server, table, S3Bucket="no-such-bucket"))
    assert (done["ExportStatus"], done["FailureCode"]) == ("FAILED", "S3NoSuchBucket")


def test_a_state_machine_may_export_only_where_it_may_write(server: Server, table: str) -> None:
    name = table.rsplit("/", 1)[-1]
    states = {
        "Export": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:dynamodb:exportTableToPointInTime",
            "Parameters": {"TableArn": table, "S3Bucket": name, "ExportTime.$": "$$.Execution.StartTime"},
            "End": True,
        }
    }
    export = {"Effect": "Allow", "Action": "dynamodb:ExportTableToPointInTime", "Resource": table}
    write = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{name}/*"}
    poor = server.run(f"{name}-1", {"StartAt": "Export", "States": states}, server.role(f"{name}-1", export))
    assert (poor["status"], "s3:PutObject" in poor["cause"]) == ("FAILED", True)
    allowed = server.run(f"{name}-2", {"StartAt": "Export", "States": states}, server.role(f"{name}-2", export, write))
    assert json.loads(allowed["output"])["ExportDescription"]["ExportStatus"] == "IN_PROGRESS"
