"""A backup is taken, a table is emptied, and the restore brings every item back."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from local.demo.make_files import FILES
from local.uploads import drop_files
from local.workflow import WorkflowError, run_workflow
from tests.e2e.conftest import Stack

pytestmark = pytest.mark.e2e


def _quiet(*_: object) -> None:
    """No progress is shown in a test."""


def _scan(stack: Stack) -> list[dict[str, Any]]:
    table = stack.outputs["ObservationsTableName"]
    pages = stack.client("dynamodb").get_paginator("scan").paginate(TableName=table)
    return sorted(
        (item for page in pages for item in page["Items"]), key=lambda item: (item["pk"]["S"], item["sk"]["S"])
    )


def _empty(stack: Stack, items: list[dict[str, Any]]) -> None:
    client, table = stack.client("dynamodb"), stack.outputs["ObservationsTableName"]
    for first in range(0, len(items), 25):
        client.batch_write_item(
            RequestItems={
                table: [
                    {"DeleteRequest": {"Key": {"pk": item["pk"], "sk": item["sk"]}}}
                    for item in items[first : first + 25]
                ]
            }
        )


@pytest.fixture(scope="module")
def backed_up(stack: Stack) -> list[dict[str, Any]]:
    """The observations that were there when the backup `e2e-backup` was taken."""
    january = FILES / "records/csv.gz/locationid=900001/year=2010/month=01"
    drop_files(stack.place, stack.outputs, january, _quiet, 60)
    items = _scan(stack)
    run_workflow(stack.place, stack.outputs["BackupStateMachineArn"], "e2e-backup", {}, _quiet, 180)
    return items


def test_the_restore_brings_every_item_of_an_emptied_table_back(stack: Stack, backed_up: list[dict[str, Any]]) -> None:
    assert backed_up
    _empty(stack, backed_up)
    assert _scan(stack) == []

    run_workflow(
        stack.place, stack.outputs["RestoreStateMachineArn"], "e2e-restore", {"backup_id": "e2e-backup"}, _quiet, 180
    )

    assert _scan(stack) == backed_up


def test_the_backup_shows_every_table_at_one_moment_with_its_counts_and_digests(
    stack: Stack, backed_up: list[dict[str, Any]]
) -> None:
    s3, bucket = stack.client("s3"), stack.outputs["BackupsBucketName"]
    manifest = json.loads(s3.get_object(Bucket=bucket, Key="backups/e2e-backup/manifest.json")["Body"].read())
    assert {table["moment"] for table in manifest["tables"]} == {manifest["moment"]}
    assert {table["table"]: table["items"] for table in manifest["tables"]}["observations"] == len(backed_up)
    for table in manifest["tables"]:
        bodies = [s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in table["keys"]]
        assert table["digests"] == [hashlib.sha256(body).hexdigest() for body in bodies]
    assert sum(len(table["keys"]) for table in manifest["tables"]) >= len(manifest["tables"])


@pytest.mark.parametrize(
    ("name", "tamper"),
    [
        ("tampered", lambda part: part[:-1] + bytes([part[-1] ^ 1])),
        ("truncated", lambda part: part[: len(part) // 2]),
        ("emptied", lambda _: b""),
    ],
)
def test_a_backup_that_was_changed_or_cut_short_is_not_restored(
    stack: Stack, backed_up: list[dict[str, Any]], name: str, tamper: Callable[[bytes], bytes]
) -> None:
    s3, bucket = stack.client("s3"), stack.outputs["BackupsBucketName"]
    manifest = json.loads(s3.get_object(Bucket=bucket, Key="backups/e2e-backup/manifest.json")["Body"].read())
    [part, *_] = next(table["keys"] for table in manifest["tables"] if table["table"] == "observations")
    sound = s3.get_object(Bucket=bucket, Key=part)["Body"].read()
    s3.put_object(Bucket=bucket, Key=part, Body=tamper(sound))

    with pytest.raises(WorkflowError, match=r"IntegrityError.*changed or cut short"):
        run_workflow(
            stack.place,
            stack.outputs["RestoreStateMachineArn"],
            f"e2e-{name}",
            {"backup_id": "e2e-backup"},
            _quiet,
            120,
        )
    s3.put_object(Bucket=bucket, Key=part, Body=sound)
    assert _scan(stack) == backed_up


def test_an_unknown_backup_is_refused(stack: Stack) -> None:
    with pytest.raises(WorkflowError, match="no-such-backup"):
        run_workflow(
            stack.place,
            stack.outputs["RestoreStateMachineArn"],
            "e2e-none",
            {"backup_id": "no-such-backup"},
            _quiet,
            60,
        )
