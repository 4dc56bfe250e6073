"""AWS in memory for the adapters: moto, no socket."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws
from types_boto3_dynamodb import DynamoDBClient

from geoclimate.contracts.tables import PARTITION_KEY, SORT_KEY


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty account; requests go nowhere."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield


@pytest.fixture
def dynamodb(aws: None) -> Iterator[object]:  # noqa: ARG001 - moto must run first
    """A client of an empty DynamoDB."""
    client = boto3.client("dynamodb")
    yield client
    client.close()


@pytest.fixture
def s3(aws: None) -> Iterator[object]:  # noqa: ARG001 - moto must run first
    """A client of an empty S3."""
    client = boto3.client("s3")
    yield client
    client.close()


@pytest.fixture
def sqs(aws: None) -> Iterator[object]:  # noqa: ARG001 - moto must run first
    """A client of an empty SQS."""
    client = boto3.client("sqs")
    yield client
    client.close()


@pytest.fixture
def keyed_table(dynamodb: DynamoDBClient) -> DynamoDBClient:
    """A client of a DynamoDB with one empty table, `t`, keyed as all of the platform's tables are."""
    dynamodb.create_table(
        TableName="t",
        KeySchema=[
            {"AttributeName": PARTITION_KEY, "KeyType": "HASH"},
            {"AttributeName": SORT_KEY, "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": PARTITION_KEY, "AttributeType": "S"},
            {"AttributeName": SORT_KEY, "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    return dynamodb
