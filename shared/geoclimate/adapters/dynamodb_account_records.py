"""Everything that the tables keep of an account: its partitions, whoever wrote what into them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from geoclimate.adapters.aws_errors import unavailable_when_down
from geoclimate.adapters.dynamodb_tables import DynamoRawTable
from geoclimate.contracts.tables import (
    DAY_PREFIX,
    ERASURE_SORT_KEY,
    IDEMPOTENCY_PREFIX,
    JOB_PREFIX,
    JOBS_SORT_KEY,
    KEY_PREFIX,
    PARTITION_KEY,
    PLAN_SORT_KEY,
    PROFILE_SORT_KEY,
    RECEIPT_PREFIX,
    SORT_KEY,
    UPLOAD_PREFIX,
    account_partition,
)

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        PROFILE_SORT_KEY: "account",
        PLAN_SORT_KEY: "account",
        KEY_PREFIX: "keys",
        RECEIPT_PREFIX: "receipts",
        IDEMPOTENCY_PREFIX: "repeatable_requests",
        ERASURE_SORT_KEY: "account",
        DAY_PREFIX: "usage",
        JOB_PREFIX: "jobs",
        JOBS_SORT_KEY: "account",
        UPLOAD_PREFIX: "uploads",
    }
)
"""What an item is, by how its sort key begins."""
_OTHER: Final = "other"
_LEFT: Final = (ERASURE_SORT_KEY, KEY_PREFIX)


@dataclass(frozen=True, slots=True)
class AccountTables:
    """Names of the tables that keep something of accounts."""

    accounts: str
    usage: str
    jobs: str
    requests: str


class DynamoAccountRecords:
    """The accounts, usage, jobs and requests tables; implements `AccountRecords`."""

    def __init__(self, client: DynamoDBClient, tables: AccountTables) -> None:
        self._client = client
        self._tables = tables

    def everything(self, account: str) -> Iterator[tuple[str, Mapping[str, object]]]:
        """Every record as JSON can hold it, each with the name of its kind.

        Raises:
            Unavailable: DynamoDB does not answer.
        """
        for table, partition in self._partitions(account):
            for item in self._query(table, partition):
                yield (
                    _kind_of(item[SORT_KEY]["S"]),
                    {name: _plain(value) for name, value in item.items() if name != PARTITION_KEY},
                )

    def delete_everything(self, account: str) -> int:
        """Delete every record but keys and that the account is being erased; gives how many there were.

        A key goes with the gateway's, or nobody would know any more that the gateway has it.

        Raises:
            Unavailable: DynamoDB does not answer; some may be deleted.
        """
        return sum(self._delete(table, partition) for table, partition in self._partitions(account))

    def _delete(self, table: str, partition: str) -> int:
        keys = [
            (partition, item[SORT_KEY]["S"])
            for item in self._query(table, partition, keys_only=True)
            if not item[SORT_KEY]["S"].startswith(_LEFT)
        ]
        DynamoRawTable(self._client, table).delete(keys)
        return len(keys)

    def _partitions(self, account: str) -> Iterable[tuple[str, str]]:
        return (
            (self._tables.jobs, account),
            (self._tables.usage, account),
            (self._tables.requests, account),
            (self._tables.accounts, account_partition(account)),
        )

    def _query(self, table: str, partition: str, *, keys_only: bool = False) -> Iterator[Mapping[str, Any]]:
        names = {"#pk": PARTITION_KEY} | ({"#sk": SORT_KEY} if keys_only else {})
        only: dict[str, Any] = {"ProjectionExpression": "#pk, #sk"} if keys_only else {}
        with unavailable_when_down("DynamoDB"):
            for page in self._client.get_paginator("query").paginate(
                TableName=table,
                ConsistentRead=True,
                KeyConditionExpression="#pk = :pk",
                ExpressionAttributeNames=names,
                ExpressionAttributeValues={":pk": {"S": partition}},
                **only,
            ):
                yield from page["Items"]


def _kind_of(sort_key: str) -> str:
    return next((kind for beginning, kind in _KINDS.items() if sort_key.startswith(beginning)), _OTHER)


def _plain(attribute: Mapping[str, Any]) -> object:
    """An attribute as JSON can hold it: binaries as base64 text, sets as lists in one order."""
    [(kind, value)] = attribute.items()
    members: dict[str, Callable[[Any], object]] = {"L": _plain, "NS": _number, "BS": _base64, "SS": str}
    if kind in members:
        plain = [members[kind](member) for member in value]
        return plain if kind == "L" else sorted(plain, key=str)
    if kind == "M":
        return {name: _plain(member) for name, member in value.items()}
    single: dict[str, Callable[[Any], object]] = {"N": _number, "B": _base64, "NULL": lambda _: None}
    return single[kind](value) if kind in single else value


def _base64(value: Any) -> str:
    return base64.b64encode(bytes(value)).decode("ascii")


def _number(text: str) -> float:
    number = float(text)
    return int(text) if number.is_integer() and text.lstrip("-").isdigit() else number
