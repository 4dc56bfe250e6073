"""The lake's files on S3, as compaction handles them."""

import datetime as dt
import io
from typing import Any

import pyarrow as pa
import pytest
from types_boto3_s3 import S3Client

from geoclimate.adapters.s3_lake_files import S3LakeFiles
from geoclimate.columnar.lake_rows import content_of, read_rows, row_count
from geoclimate.domain.errors import Unavailable
from geoclimate.services.lake_files import LakeFile
from tests.lake_in_memory import lake_row, parquet


@pytest.fixture
def client(s3: S3Client) -> S3Client:
    s3.create_bucket(Bucket="lake")
    return s3


@pytest.fixture
def lake(client: S3Client) -> S3LakeFiles:
    return S3LakeFiles(client, "lake", lambda: dt.datetime.now(dt.UTC))


def _written(lake: S3LakeFiles, key: str, body: bytes) -> LakeFile:
    lake.write(key, body)
    (file,) = lake.list_files(key)
    return file


def test_lists_every_object_under_a_prefix_by_key_over_many_pages(client: S3Client, lake: S3LakeFiles) -> None:
    for number in range(1_003):
        client.put_object(Bucket="lake", Key=f"a/{number:04}", Body=b"x" * (number % 3))
    client.put_object(Bucket="lake", Key="b/other", Body=b"")
    found = list(lake.list_files("a/"))
    assert [file.key for file in found] == [f"a/{number:04}" for number in range(1_003)]
    assert found[5].size == 2
    assert found[5].modified.tzinfo is not None


def test_reads_files_in_their_order_whatever_takes_longer(lake: S3LakeFiles) -> None:
    files = [_written(lake, f"a/{number}", bytes([number]) * 1000) for number in range(20)]
    assert list(lake.read(files[::-1])) == [bytes([number]) * 1000 for number in range(20)][::-1]


def test_a_file_that_was_overwritten_or_deleted_since_is_not_read(client: S3Client, lake: S3LakeFiles) -> None:
    files = [_written(lake, key, b"old") for key in ("a", "b", "c")]
    client.put_object(Bucket="lake", Key="a", Body=b"new")
    client.delete_object(Bucket="lake", Key="b")
    assert list(lake.read(files)) == [None, None, b"old"]


def test_a_stream_fetches_only_what_is_asked_for(
    client: S3Client, lake: S3LakeFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = bytes(range(256)) * 40
    file = _written(lake, "a", body)
    asked: list[str] = []
    get_object = client.get_object

    def noted(**given: Any) -> Any:
        asked.append(given["Range"])
        return get_object(**given)

    monkeypatch.setattr(client, "get_object", noted)
    stream = lake.open(file)
    assert stream.seek(-6, io.SEEK_END) == len(body) - 6
    assert stream.read(4) == body[-6:-2]
    assert stream.read(100) == body[-2:]
    assert stream.read(1) == b""
    assert stream.seek(10) == stream.tell() == 10
    stream.seek(5, io.SEEK_CUR)
    assert stream.read(2) == body[15:17]
    assert asked == ["bytes=10234-10237", "bytes=10238-10239", "bytes=15-16"]


def test_parquet_is_read_from_a_stream_as_from_memory(lake: S3LakeFiles) -> None:
    body = parquet([lake_row(line=line) for line in range(1, 9)])
    stream = lake.open(_written(lake, "a", body))
    assert row_count(stream, "a") == 8
    (streamed,), (whole,) = read_rows(stream, "a"), read_rows(pa.py_buffer(body), "a")
    assert content_of(streamed) == content_of(whole)


def test_a_stream_of_a_file_that_is_overwritten_meanwhile_breaks(client: S3Client, lake: S3LakeFiles) -> None:
    stream = lake.open(_written(lake, "a", b"old"))
    client.put_object(Bucket="lake", Key="a", Body=b"new")
    with pytest.raises(Unavailable, match="a was changed while it was read; try again"):
        stream.read(1)


def test_what_is_written_has_a_checksum_that_s3_holds_it_against(
    client: S3Client, lake: S3LakeFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, object] = {}
    monkeypatch.setattr(client, "put_object", asked.update)
    lake.write("a", b"rows")
    assert asked["ChecksumSHA256"] == "vFHp5l154ckLpUSrLq4QRMzfjBr3pVm6N1y6Qnb32Z4="
    assert asked["ContentType"] == "application/vnd.apache.parquet"


def test_files_are_deleted_on_the_condition_that_nobody_overwrote_them(
    client: S3Client, lake: S3LakeFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = dt.datetime.now(dt.UTC)
    files = [LakeFile(f"a/{number}", 1, f'"{number}"', now) for number in range(1_001)]
    asked: list[list[dict[str, str]]] = []

    def answer(**given: object) -> dict[str, object]:
        delete = given["Delete"]
        assert isinstance(delete, dict)
        asked.append(delete["Objects"])
        return {"Errors": [{"Key": "a/0", "Code": "PreconditionFailed"}, {"Key": "a/1", "Code": "NoSuchKey"}]}

    monkeypatch.setattr(client, "delete_objects", answer)
    lake.delete(files)
    assert [len(objects) for objects in asked] == [1_000, 1]
    assert asked[0][7] == {"Key": "a/7", "ETag": '"7"'}


def test_a_file_that_s3_refuses_to_delete_is_named(
    client: S3Client, lake: S3LakeFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusal = {"Errors": [{"Key": "a", "Code": "InternalError", "Message": "try again"}]}
    monkeypatch.setattr(client, "delete_objects", lambda **_: refusal)
    with pytest.raises(Unavailable, match="S3 did not delete a: InternalError: try again"):
        lake.delete([LakeFile("a", 1, '"1"', dt.datetime.now(dt.UTC))])


def test_nothing_to_delete_asks_for_nothing(
    client: S3Client, lake: S3LakeFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "delete_objects", lambda **_: pytest.fail("asked"))
    lake.delete([])
