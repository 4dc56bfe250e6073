"""Uploads of accounts in DynamoDB."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import boto3
import pytest
from moto import mock_aws
from types_boto3_dynamodb import DynamoDBClient

from geoclimate.adapters.account_items import KEPT_DAYS
from geoclimate.adapters.dynamodb_account_uploads import DynamoAccountUploads
from geoclimate.domain.account_uploads import AccountUpload
from geoclimate.domain.work_ids import new_work_id
from tests.moto_tables import create_table

NOW = dt.datetime(2026, 1, 31, 5, tzinfo=dt.UTC)
UPLOAD = AccountUpload("a", "20260131-050000-000000000001", "x.csv", preview=True, created_at=NOW)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[DynamoDBClient]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        made = boto3.client("dynamodb", region_name="us-east-1")
        create_table(made, "jobs")
        yield made


def test_an_upload_is_read_as_it_was_written(client: DynamoDBClient) -> None:
    store = DynamoAccountUploads(client, "jobs")
    store.add(UPLOAD)
    assert store.get("a", UPLOAD.id) == UPLOAD


def test_an_upload_is_its_account_s_alone(client: DynamoDBClient) -> None:
    store = DynamoAccountUploads(client, "jobs")
    store.add(UPLOAD)
    assert store.get("b", UPLOAD.id) is None
    assert store.newest("b", None, 10) == []


def test_uploads_are_listed_from_the_newest_on(client: DynamoDBClient) -> None:
    store = DynamoAccountUploads(client, "jobs")
    made = [replace(UPLOAD, id=f"20260131-05000{second}-000000000001") for second in range(4)]
    for upload in made:
        store.add(upload)
    assert store.newest("a", None, 2) == [made[3], made[2]]
    assert store.newest("a", made[2].id, 10) == [made[1], made[0]]


def test_an_upload_is_forgotten_some_day(client: DynamoDBClient) -> None:
    DynamoAccountUploads(client, "jobs").add(UPLOAD)
    [item] = client.scan(TableName="jobs")["Items"]
    assert int(item["expires_at"]["N"]) == (NOW + dt.timedelta(days=KEPT_DAYS)).timestamp()


def test_ids_sort_by_time_and_differ_within_a_second() -> None:
    later = NOW + dt.timedelta(seconds=1)
    assert new_work_id(NOW) < new_work_id(later)
    assert len({new_work_id(NOW) for _ in range(100)}) == 100
