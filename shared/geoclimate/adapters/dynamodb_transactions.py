"""Several items at once: all written or none, and many read by their keys."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from geoclimate.adapters.aws_errors import error_code, unavailable_when_down
from geoclimate.adapters.dynamodb_versions import ATTEMPTS, UNWRITTEN, VERSION, retry_wait
from geoclimate.contracts.tables import PARTITION_KEY, SORT_KEY
from geoclimate.domain.errors import Unavailable

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_READ_BATCH: Final = 100
"""What one BatchGetItem takes."""


def transact(
    client: DynamoDBClient, actions: Sequence[Any], sleep: Callable[[float], None] = time.sleep
) -> frozenset[int]:
    """Write all of it, or nothing where a condition does not hold.

    Args:
        client: Client of DynamoDB.
        actions: What to write, 100 at most, as `transact_write_items` takes them.
        sleep: Waits so many seconds.

    Returns:
        Places of actions whose condition does not hold; none where everything was written.

    Raises:
        Unavailable: DynamoDB does not answer, or others go on writing the same items at the same moment.
    """
    for attempt in range(ATTEMPTS):
        try:
            with unavailable_when_down("DynamoDB"):
                client.transact_write_items(TransactItems=actions)
        except ClientError as error:
            if error_code(error) != "TransactionCanceledException":
                raise
            if failed := _failed_conditions(error):
                return failed
            # Somebody wrote one of them at the same moment, or a partition refuses for load.
            sleep(retry_wait(attempt))
        else:
            return frozenset()
    raise Unavailable(f"DynamoDB goes on refusing a transaction, {ATTEMPTS} times in a row")


def put_new(table: str, item: Mapping[str, Any]) -> dict[str, Any]:
    """The action of a transaction that writes an item where there is none of its keys."""
    return {
        "Put": {
            "TableName": table,
            "Item": item,
            "ConditionExpression": "attribute_not_exists(#pk)",
            "ExpressionAttributeNames": {"#pk": PARTITION_KEY},
        }
    }


def put_version(table: str, item: Mapping[str, Any], version: int) -> dict[str, Any]:
    """The action of a transaction that writes an item over the version that was read, as the next one."""
    return {
        "Put": {
            "TableName": table,
            "Item": {**item, VERSION: {"N": str(version + 1)}},
            **_version_condition(version),
        }
    }


def delete_existing(table: str, key: Mapping[str, Any]) -> dict[str, Any]:
    """The action of a transaction that deletes an item, which must be there."""
    return {
        "Delete": {
            "TableName": table,
            "Key": key,
            "ConditionExpression": "attribute_exists(#pk)",
            "ExpressionAttributeNames": {"#pk": PARTITION_KEY},
        }
    }


def read_items(
    client: DynamoDBClient,
    table: str,
    keys: Iterable[tuple[str, str]],
    sleep: Callable[[float], None] = time.sleep,
    *,
    consistent: bool = True,
    attributes: Sequence[str] = (),
) -> Iterator[Mapping[str, Any]]:
    """The items of these keys that exist, in any order; a hundred a request.

    Args:
        client: Client of DynamoDB.
        table: Name of the table.
        keys: Partition key and sort key of each, all different.
        sleep: Waits so many seconds.
        consistent: Whether what was written a moment ago must be seen; that costs twice as much.
        attributes: What to give of the items beside their keys; everything where none is named.

    Raises:
        Unavailable: The table does not answer, or goes on refusing for load.
    """
    how: dict[str, Any] = {"ConsistentRead": consistent}
    if attributes:
        names = {f"#{name}": name for name in (PARTITION_KEY, SORT_KEY, *attributes)}
        how |= {"ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names}
    rest = iter(keys)
    while chunk := list(islice(rest, _READ_BATCH)):
        waiting: Any = {table: {"Keys": [item_key(*key) for key in chunk], **how}}
        for attempt in range(ATTEMPTS):
            with unavailable_when_down("DynamoDB"):
                answer = client.batch_get_item(RequestItems=waiting)
            yield from answer["Responses"].get(table, ())
            waiting = answer.get("UnprocessedKeys")
            if not waiting:
                break
            sleep(retry_wait(attempt))
        else:
            raise Unavailable(f"table {table} goes on refusing to be read, {ATTEMPTS} times in a row")


def item_key(partition: str, sort: str) -> dict[str, Any]:
    """Both keys as DynamoDB takes them."""
    return {PARTITION_KEY: {"S": partition}, SORT_KEY: {"S": sort}}


def _version_condition(version: int) -> dict[str, Any]:
    names = {"ExpressionAttributeNames": {"#version": VERSION}}
    if version == UNWRITTEN:
        return {"ConditionExpression": "attribute_not_exists(#version)", **names}
    return {
        "ConditionExpression": "#version = :read",
        "ExpressionAttributeValues": {":read": {"N": str(version)}},
        **names,
    }


def _failed_conditions(error: ClientError) -> frozenset[int]:
    answer: Mapping[str, Any] = error.response
    reasons = enumerate(answer.get("CancellationReasons", []))
    return frozenset(place for place, reason in reasons if reason.get("Code") == "ConditionalCheckFailed")
