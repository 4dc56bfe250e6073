"""The deployed compaction: small files of the lake become few, with the rights that its roles give and no others."""

from typing import Any

import pytest

from geoclimate.contracts.compaction import CLAIMS_PREFIX, is_compacted
from geoclimate.contracts.lake import Month
from local.compaction import summary
from local.workflow import WorkflowError, run_workflow
from tests.e2e.conftest import Stack
from tests.lake_in_memory import LakeFilesInMemory, batch_key, lake_row, parquet, rows_in

pytestmark = pytest.mark.e2e

# No station of the other tests measures it, and no upload is so old.
MONTH = Month("so2", 1995, 7)
ROWS = [lake_row(line=line, hour=line) for line in range(1, 41)]


def _quiet(*_: object) -> None:
    """No progress is shown in a test."""


def _run(stack: Stack, name: str, given: dict[str, Any]) -> dict[str, Any]:
    return run_workflow(stack.place, stack.outputs["CompactionStateMachineArn"], name, given, _quiet, 180)


def _put(stack: Stack, key: str, body: bytes) -> None:
    stack.client("s3").put_object(Bucket=stack.outputs["LakeBucketName"], Key=key, Body=body)


def _lake(stack: Stack) -> LakeFilesInMemory:
    """The partition as it is now."""
    client, bucket = stack.client("s3"), stack.outputs["LakeBucketName"]
    copy = LakeFilesInMemory()
    for prefix in (MONTH.prefix, CLAIMS_PREFIX):
        for each in client.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", []):
            copy.put(each["Key"], client.get_object(Bucket=bucket, Key=each["Key"])["Body"].read())
    return copy


def _of_the_month(result: dict[str, Any]) -> dict[str, Any]:
    (part,) = [each for each in result["compacted"] if (each["parameter"], each["year"]) == ("so2", MONTH.year)]
    found: dict[str, Any] = part
    return found


@pytest.fixture(scope="module")
def compacted(stack: Stack) -> dict[str, Any]:
    """What the workflow says of twenty files that hold each row, and three rows twice."""
    for number in range(20):
        _put(stack, batch_key("a", number, MONTH), parquet(ROWS[2 * number : 2 * number + 2]))
    _put(stack, batch_key("a", 20, MONTH), parquet(ROWS[:3]))
    return _of_the_month(_run(stack, "e2e-compaction", {}))


def test_the_small_files_become_one_with_each_row_once(stack: Stack, compacted: dict[str, Any]) -> None:
    assert (compacted["files_merged"], compacted["files_written"], compacted["files_left"]) == (21, 1, 0)
    assert (compacted["rows"], compacted["duplicates"]) == (40, 3)
    lake = _lake(stack)
    assert [is_compacted(key) for key in lake.bodies] == [True]
    assert rows_in(lake, MONTH.prefix) == ROWS


@pytest.mark.usefixtures("compacted")
def test_what_comes_later_is_taken_in_by_hand(stack: Stack) -> None:
    revision = lake_row("b", line=1, hour=1, value=7.5)
    _put(stack, batch_key("b", 0, MONTH), parquet([revision]))
    result = _run(stack, "e2e-compaction-by-hand", {"more_than": 0})
    assert f"so2 1995-07{'':13}" in summary(result["compacted"])
    lake = _lake(stack)
    assert len(lake.bodies) == 1
    assert sorted(rows_in(lake, MONTH.prefix), key=str) == sorted([*ROWS, revision], key=str)


@pytest.mark.usefixtures("compacted")
def test_a_damaged_file_fails_the_execution_by_name_and_loses_nothing(stack: Stack) -> None:
    before = rows_in(_lake(stack), MONTH.prefix)
    key = batch_key("c", 0, MONTH)
    _put(stack, key, b"not a Parquet file")
    try:
        with pytest.raises(
            WorkflowError, match=r'PartitionsNotCompacted: 1 of \d+ .*"so2 1995-7".*IntegrityError'
        ) as failed:
            _run(stack, "e2e-compaction-damaged", {"more_than": 0})
        assert key in str(failed.value)
    finally:
        stack.client("s3").delete_object(Bucket=stack.outputs["LakeBucketName"], Key=key)
    assert not [
        each for each in _run(stack, "e2e-compaction-mended", {"more_than": 0})["compacted"] if each["files_left"]
    ]
    lake = _lake(stack)
    assert sorted(rows_in(lake, MONTH.prefix), key=str) == sorted(before, key=str)
    assert not list(lake.list_files(CLAIMS_PREFIX))
