"""The ledger in DynamoDB."""

import datetime as dt
from dataclasses import replace

import pytest
from types_boto3_dynamodb import DynamoDBClient

from geoclimate.adapters.dynamodb_files import DynamoFileLedger
from geoclimate.services.ports import TakenFile
from tests.moto_tables import create_table

TAKEN = TakenFile("ab" * 32, "provider-a/x.csv.gz", dt.datetime(2014, 2, 4, 3, 0, 7, 125, tzinfo=dt.UTC), 24, 2)


@pytest.fixture
def ledger(dynamodb: DynamoDBClient) -> DynamoFileLedger:
    create_table(dynamodb, "files")
    return DynamoFileLedger(dynamodb, "files")


def test_remembers_a_file_by_its_content(ledger: DynamoFileLedger) -> None:
    ledger.record(TAKEN)
    assert ledger.find(TAKEN.digest) == TAKEN


def test_does_not_know_other_content(ledger: DynamoFileLedger) -> None:
    ledger.record(TAKEN)
    assert ledger.find("cd" * 32) is None


def test_the_first_record_stays(ledger: DynamoFileLedger) -> None:
    ledger.record(TAKEN)
    ledger.record(replace(TAKEN, key="copy.csv.gz"))
    assert ledger.find(TAKEN.digest) == TAKEN


def test_the_first_record_of_a_mapping_stays(ledger: DynamoFileLedger) -> None:
    read = replace(TAKEN, mapping_digest="ef" * 32)
    ledger.record(read)
    ledger.record(replace(read, key="copy.csv.gz"))
    assert ledger.find(TAKEN.digest) == read


def test_another_mapping_makes_it_another_file(ledger: DynamoFileLedger) -> None:
    ledger.record(replace(TAKEN, mapping_digest="ef" * 32))
    by_another = replace(TAKEN, key="again.csv", mapping_digest="01" * 32)
    ledger.record(by_another)
    assert ledger.find(TAKEN.digest) == by_another
