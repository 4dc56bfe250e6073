"""States of circuit breakers in DynamoDB."""

import datetime as dt

import pytest
from types_boto3_dynamodb import DynamoDBClient

from geoclimate.adapters.dynamodb_circuits import DynamoCircuitStore
from geoclimate.domain.circuit_breaker import CLOSED, Circuit
from tests.moto_tables import create_table

OPEN = Circuit("open", 0, 3, dt.datetime(2026, 1, 31, 5, 1, 0, 250, tzinfo=dt.UTC))


@pytest.fixture
def store(dynamodb: DynamoDBClient) -> DynamoCircuitStore:
    create_table(dynamodb, "circuits")
    return DynamoCircuitStore(dynamodb, "circuits")


def test_a_breaker_that_nobody_used_is_closed(store: DynamoCircuitStore) -> None:
    assert store.read("e").circuit == CLOSED


@pytest.mark.parametrize("circuit", [OPEN, Circuit("half-open", 1, 4), Circuit("closed", 2, 5)])
def test_a_state_is_read_as_it_was_written(store: DynamoCircuitStore, circuit: Circuit) -> None:
    assert store.write("e", circuit, store.read("e").version)
    assert store.read("e").circuit == circuit
    assert store.read("another").circuit == CLOSED


def test_of_two_who_read_the_same_state_one_writes(store: DynamoCircuitStore) -> None:
    for first, second in ((OPEN, CLOSED), (Circuit("half-open", 0, 4), OPEN)):
        version = store.read("e").version
        assert store.write("e", first, version)
        assert not store.write("e", second, version)
        assert store.read("e").circuit == first
