"""Keys in DynamoDB: three items that go together, and a count that bounds them."""

import datetime as dt

import pytest
from types_boto3_dynamodb import DynamoDBClient

from geoclimate.adapters.dynamodb_keys import DynamoKeyStore
from geoclimate.domain.account_errors import TooManyKeys
from geoclimate.domain.api_keys import ITEMS_AT_MOST, replaced
from geoclimate.domain.errors import Conflict
from geoclimate.services.key_ports import EndedKey
from tests.api_events import ACCOUNT, OTHER_ACCOUNT
from tests.key_fakes import START, key_of

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def store(keyed_table: DynamoDBClient) -> DynamoKeyStore:
    return DynamoKeyStore(keyed_table, "t")


def count(client: DynamoDBClient) -> int:
    return client.scan(TableName="t", Select="COUNT")["Count"]


def test_a_key_comes_back_as_it_was_added(store: DynamoKeyStore) -> None:
    key = key_of(expires_at=START + HOUR)
    store.add(key)
    assert store.key(ACCOUNT, key.key_id) == store.holder(key.key_id) == key
    assert store.keys(ACCOUNT) == [key]


def test_another_accounts_key_is_not_found(store: DynamoKeyStore) -> None:
    store.add(key_of())
    assert store.key(OTHER_ACCOUNT, "key001") is None
    assert store.keys(OTHER_ACCOUNT) == []


def test_an_account_is_in_the_free_plan_until_it_is_given_another(store: DynamoKeyStore) -> None:
    assert store.plan(ACCOUNT) == "free"
    store.assign(ACCOUNT, "pro")
    assert (store.plan(ACCOUNT), store.plan(OTHER_ACCOUNT)) == ("pro", "free")


def test_refuses_a_key_of_a_plan_that_the_account_has_just_left(store: DynamoKeyStore) -> None:
    store.assign(ACCOUNT, "pro")
    with pytest.raises(Conflict, match="plan changed"):
        store.add(key_of(plan="free"))
    assert store.keys(ACCOUNT) == []


def test_the_count_bounds_the_keys_whatever_was_read_before(store: DynamoKeyStore) -> None:
    for place in range(ITEMS_AT_MOST):
        store.add(key_of(key_id=f"key{place:03}"))
    with pytest.raises(TooManyKeys):
        store.add(key_of(key_id="one more"))
    store.remove(key_of(key_id="key000"))
    store.add(key_of(key_id="one more"))


def test_a_removed_key_leaves_no_item_and_its_place(store: DynamoKeyStore, keyed_table: DynamoDBClient) -> None:
    key = key_of(expires_at=START + HOUR)
    store.add(key)
    assert count(keyed_table) == 4
    store.remove(key)
    # The account's plan stays.
    assert count(keyed_table) == 1


def test_a_key_that_is_removed_twice_is_counted_once(store: DynamoKeyStore) -> None:
    for place in range(ITEMS_AT_MOST):
        store.add(key_of(key_id=f"key{place:03}"))
    for _ in range(2):
        store.remove(key_of(key_id="key000"))
    store.add(key_of(key_id="one more"))
    with pytest.raises(TooManyKeys):
        store.add(key_of(key_id="two more"))


def test_a_rotation_writes_both_keys_or_none(store: DynamoKeyStore) -> None:
    before, after = key_of(), key_of(key_id="key002")
    store.add(before)
    old = replaced(before, "key002", START)
    store.add(after, replacing=old)
    assert store.holder("key001") == old
    with pytest.raises(Conflict, match="replaced or revoked"):
        store.add(key_of(key_id="key003"), replacing=old)
    assert store.holder("key003") is None


def test_a_change_on_top_of_another_one_is_refused(store: DynamoKeyStore) -> None:
    before = key_of()
    store.add(before)
    store.change(before, key_of(name="tablet"))
    with pytest.raises(Conflict, match="changed or revoked"):
        store.change(before, key_of(name="phone"))
    assert store.holder("key001") == key_of(name="tablet")


def test_ended_keys_are_found_by_their_end(store: DynamoKeyStore) -> None:
    store.add(key_of(key_id="late", expires_at=START + HOUR))
    store.add(key_of(key_id="soon", expires_at=START))
    store.add(key_of(key_id="never"))
    soon, late = EndedKey("soon", START), EndedKey("late", START + HOUR)
    assert store.expired(START, 10) == [soon]
    assert store.expired(START + HOUR, 10) == [soon, late]
    assert store.expired(START + HOUR, 1) == [soon]
    assert store.expired(START - HOUR, 10) == []


def test_a_key_whose_end_was_put_off_is_not_among_the_ended(store: DynamoKeyStore) -> None:
    before = key_of(expires_at=START)
    store.add(before)
    store.change(before, key_of(expires_at=START + HOUR))
    assert store.expired(START, 10) == []
    assert store.expired(START + HOUR, 10) == [EndedKey("key001", START + HOUR)]


def test_a_forgotten_key_leaves_nothing_and_again_changes_nothing(
    store: DynamoKeyStore, keyed_table: DynamoDBClient
) -> None:
    store.add(key_of(expires_at=START))
    for _ in range(2):
        store.forget(EndedKey("key001", START))
    assert (store.expired(START, 10), count(keyed_table)) == ([], 1)


def test_an_ended_key_of_an_erased_account_is_forgotten(store: DynamoKeyStore, keyed_table: DynamoDBClient) -> None:
    store.add(key_of(expires_at=START))
    for item in keyed_table.scan(TableName="t")["Items"]:
        if item["pk"]["S"] != "EXPIRING":
            keyed_table.delete_item(TableName="t", Key={name: item[name] for name in ("pk", "sk")})
    (ended,) = store.expired(START, 10)
    store.forget(ended)
    assert (store.expired(START, 10), count(keyed_table)) == ([], 0)
