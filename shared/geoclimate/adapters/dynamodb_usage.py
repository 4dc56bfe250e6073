"""What accounts use, in DynamoDB: one item an account and UTC day, with a pair of counters an operation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from geoclimate.adapters.aws_errors import unavailable_when_down
from geoclimate.adapters.dynamodb_transactions import item_key
from geoclimate.contracts.tables import DAY_PREFIX, EXPIRES_AT, PARTITION_KEY, SORT_KEY, usage_sort_key
from geoclimate.domain.usage import KEPT, DayUsage, RouteUsage

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_CALLS: Final = "calls#"
_COST: Final = "cost#"
_COUNT: Final = "ADD #calls :one, #cost :cost, #route_calls :one, #route_cost :cost SET #expires = :expires"


class DynamoUsageStore:
    """The usage table; implements `UsageStore`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def add(self, account: str, day: dt.date, operation: str, cost: int) -> int:
        """Count a call, and give what the account used on this day, this call included.

        Raises:
            Unavailable: DynamoDB does not answer; the call may be counted or not.
        """
        kept_until = dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC) + KEPT
        with unavailable_when_down("DynamoDB"):
            answer = self._client.update_item(
                TableName=self._table,
                Key=item_key(account, usage_sort_key(day)),
                UpdateExpression=_COUNT,
                ExpressionAttributeNames={
                    "#calls": "calls",
                    "#cost": "cost",
                    "#route_calls": f"{_CALLS}{operation}",
                    "#route_cost": f"{_COST}{operation}",
                    "#expires": EXPIRES_AT,
                },
                ExpressionAttributeValues={
                    ":one": {"N": "1"},
                    ":cost": {"N": str(cost)},
                    ":expires": {"N": str(int(kept_until.timestamp()))},
                },
                ReturnValues="UPDATED_NEW",
            )
        return int(answer["Attributes"]["cost"]["N"])

    def used(self, account: str, first: dt.date, last: dt.date) -> Sequence[DayUsage]:
        """What an account used from the first day to the last, the oldest first; days without calls are left out.

        Raises:
            Unavailable: DynamoDB does not answer.
        """
        return [_day_of(item) for item in self._items(account, first, last)]

    def _items(self, account: str, first: dt.date, last: dt.date) -> Iterable[Mapping[str, Any]]:
        with unavailable_when_down("DynamoDB"):
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression="#pk = :pk AND #sk BETWEEN :first AND :last",
                ExpressionAttributeNames={"#pk": PARTITION_KEY, "#sk": SORT_KEY},
                ExpressionAttributeValues={
                    ":pk": {"S": account},
                    ":first": {"S": usage_sort_key(first)},
                    ":last": {"S": usage_sort_key(last)},
                },
            )
            for page in pages:
                yield from page["Items"]


def _day_of(item: Mapping[str, Any]) -> DayUsage:
    operations = sorted(name.removeprefix(_CALLS) for name in item if name.startswith(_CALLS))
    return DayUsage(
        day=dt.date.fromisoformat(item[SORT_KEY]["S"].removeprefix(DAY_PREFIX)),
        calls=int(item["calls"]["N"]),
        cost=int(item["cost"]["N"]),
        routes=tuple(
            RouteUsage(name, int(item[f"{_CALLS}{name}"]["N"]), int(item[f"{_COST}{name}"]["N"])) for name in operations
        ),
    )
