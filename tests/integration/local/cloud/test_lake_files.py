"""What compaction relies on in S3, held against the local cloud: writes and deletions on a condition."""

import datetime as dt
import subprocess
import sys
import time
import uuid

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from botocore.exceptions import ClientError

from geoclimate.adapters.s3_lake_files import S3LakeFiles
from geoclimate.contracts.workflows import CompactRequest
from geoclimate.domain.errors import Conflict
from geoclimate.services.compact_partition import compact_partition
from geoclimate.services.lake_files import LakeFile
from tests.integration.local.cloud.servers import Server
from tests.lake_in_memory import JANUARY, batch_key, lake_row, parquet


@pytest.fixture
def bucket(server: Server) -> str:
    """A bucket with versions, as the lake's."""
    name = f"lake-{uuid.uuid4().hex[:8]}"
    client = server.client("s3")
    client.create_bucket(Bucket=name)
    client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


@pytest.fixture
def lake(server: Server, bucket: str) -> S3LakeFiles:
    return S3LakeFiles(server.client("s3"), bucket, lambda: dt.datetime.now(dt.UTC))


def _files(lake: S3LakeFiles, prefix: str = "") -> list[LakeFile]:
    return list(lake.list_files(prefix))


def test_a_file_that_was_overwritten_since_it_was_listed_is_not_deleted(lake: S3LakeFiles) -> None:
    for key in ("a", "b", "c"):
        lake.write(key, b"old")
    listed = _files(lake)
    lake.write("b", b"new")
    lake.delete(listed)
    assert [file.key for file in _files(lake)] == ["b"]
    lake.delete(listed)
    assert list(lake.read(_files(lake))) == [b"new"]


def test_a_deleted_file_can_be_brought_back_from_its_older_version(
    server: Server, bucket: str, lake: S3LakeFiles
) -> None:
    lake.write("a", b"rows")
    lake.delete(_files(lake))
    client = server.client("s3")
    (version,) = client.list_object_versions(Bucket=bucket, Prefix="a")["Versions"]
    assert client.get_object(Bucket=bucket, Key="a", VersionId=version["VersionId"])["Body"].read() == b"rows"


def test_bytes_that_were_damaged_on_their_way_are_refused(server: Server, bucket: str) -> None:
    checksum = "vFHp5l154ckLpUSrLq4QRMzfjBr3pVm6N1y6Qnb32Z4="  # of b"rows"
    with pytest.raises(ClientError, match=r"BadDigest|InvalidRequest"):
        server.client("s3").put_object(Bucket=bucket, Key="a", Body=b"rowz", ChecksumSHA256=checksum)


def test_a_claim_has_one_holder(lake: S3LakeFiles) -> None:
    with lake.claim("compacting/x"), pytest.raises(Conflict), lake.claim("compacting/x"):
        pytest.fail("two hold the claim")
    assert _files(lake) == []


def test_a_partition_is_compacted(lake: S3LakeFiles) -> None:
    for number in range(12):
        lake.write(batch_key("a", number), parquet([lake_row(line=number + 1, hour=number)]))
    lake.write(batch_key("b"), parquet([lake_row(line=1)]))
    result = compact_partition(CompactRequest(parameter="pm25", year=2014, month=1), files=lake)
    assert (result.files_merged, result.rows, result.duplicates, result.files_left) == (13, 12, 1, 0)
    (file,) = _files(lake)
    assert file.key.startswith(f"{JANUARY.prefix}compacted-")


_COMPACTS = """
import datetime as dt, sys
import boto3
from geoclimate.adapters.s3_lake_files import S3LakeFiles
from geoclimate.contracts.workflows import CompactRequest
from geoclimate.services.compact_partition import RoundBounds, compact_partition

url, bucket = sys.argv[1:]
client = boto3.client("s3", endpoint_url=url, region_name="us-east-1", aws_access_key_id="test",
                      aws_secret_access_key="test")
# Whoever held the claim was killed; twenty minutes later it is free.
lake = S3LakeFiles(client, bucket, lambda: dt.datetime.now(dt.UTC) + dt.timedelta(minutes=20))
request = CompactRequest(parameter="pm25", year=2014, month=1)
print("ready", flush=True)
while True:
    result = compact_partition(request, files=lake, bounds=RoundBounds(files=3, rows=20))
    if result.files_left == 0:
        break
    request = request.model_copy(update={"progress": result})
"""


def _compacting(server: Server, bucket: str) -> subprocess.Popen[bytes]:
    """A process that has begun to compact the partition."""
    process = subprocess.Popen([sys.executable, "-c", _COMPACTS, server.url, bucket], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return process


def _rows(lake: S3LakeFiles) -> list[str]:
    bodies = lake.read(_files(lake, JANUARY.prefix))
    tables = [pq.read_table(pa.BufferReader(body)).to_pylist() for body in bodies if body is not None]
    return sorted(str(row) for rows in tables for row in rows)


def test_real_processes_are_killed_and_each_row_stands_there_once_in_the_end(
    server: Server, bucket: str, lake: S3LakeFiles
) -> None:
    written = [lake_row(line=line, hour=line) for line in range(1, 41)]
    for number in range(20):
        lake.write(batch_key("a", number), parquet(written[2 * number : 2 * number + 2]))
    expected = _rows(lake)
    for milliseconds in (10, 25, 40, 60, 90):
        with _compacting(server, bucket) as process:
            time.sleep(milliseconds / 1000)
            process.kill()
        assert sorted(set(_rows(lake))) == expected
    with _compacting(server, bucket) as process:
        assert process.wait(60) == 0
    assert _rows(lake) == expected
    assert len(_files(lake, JANUARY.prefix)) < 20
    assert _files(lake, "compacting/") == []
