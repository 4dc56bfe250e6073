"""Items with a version: written only over the version that was read, so that two writers lose nothing."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from geoclimate.adapters.aws_errors import error_code, unavailable_when_down

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

UNWRITTEN: Final = 0
"""Version of an item that is not stored yet."""
ATTEMPTS: Final = 8
"""How often a write is tried against other writers."""
VERSION: Final = "version"
"""Attribute that holds an item's version."""
_FIRST_WAIT_S: Final = 0.05
_CHANCE: Final = random.SystemRandom()
"""Not the module's own: its state is in a function's snapshot, so all that are restored from one would wait alike."""


def item_version(item: Mapping[str, Any]) -> int:
    """The version of a stored item."""
    return int(item[VERSION]["N"])


def put_over(client: DynamoDBClient, table: str, item: Mapping[str, Any], version: int) -> bool:
    """Write an item over the version that was read, as the next one; False where somebody else was faster.

    Raises:
        Unavailable: The table does not answer or refuses for load.
    """
    condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(#version)"}
    if version != UNWRITTEN:
        condition = {
            "ConditionExpression": "#version = :read",
            "ExpressionAttributeValues": {":read": {"N": str(version)}},
        }
    try:
        with unavailable_when_down("DynamoDB"):
            client.put_item(
                TableName=table,
                Item={**item, VERSION: {"N": str(version + 1)}},
                ExpressionAttributeNames={"#version": VERSION},
                **condition,
            )
    except ClientError as error:
        if error_code(error) == "ConditionalCheckFailedException":
            return False
        raise
    return True


def retry_wait(attempt: int) -> float:
    """Seconds to wait before the next attempt: up to twice as long each time, at random (full jitter).

    Writers who met once would otherwise meet again. All attempts together wait 6 s on average.
    """
    return _CHANCE.uniform(0.0, _FIRST_WAIT_S * 2**attempt)
