"""Receipts, records and files of accounts in moto."""

import datetime as dt
from typing import Any

import pytest
from types_boto3_dynamodb import DynamoDBClient
from types_boto3_s3 import S3Client

from geoclimate.adapters.dynamodb_account_records import AccountTables, DynamoAccountRecords
from geoclimate.adapters.dynamodb_receipts import DynamoReceipts
from geoclimate.adapters.s3_account_files import S3AccountFiles
from geoclimate.domain.errors import Conflict
from geoclimate.domain.receipts import receipt_digest
from tests.api_events import ACCOUNT, OTHER_ACCOUNT
from tests.moto_tables import create_table

NOW = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
TABLES = AccountTables("accounts", "usage", "jobs", "requests")
BUCKET = "results"


@pytest.fixture
def receipts(dynamodb: DynamoDBClient) -> DynamoReceipts:
    create_table(dynamodb, "accounts")
    return DynamoReceipts(dynamodb, "accounts")


@pytest.fixture
def records(dynamodb: DynamoDBClient) -> DynamoAccountRecords:
    for name in ("accounts", "usage", "jobs", "requests"):
        create_table(dynamodb, name)
    return DynamoAccountRecords(dynamodb, TABLES)


@pytest.fixture
def files(s3: S3Client) -> S3AccountFiles:
    s3.create_bucket(Bucket=BUCKET)
    return S3AccountFiles(s3, BUCKET)


def put(client: DynamoDBClient, table: str, partition: str, sort: str, **attributes: Any) -> None:
    client.put_item(TableName=table, Item={"pk": {"S": partition}, "sk": {"S": sort}, **attributes})


def give_everything(client: DynamoDBClient, account: str) -> None:
    for sort in ("PROFILE", "PLAN", "KEY#1", "RECEIPT#r", "SOMETHING#new"):
        put(client, "accounts", f"ACCOUNT#{account}", sort, of={"S": sort})
    put(client, "requests", account, "IDEMPOTENCY#i", of={"S": "IDEMPOTENCY#i"})
    put(client, "usage", account, "DAY#2026-03-10", calls={"N": "3"}, cost={"N": "1.5"})
    put(client, "jobs", account, "JOB#7", parts={"L": [{"N": "1"}, {"S": "two"}]}, made={"NULL": True})
    put(
        client,
        "jobs",
        account,
        "UPLOAD#8",
        bytes={"B": b"abc"},
        names={"SS": ["b", "a"]},
        by={"M": {"ok": {"BOOL": True}}},
    )


def test_an_export_s_receipt_is_read_by_its_account_alone(receipts: DynamoReceipts) -> None:
    place = receipts.begin_export(ACCOUNT, "r-1", NOW)
    receipts.note(place, {"keys": 2, "audit_entries": 7})
    receipts.finish(place, NOW + dt.timedelta(seconds=3))
    found = receipts.export_receipt(ACCOUNT, "r-1")
    assert found is not None
    assert (found.kind, found.state, found.requested_at) == ("export", "done", NOW)
    assert found.finished_at == NOW + dt.timedelta(seconds=3)
    assert found.counts == {"keys": 2, "audit_entries": 7}
    assert receipts.export_receipt(OTHER_ACCOUNT, "r-1") is None


def test_an_export_that_runs_is_found(receipts: DynamoReceipts) -> None:
    done = receipts.begin_export(ACCOUNT, "r-1", NOW)
    receipts.finish(done, NOW)
    receipts.begin_export(ACCOUNT, "r-2", NOW)
    receipts.begin_export(OTHER_ACCOUNT, "r-3", NOW)
    assert receipts.running_export(ACCOUNT, NOW) == "r-2"
    assert receipts.running_export(ACCOUNT, NOW + dt.timedelta(seconds=1)) is None


def test_what_two_passes_erased_is_added_up(receipts: DynamoReceipts) -> None:
    place = receipts.begin_erasure(ACCOUNT, receipt_digest("id"), NOW)
    receipts.note(place, {"keys": 2})
    receipts.note(place, {"keys": 1})
    receipts.note(place, {})
    found = receipts.erasure_receipt(receipt_digest("id"))
    assert found is not None
    assert (found.state, found.counts, found.finished_at) == ("running", {"keys": 3}, None)


def test_an_account_is_erased_once_and_said_to_be(receipts: DynamoReceipts) -> None:
    assert not receipts.erased(ACCOUNT)
    receipts.begin_erasure(ACCOUNT, receipt_digest("id"), NOW)
    assert receipts.erased(ACCOUNT)
    assert not receipts.erased(OTHER_ACCOUNT)
    with pytest.raises(Conflict):
        receipts.begin_erasure(ACCOUNT, receipt_digest("another"), NOW)
    assert receipts.erasure_receipt(receipt_digest("another")) is None


