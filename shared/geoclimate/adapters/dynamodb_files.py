"""The ledger of files that were taken in, in DynamoDB, by the digest of their content."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from geoclimate.adapters.aws_errors import error_code, unavailable_when_down
from geoclimate.contracts.tables import FILE_SORT_KEY, PARTITION_KEY, SORT_KEY
from geoclimate.services.ports import TakenFile

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class DynamoFileLedger:
    """The files table; implements `FileLedger`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def find(self, digest: str) -> TakenFile | None:
        """The record of this content, or None where it was never taken in whole.

        Raises:
            Unavailable: The table does not answer.
        """
        with unavailable_when_down("DynamoDB"):
            answer = self._client.get_item(TableName=self._table, Key=_key(digest), ConsistentRead=True)
        item = answer.get("Item")
        if item is None:
            return None
        return TakenFile(
            digest=digest,
            key=item["key"]["S"],
            taken_at=dt.datetime.fromisoformat(item["taken_at"]["S"]),
            accepted=int(item["accepted"]["N"]),
            refused=int(item["refused"]["N"]),
            mapping_digest=item["mapping_digest"]["S"] if "mapping_digest" in item else None,
        )

    def record(self, taken: TakenFile) -> None:
        """Remember a file; the first record of a digest and mapping stays, that of an older mapping is replaced.

        Raises:
            Unavailable: The table does not answer.
        """
        item: dict[str, Any] = {
            **_key(taken.digest),
            "key": {"S": taken.key},
            "taken_at": {"S": taken.taken_at.isoformat()},
            "accepted": {"N": str(taken.accepted)},
            "refused": {"N": str(taken.refused)},
        }
        condition: dict[str, Any] = {
            "ConditionExpression": "attribute_not_exists(#pk)",
            "ExpressionAttributeNames": {"#pk": PARTITION_KEY},
        }
        if taken.mapping_digest is not None:
            item["mapping_digest"] = {"S": taken.mapping_digest}
            condition = {
                "ConditionExpression": "attribute_not_exists(#pk) OR #mapping <> :mapping",
                "ExpressionAttributeNames": {"#pk": PARTITION_KEY, "#mapping": "mapping_digest"},
                "ExpressionAttributeValues": {":mapping": {"S": taken.mapping_digest}},
            }
        try:
            with unavailable_when_down("DynamoDB"):
                self._client.put_item(TableName=self._table, Item=item, **condition)
        except ClientError as error:
            if error_code(error) != "ConditionalCheckFailedException":
                raise


def _key(digest: str) -> dict[str, Any]:
    return {PARTITION_KEY: {"S": digest}, SORT_KEY: {"S": FILE_SORT_KEY}}
