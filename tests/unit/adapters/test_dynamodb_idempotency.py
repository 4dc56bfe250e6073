"""Requests with an idempotency key in DynamoDB."""

import datetime as dt
import os

import pytest
from types_boto3_dynamodb import DynamoDBClient

from geoclimate.adapters.dynamodb_idempotency import DynamoIdempotencyStore
from geoclimate.contracts.tables import EXPIRES_AT
from geoclimate.services.idempotency_ports import Claim, EarlierRequest, KeptAnswer

NOW = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)
CLAIM = Claim("ada", "k" * 64, "f" * 64, "r-1")
AGAIN = Claim("ada", "k" * 64, "f" * 64, "r-2")
ANSWER = KeptAnswer(201, {"content-type": "application/json", "location": "/v1/jobs/1"}, b'{"a":1}')


@pytest.fixture
def store(keyed_table: DynamoDBClient) -> DynamoIdempotencyStore:
    return DynamoIdempotencyStore(keyed_table, "t")


def test_the_first_request_takes_the_key_and_the_second_finds_it_taken(store: DynamoIdempotencyStore) -> None:
    assert store.claim(CLAIM, NOW) is None
    assert store.claim(AGAIN, NOW) == EarlierRequest(CLAIM.fingerprint, None)


def test_the_answer_is_found_again_byte_for_byte(store: DynamoIdempotencyStore) -> None:
    store.claim(CLAIM, NOW)
    store.keep(CLAIM, ANSWER)
    assert store.claim(AGAIN, NOW + dt.timedelta(hours=23)) == EarlierRequest(CLAIM.fingerprint, ANSWER)


def test_keys_of_two_accounts_are_two_keys(store: DynamoIdempotencyStore) -> None:
    store.claim(CLAIM, NOW)
    assert store.claim(Claim("bob", CLAIM.key, CLAIM.fingerprint, "r-3"), NOW) is None


def test_a_key_that_was_given_back_is_free(store: DynamoIdempotencyStore) -> None:
    store.claim(CLAIM, NOW)
    store.release(CLAIM)
    assert store.claim(AGAIN, NOW) is None


@pytest.mark.parametrize(("seconds", "free"), [(59, False), (60, True)])
def test_the_claim_of_a_request_that_died_is_over_after_a_minute(
    store: DynamoIdempotencyStore, seconds: int, *, free: bool
) -> None:
    store.claim(CLAIM, NOW)
    assert (store.claim(AGAIN, NOW + dt.timedelta(seconds=seconds)) is None) is free


def test_an_answer_is_kept_for_a_day_even_where_the_table_deletes_late(
    store: DynamoIdempotencyStore, keyed_table: DynamoDBClient
) -> None:
    store.claim(CLAIM, NOW)
    store.keep(CLAIM, ANSWER)
    (item,) = keyed_table.scan(TableName="t")["Items"]
    assert int(item[EXPIRES_AT]["N"]) == NOW.timestamp() + 86_400
    assert store.claim(AGAIN, NOW + dt.timedelta(hours=24)) is None


def test_a_late_request_neither_keeps_nor_gives_back_what_another_has_taken_over(
    store: DynamoIdempotencyStore,
) -> None:
    store.claim(CLAIM, NOW)
    late = NOW + dt.timedelta(seconds=61)
    assert store.claim(AGAIN, late) is None
    store.keep(CLAIM, ANSWER)
    store.release(CLAIM)
    assert store.claim(Claim("ada", CLAIM.key, CLAIM.fingerprint, "r-3"), late) == EarlierRequest("f" * 64, None)


def test_of_an_answer_without_a_body_or_too_large_for_an_item_the_rest_is_kept(store: DynamoIdempotencyStore) -> None:
    for key, body in (("1", None), ("2", os.urandom(400_000))):
        claim = Claim("ada", key, "f", "r-1")
        store.claim(claim, NOW)
        store.keep(claim, KeptAnswer(201, ANSWER.headers, body))
        earlier = store.claim(claim, NOW)
        assert earlier == EarlierRequest("f", KeptAnswer(201, ANSWER.headers, None))


def test_a_claim_whose_answer_was_lost_and_that_is_sent_again_is_the_request_s_own(
    store: DynamoIdempotencyStore,
) -> None:
    store.claim(CLAIM, NOW)
    assert store.claim(CLAIM, NOW) is None