def test_receipts_go_by_themselves_and_that_of_an_erasure_names_no_account(
    receipts: DynamoReceipts, dynamodb: DynamoDBClient
) -> None:
    receipts.begin_export(ACCOUNT, "r-1", NOW)
    receipts.begin_erasure(ACCOUNT, receipt_digest("id"), NOW)
    items = dynamodb.scan(TableName="accounts")["Items"]
    days = {item["sk"]["S"]: (int(item["expires_at"]["N"]) - NOW.timestamp()) / 86_400 for item in items}
    assert days == {"RECEIPT#r-1": 30, "RECEIPT": 30, "ERASURE": 1}
    (receipt,) = [item for item in items if item["sk"]["S"] == "RECEIPT"]
    assert ACCOUNT not in str(receipt)
    assert "'id'" not in str(receipt)


def test_what_could_not_be_started_leaves_nothing(receipts: DynamoReceipts, dynamodb: DynamoDBClient) -> None:
    receipts.begin_export(ACCOUNT, "r-1", NOW)
    receipts.withdraw_export(ACCOUNT, "r-1")
    receipts.begin_erasure(ACCOUNT, receipt_digest("id"), NOW)
    receipts.withdraw_erasure(ACCOUNT, receipt_digest("id"))
    assert dynamodb.scan(TableName="accounts")["Items"] == []


def test_a_receipt_that_is_gone_does_not_come_back_as_half_of_one(
    receipts: DynamoReceipts, dynamodb: DynamoDBClient
) -> None:
    place = receipts.begin_export(ACCOUNT, "r-1", NOW)
    receipts.withdraw_export(ACCOUNT, "r-1")
    receipts.note(place, {"keys": 2})
    receipts.finish(place, NOW)
    assert dynamodb.scan(TableName="accounts")["Items"] == []


def test_refuses_a_kind_that_could_change_the_expression(receipts: DynamoReceipts) -> None:
    place = receipts.begin_export(ACCOUNT, "r-1", NOW)
    with pytest.raises(ValueError, match="no name of a kind"):
        receipts.note(place, {"a b": 1})


def test_every_record_of_the_account_is_given_by_its_kind(
    records: DynamoAccountRecords, dynamodb: DynamoDBClient
) -> None:
    give_everything(dynamodb, ACCOUNT)
    give_everything(dynamodb, OTHER_ACCOUNT)
    found = list(records.everything(ACCOUNT))
    assert sorted(kind for kind, _ in found) == [
        "account",
        "account",
        "jobs",
        "keys",
        "other",
        "receipts",
        "repeatable_requests",
        "uploads",
        "usage",
    ]
    by_kind = dict(found)
    assert by_kind["usage"] == {"sk": "DAY#2026-03-10", "calls": 3, "cost": 1.5}
    assert by_kind["jobs"] == {"sk": "JOB#7", "parts": [1, "two"], "made": None}
    assert by_kind["uploads"] == {"sk": "UPLOAD#8", "bytes": "YWJj", "names": ["a", "b"], "by": {"ok": True}}


def test_every_record_goes_and_those_of_another_stay(records: DynamoAccountRecords, dynamodb: DynamoDBClient) -> None:
    give_everything(dynamodb, ACCOUNT)
    give_everything(dynamodb, OTHER_ACCOUNT)
    put(dynamodb, "accounts", f"ACCOUNT#{ACCOUNT}", "ERASURE")
    assert records.delete_everything(ACCOUNT) == 8
    # A key that came after the keys were ended must be found by the next pass, or the gateway keeps it for ever.
    assert [record["sk"] for _, record in records.everything(ACCOUNT)] == ["ERASURE", "KEY#1"]
    assert len(list(records.everything(OTHER_ACCOUNT))) == 9
    assert records.delete_everything(ACCOUNT) == 0


def test_more_records_than_one_batch_go(records: DynamoAccountRecords, dynamodb: DynamoDBClient) -> None:
    for number in range(60):
        put(dynamodb, "usage", ACCOUNT, f"DAY#{number:03d}")
    assert records.delete_everything(ACCOUNT) == 60
    assert list(records.everything(ACCOUNT)) == []


def test_files_are_listed_without_their_account(files: S3AccountFiles, s3: S3Client) -> None:
    s3.put_object(Bucket=BUCKET, Key=f"{ACCOUNT}/jobs/7/part.csv", Body=b"abc")
    s3.put_object(Bucket=BUCKET, Key=f"{OTHER_ACCOUNT}/jobs/8/part.csv", Body=b"abc")
    (found,) = files.listed(ACCOUNT)
    assert (found.name, found.size) == ("jobs/7/part.csv", 3)


def test_an_export_is_kept_under_its_account(files: S3AccountFiles, s3: S3Client) -> None:
    files.write_export(ACCOUNT, "r-1", b"{}")
    key = f"{ACCOUNT}/exports/r-1.json"
    assert s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() == b"{}"


def test_every_file_goes_and_those_of_another_stay(files: S3AccountFiles, s3: S3Client) -> None:
    for account in (ACCOUNT, OTHER_ACCOUNT):
        for number in range(3):
            s3.put_object(Bucket=BUCKET, Key=f"{account}/jobs/{number}", Body=b"abc")
    assert files.delete_everything(ACCOUNT) == 3
    assert list(files.listed(ACCOUNT)) == []
    assert len(list(files.listed(OTHER_ACCOUNT))) == 3
