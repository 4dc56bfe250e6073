"""Keys of accounts in DynamoDB.

A key is an item in its account's partition, and one by its id that says whose it is; one that ends by itself has a
third, in the order in which keys end. The three are written together, so that none is without the others. The account's
plan is an item that also counts the keys, which bounds them however many requests come at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from geoclimate.adapters.aws_errors import unavailable_when_down
from geoclimate.adapters.dynamodb_transactions import delete_existing, item_key, put_new, transact
from geoclimate.contracts.tables import (
    EXPIRING_KEYS_PARTITION,
    GATEWAY_KEY,
    KEY_INDEX_SORT_KEY,
    KEY_PREFIX,
    PARTITION_KEY,
    PLAN_SORT_KEY,
    SORT_KEY,
    account_partition,
    expiring_key_sort_key,
    key_index_partition,
    key_sort_key,
)
from geoclimate.domain.account_errors import TooManyKeys
from geoclimate.domain.api_keys import ITEMS_AT_MOST, ApiKey
from geoclimate.domain.errors import Conflict
from geoclimate.domain.plans import FREE
from geoclimate.services.key_ports import EndedKey

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_COUNTED: Final = 0
"""Place of the plan's item in the transaction that adds a key."""


class DynamoKeyStore:
    """The keys in the accounts table; implements `KeyStore` and `ExpiredKeyStore`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def plan(self, account: str) -> str:
        """Name of the account's plan."""
        item = self._item(account_partition(account), PLAN_SORT_KEY)
        return FREE if item is None or "plan" not in item else str(item["plan"]["S"])

    def assign(self, account: str, plan: str) -> None:
        """Give an account a plan, for the keys to come."""
        with unavailable_when_down("DynamoDB"):
            self._client.update_item(
                TableName=self._table,
                Key=item_key(account_partition(account), PLAN_SORT_KEY),
                UpdateExpression="SET #plan = :plan",
                ExpressionAttributeNames={"#plan": "plan"},
                ExpressionAttributeValues={":plan": {"S": plan}},
            )

    def keys(self, account: str) -> Sequence[ApiKey]:
        """The account's keys, the oldest first."""
        with unavailable_when_down("DynamoDB"):
            # No account has more keys than one answer holds.
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="#pk = :pk AND begins_with(#sk, :keys)",
                ExpressionAttributeNames={"#pk": PARTITION_KEY, "#sk": SORT_KEY},
                ExpressionAttributeValues={":pk": {"S": account_partition(account)}, ":keys": {"S": KEY_PREFIX}},
                ConsistentRead=True,
            )
        return sorted(map(_key_of, answer["Items"]), key=lambda key: (key.created_at, key.key_id))

    def key(self, account: str, key_id: str) -> ApiKey | None:
        """One of the account's keys, or None."""
        item = self._item(account_partition(account), key_sort_key(key_id))
        return None if item is None else _key_of(item)

    def holder(self, key_id: str) -> ApiKey | None:
        """The key of this id, whoever has it; None for one that belongs to no account."""
        item = self._item(key_index_partition(key_id), KEY_INDEX_SORT_KEY, consistent=False)
        return None if item is None else _key_of(item)

    def add(self, key: ApiKey, *, replacing: ApiKey | None = None) -> None:
        """Add a key, and write with it how the key that it replaces has changed.

        Raises:
            TooManyKeys: The account has as many as it may, the replaced ones included.
            Conflict: The account's plan is another one meanwhile, or the key that is replaced was changed.
            Unavailable: DynamoDB does not answer.
        """
        actions = [self._count_one_more(key), *(put_new(self._table, item) for item in _items(key))]
        if replacing is not None:
            before = self.key(key.account, replacing.key_id)
            if before is None or before.replaced_by is not None:
                raise Conflict("The key was replaced or revoked at this moment.")
            actions += self._changes(before, replacing)
        failed = transact(self._client, actions)
        if _COUNTED in failed and self.plan(key.account) == key.plan:
            raise TooManyKeys(f"An account may have {ITEMS_AT_MOST} keys with those that were replaced within a day.")
        if failed:
            raise Conflict("The account's keys or its plan changed at this moment.")

    def change(self, before: ApiKey, after: ApiKey) -> None:
        """Write a key that was changed.

        Raises:
            Conflict: Somebody else changed it first.
            Unavailable: DynamoDB does not answer.
        """
        if transact(self._client, self._changes(before, after)):
            raise Conflict("The key was changed or revoked at this moment.")

    def remove(self, key: ApiKey) -> None:
        """Forget a key; again changes nothing."""
        own, index, *expiring = _items(key)
        actions = [delete_existing(self._table, _key_part(own)), *map(self._delete, (index, *expiring))]
        # A condition that fails says that another request has just removed it, and counted it.
        transact(self._client, [*actions, self._count_one_less(key)])

    def expired(self, now: dt.datetime, limit: int) -> Sequence[EndedKey]:
        """The keys whose end is reached, the longest ago first."""
        with unavailable_when_down("DynamoDB"):
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="#pk = :pk AND #sk < :now",
                ExpressionAttributeNames={"#pk": PARTITION_KEY, "#sk": SORT_KEY},
                ExpressionAttributeValues={
                    ":pk": {"S": EXPIRING_KEYS_PARTITION},
                    # The end itself counts: "~" sorts behind every id.
                    ":now": {"S": expiring_key_sort_key(now, "~")},
                },
                Limit=limit,
            )
        return [
            EndedKey(str(item[GATEWAY_KEY]["S"]), dt.datetime.fromisoformat(item["ends_at"]["S"]))
            for item in answer["Items"]
        ]

    def forget(self, ended: EndedKey) -> None:
        """Forget an ended key, whoever had it, also one whose account is gone; again changes nothing."""
        key = self.holder(ended.key_id)
        if key is not None:
            self.remove(key)
        # An account that was erased leaves this item, which does not name it.
        sort = expiring_key_sort_key(ended.ended_at, ended.key_id)
        with unavailable_when_down("DynamoDB"):
            self._client.delete_item(TableName=self._table, Key=item_key(EXPIRING_KEYS_PARTITION, sort))

    def _changes(self, before: ApiKey, after: ApiKey) -> list[Any]:
        own, index, *expiring = _items(after)
        actions: list[Any] = [
            {
                "Put": {
                    "TableName": self._table,
                    "Item": own,
                    # Nobody else has written it since it was read.
                    **_unchanged(before),
                }
            },
            {"Put": {"TableName": self._table, "Item": index}},
        ]
        if before.expires_at != after.expires_at:
            actions += [self._delete(item) for item in _items(before)[2:]]
            actions += [{"Put": {"TableName": self._table, "Item": item}} for item in expiring]
        return actions

    def _count_one_more(self, key: ApiKey) -> dict[str, Any]:
        unassigned = " OR attribute_not_exists(#plan)" if key.plan == FREE else ""
        return {
            "Update": {
                "TableName": self._table,
                "Key": item_key(account_partition(key.account), PLAN_SORT_KEY),
                "UpdateExpression": "ADD #keys :one",
                "ConditionExpression": (
                    f"(#plan = :plan{unassigned}) AND (attribute_not_exists(#keys) OR #keys < :most)"
                ),
                "ExpressionAttributeNames": {"#plan": "plan", "#keys": "keys"},
                "ExpressionAttributeValues": {
                    ":one": {"N": "1"},
                    ":most": {"N": str(ITEMS_AT_MOST)},
                    ":plan": {"S": key.plan},
                },
            }
        }

    def _count_one_less(self, key: ApiKey) -> dict[str, Any]:
        return {
            "Update": {
                "TableName": self._table,
                "Key": item_key(account_partition(key.account), PLAN_SORT_KEY),
                "UpdateExpression": "ADD #keys :one",
                "ExpressionAttributeNames": {"#keys": "keys"},
                "ExpressionAttributeValues": {":one": {"N": "-1"}},
            }
        }

    def _delete(self, item: Mapping[str, Any]) -> dict[str, Any]:
        return {"Delete": {"TableName": self._table, "Key": _key_part(item)}}

    def _item(self, partition: str, sort: str, *, consistent: bool = True) -> Mapping[str, Any] | None:
        with unavailable_when_down("DynamoDB"):
            answer = self._client.get_item(
                TableName=self._table, Key=item_key(partition, sort), ConsistentRead=consistent
            )
        return answer.get("Item")


