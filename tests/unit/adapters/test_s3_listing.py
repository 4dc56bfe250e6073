"""What lies in a bucket, on moto's S3."""

import datetime as dt
from collections.abc import Iterator

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws
from types_boto3_s3 import S3Client

from geoclimate.adapters.s3_listing import S3Listing
from geoclimate.domain.errors import Unavailable


@pytest.fixture
def s3() -> Iterator[S3Client]:
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="uploads")
        client.put_bucket_versioning(Bucket="uploads", VersioningConfiguration={"Status": "Enabled"})
        yield client


def test_lists_all_that_begins_with_a_prefix_page_after_page(s3: S3Client) -> None:
    for number in range(1_003):
        s3.put_object(Bucket="uploads", Key=f"backfill/{number:04}.csv", Body=b"12")
    s3.put_object(Bucket="uploads", Key="other.csv", Body=b"")
    found = list(S3Listing(s3, "uploads").under("backfill/"))
    assert [each.key for each in found] == [f"backfill/{number:04}.csv" for number in range(1_003)]
    assert {(each.size, each.version, each.uploaded_at.tzinfo) for each in found} == {(2, None, dt.UTC)}


def test_finds_the_newest_version(s3: S3Client) -> None:
    s3.put_object(Bucket="uploads", Key="a", Body=b"1")
    newest = s3.put_object(Bucket="uploads", Key="a", Body=b"123")["VersionId"]
    found = S3Listing(s3, "uploads").find("a")
    assert found is not None
    assert (found.key, found.size, found.version, found.uploaded_at.tzinfo) == ("a", 3, newest, dt.UTC)


def test_knows_that_an_object_is_not_there(s3: S3Client) -> None:
    s3.put_object(Bucket="uploads", Key="deleted", Body=b"1")
    s3.delete_object(Bucket="uploads", Key="deleted")
    listing = S3Listing(s3, "uploads")
    assert listing.find("deleted") is None
    assert listing.find("never") is None
    assert list(listing.under("deleted")) == []


def test_a_bucket_that_does_not_answer_is_said() -> None:
    nowhere = boto3.client(
        "s3",
        region_name="us-east-1",
        endpoint_url="http://127.0.0.1:9",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"max_attempts": 0}),
    )
    listing = S3Listing(nowhere, "uploads")
    with pytest.raises(Unavailable):
        listing.find("a")
    with pytest.raises(Unavailable):
        list(listing.under("a"))
