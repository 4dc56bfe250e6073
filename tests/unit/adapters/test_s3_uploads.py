"""The bucket of uploads on S3."""

import io
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from types_boto3_s3 import S3Client
from urllib3.exceptions import ProtocolError

from geoclimate.adapters.s3_uploads import S3Uploads
from geoclimate.domain.errors import NotFound, Unavailable
from geoclimate.domain.mapping_fields import MOST_BYTES


@pytest.fixture
def bucket(s3: S3Client) -> S3Client:
    s3.create_bucket(Bucket="uploads")
    s3.put_bucket_versioning(Bucket="uploads", VersioningConfiguration={"Status": "Enabled"})
    return s3


@pytest.fixture
def uploads(bucket: S3Client) -> S3Uploads:
    return S3Uploads(bucket, "uploads")


def test_streams_an_object(uploads: S3Uploads, bucket: S3Client) -> None:
    content = bytes(range(256)) * 10_000
    bucket.put_object(Bucket="uploads", Key="a b+ü.csv.gz", Body=content)
    with uploads.open("a b+ü.csv.gz", None) as stream:
        assert stream.read(10) == content[:10]
        assert stream.read() == content[10:]


def test_reads_the_version_that_is_named(uploads: S3Uploads, bucket: S3Client) -> None:
    first = bucket.put_object(Bucket="uploads", Key="a", Body=b"first")["VersionId"]
    bucket.put_object(Bucket="uploads", Key="a", Body=b"second")
    with uploads.open("a", first) as stream:
        assert stream.read() == b"first"
    with uploads.open("a", None) as stream:
        assert stream.read() == b"second"


@pytest.mark.parametrize("version", [None, "8f3b1e2c-0000-0000-0000-000000000000"])
def test_an_object_that_does_not_exist_is_not_found(uploads: S3Uploads, version: str | None) -> None:
    with pytest.raises(NotFound, match=r"the object 'gone\.csv\.gz' does not exist"):
        uploads.open("gone.csv.gz", version)


def test_an_object_that_was_deleted_is_not_found(uploads: S3Uploads, bucket: S3Client) -> None:
    bucket.put_object(Bucket="uploads", Key="a", Body=b"x")
    bucket.delete_object(Bucket="uploads", Key="a")
    with pytest.raises(NotFound):
        uploads.open("a", None)


def test_writes_beside_an_upload_and_reads_it_again(uploads: S3Uploads, bucket: S3Client) -> None:
    body = io.BytesIO(b'{"status": "accepted"}')
    body.seek(7)
    uploads.write_beside("a.csv.gz", ".report.json", body, "application/json")
    assert uploads.read_beside("a.csv.gz", ".report.json") == b'{"status": "accepted"}'
    assert bucket.head_object(Bucket="uploads", Key="a.csv.gz.report.json")["ContentType"] == "application/json"


def test_what_is_not_beside_an_upload_is_none(uploads: S3Uploads) -> None:
    assert uploads.read_beside("a.csv.gz", ".report.json") is None


class Broken:
    """A client whose answer's body breaks off, or that fails at once."""

    def __init__(self, error: Exception | None = None, body_error: Exception | None = None) -> None:
        self._error = error
        self._body_error = body_error

    def get_object(self, **_: object) -> dict[str, Any]:
        if self._error:
            raise self._error
        return {"Body": self}

    def read(self, _size: int) -> bytes:
        assert self._body_error is not None
        raise self._body_error

    def close(self) -> None:
        pass


def uploads_behind(client: Broken) -> S3Uploads:
    return S3Uploads(cast("S3Client", client), "uploads")


def test_a_connection_that_breaks_off_is_unavailable() -> None:
    with (
        uploads_behind(Broken(body_error=ProtocolError("reset"))).open("a", None) as stream,
        pytest.raises(Unavailable, match="S3 broke off"),
    ):
        stream.read()


def test_a_bucket_that_cannot_be_reached_is_unavailable() -> None:
    broken = Broken(error=EndpointConnectionError(endpoint_url="https://s3.example"))
    with pytest.raises(Unavailable):
        uploads_behind(broken).open("a", None)


def test_a_missing_grant_is_not_hidden() -> None:
    broken = Broken(error=ClientError({"Error": {"Code": "AccessDenied"}}, "GetObject"))
    with pytest.raises(ClientError, match="AccessDenied"):
        uploads_behind(broken).open("a", None)


def test_reads_a_mapping_by_its_key(uploads: S3Uploads, bucket: S3Client) -> None:
    bucket.put_object(Bucket="uploads", Key="city/mapping.json", Body=b"{}")
    assert uploads.read_mapping("city/mapping.json") == b"{}"
    assert uploads.read_mapping("mapping.json") is None


def test_reads_no_more_of_a_mapping_than_one_can_have(uploads: S3Uploads, bucket: S3Client) -> None:
    for size in (MOST_BYTES, MOST_BYTES + 1, MOST_BYTES + 5):
        bucket.put_object(Bucket="uploads", Key="mapping.json", Body=b" " * size)
        assert len(uploads.read_mapping("mapping.json") or b"") == min(size, MOST_BYTES + 1)