def _items(key: ApiKey) -> list[dict[str, Any]]:
    """All items of a key: the account's, the one by its id, and, where it ends by itself, the one by its end."""
    members: dict[str, Any] = {
        GATEWAY_KEY: {"S": key.key_id},
        "account": {"S": key.account},
        "name": {"S": key.name},
        "plan": {"S": key.plan},
        "created_at": {"S": key.created_at.isoformat()},
    }
    if key.expires_at is not None:
        members["ends_at"] = {"S": key.expires_at.isoformat()}
    if key.replaced_by is not None:
        members["replaced_by"] = {"S": key.replaced_by}
    items = [
        {**item_key(account_partition(key.account), key_sort_key(key.key_id)), **members},
        {**item_key(key_index_partition(key.key_id), KEY_INDEX_SORT_KEY), **members},
    ]
    if key.expires_at is not None:
        sort = expiring_key_sort_key(key.expires_at, key.key_id)
        members = {GATEWAY_KEY: {"S": key.key_id}, "ends_at": {"S": key.expires_at.isoformat()}}
        items.append({**item_key(EXPIRING_KEYS_PARTITION, sort), **members})
    return items


def _key_of(item: Mapping[str, Any]) -> ApiKey:
    ends_at, replaced_by = item.get("ends_at"), item.get("replaced_by")
    return ApiKey(
        key_id=item[GATEWAY_KEY]["S"],
        account=item["account"]["S"],
        name=item["name"]["S"],
        plan=item["plan"]["S"],
        created_at=dt.datetime.fromisoformat(item["created_at"]["S"]),
        expires_at=None if ends_at is None else dt.datetime.fromisoformat(ends_at["S"]),
        replaced_by=None if replaced_by is None else replaced_by["S"],
    )


def _key_part(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: item[name] for name in (PARTITION_KEY, SORT_KEY)}


def _unchanged(before: ApiKey) -> dict[str, Any]:
    """The condition that an account's item still says what was read."""
    members = {name: value for name, value in _items(before)[0].items() if name not in (PARTITION_KEY, SORT_KEY)}
    same = [f"#{name} = :{name}" for name in members]
    absent = [name for name in ("ends_at", "replaced_by") if name not in members]
    return {
        "ConditionExpression": " AND ".join([*same, *(f"attribute_not_exists(#{name})" for name in absent)]),
        "ExpressionAttributeNames": {f"#{name}": name for name in (*members, *absent)},
        "ExpressionAttributeValues": {f":{name}": value for name, value in members.items()},
    }
