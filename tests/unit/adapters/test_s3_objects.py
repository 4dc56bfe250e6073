"""The object store on S3."""

import pytest
from types_boto3_s3 import S3Client

from geoclimate.adapters.s3_objects import S3Objects
from geoclimate.domain.errors import InvalidInput, NotFound, Unavailable


@pytest.fixture
def client(s3: S3Client) -> S3Client:
    s3.create_bucket(Bucket="artifacts")
    return s3


def test_gives_back_the_bytes_that_were_put_and_where(client: S3Client) -> None:
    store = S3Objects(client, "artifacts")
    assert store.put("datasets/a.npz", b"bytes", "application/octet-stream") == "s3://artifacts/datasets/a.npz"
    assert store.get("datasets/a.npz", 5) == b"bytes"
    assert client.head_object(Bucket="artifacts", Key="datasets/a.npz")["ContentType"] == "application/octet-stream"


def test_an_object_over_the_limit_is_not_read(client: S3Client) -> None:
    store = S3Objects(client, "artifacts")
    store.put("a", b"123456", "text/plain")
    with pytest.raises(InvalidInput, match="has 6 bytes; at most 5 are read"):
        store.get("a", 5)


def test_a_missing_object_is_named(client: S3Client) -> None:
    with pytest.raises(NotFound, match="s3://artifacts/nothing does not exist"):
        S3Objects(client, "artifacts").get("nothing", 10)


@pytest.mark.parametrize("uri", ["s3://other/key", "s3://artifacts-2/key", "s3://artifacts/", "/etc/passwd"])
def test_an_address_outside_the_bucket_has_no_key(client: S3Client, uri: str) -> None:
    with pytest.raises(InvalidInput, match="is not an object of the bucket artifacts"):
        S3Objects(client, "artifacts").key_of(uri)


def test_an_address_in_the_bucket_has_its_key(client: S3Client) -> None:
    store = S3Objects(client, "artifacts")
    assert store.key_of(store.uri("models/v1/output/model.tar.gz")) == "models/v1/output/model.tar.gz"


def test_a_bucket_that_refuses_for_load_is_unavailable(client: S3Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise client.exceptions.ClientError({"Error": {"Code": "SlowDown", "Message": "reduce"}}, "GetObject")

    monkeypatch.setattr(client, "get_object", refuse)
    with pytest.raises(Unavailable, match="S3 does not answer"):
        S3Objects(client, "artifacts").get("a", 10)


def test_an_object_is_read_as_a_stream(client: S3Client) -> None:
    store = S3Objects(client, "artifacts")
    store.put("a", b"0123456789", "text/plain")
    with store.open("a", 10) as stream:
        assert (stream.read(4), stream.read()) == (b"0123", b"456789")


def test_no_stream_is_opened_of_an_object_over_the_limit_or_of_none(client: S3Client) -> None:
    store = S3Objects(client, "artifacts")
    store.put("a", b"123456", "text/plain")
    with pytest.raises(InvalidInput, match="has 6 bytes; at most 5 are read"):
        store.open("a", 5)
    with pytest.raises(NotFound, match="s3://artifacts/nothing does not exist"):
        store.open("nothing", 5)
