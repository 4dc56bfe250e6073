"""Items of an account in the jobs table: written once, found by id, listed from the newest on, gone by themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from geoclimate.adapters.aws_errors import unavailable_when_down
from geoclimate.contracts.tables import EXPIRES_AT, PARTITION_KEY, SORT_KEY

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

KEPT_DAYS: Final = 90
"""What was made for an account is gone before; what became of it is told for so long."""


def expiry(created_at: dt.datetime) -> dict[str, Any]:
    """The attribute that makes an item go by itself."""
    return {EXPIRES_AT: {"N": str(int((created_at + dt.timedelta(days=KEPT_DAYS)).timestamp()))}}


class AccountItems:
    """The items of accounts whose sort keys begin alike.

    Args:
        client: Of DynamoDB.
        table: Name of the table.
        prefix: What their sort keys begin with; their ids follow it and ascend with time.
    """

    def __init__(self, client: DynamoDBClient, table: str, prefix: str) -> None:
        self._client = client
        self._table = table
        self._prefix = prefix

    def add(self, account: str, name: str, attributes: Mapping[str, Any], created_at: dt.datetime) -> None:
        """Write a new item.

        Raises:
            Unavailable: DynamoDB does not answer.
        """
        with unavailable_when_down("DynamoDB"):
            self._client.put_item(
                TableName=self._table,
                Item={**self.key(account, name), **expiry(created_at), **attributes},
                ConditionExpression="attribute_not_exists(#pk)",
                ExpressionAttributeNames={"#pk": PARTITION_KEY},
            )

    def get(self, account: str, name: str) -> Mapping[str, Any] | None:
        """An item, or None.

        Raises:
            Unavailable: DynamoDB does not answer.
        """
        with unavailable_when_down("DynamoDB"):
            answer = self._client.get_item(TableName=self._table, Key=self.key(account, name), ConsistentRead=True)
        return answer.get("Item")

    def newest(self, account: str, before: str | None, most: int) -> Sequence[Mapping[str, Any]]:
        """Items from the newest on, or from the one before an id on; what was written a moment ago is seen.

        Raises:
            Unavailable: DynamoDB does not answer.
        """
        start: dict[str, Any] = {} if before is None else {"ExclusiveStartKey": self.key(account, before)}
        found: list[Mapping[str, Any]] = []
        while len(found) < most:
            with unavailable_when_down("DynamoDB"):
                answer = self._client.query(
                    TableName=self._table,
                    KeyConditionExpression="#pk = :pk AND begins_with(#sk, :prefix)",
                    ExpressionAttributeNames={"#pk": PARTITION_KEY, "#sk": SORT_KEY},
                    ExpressionAttributeValues={":pk": {"S": account}, ":prefix": {"S": self._prefix}},
                    ScanIndexForward=False,
                    Limit=most - len(found),
                    ConsistentRead=True,
                    **start,
                )
            found += answer["Items"]
            # An answer ends at 1 MB; large requests of jobs come to that.
            if "LastEvaluatedKey" not in answer:
                break
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
        return found

    def key(self, account: str, name: str) -> dict[str, Any]:
        """The key of an item."""
        return {PARTITION_KEY: {"S": account}, SORT_KEY: {"S": self._prefix + name}}

    def id_of(self, item: Mapping[str, Any]) -> str:
        """The id in an item's sort key."""
        text: str = item[SORT_KEY]["S"]
        return text.removeprefix(self._prefix)
