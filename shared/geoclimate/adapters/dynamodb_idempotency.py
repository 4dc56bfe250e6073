"""Requests with an idempotency key, in a table of their own: who keeps answers has no right to write accounts."""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from geoclimate.adapters.aws_errors import error_code, unavailable_when_down
from geoclimate.adapters.dynamodb_transactions import item_key
from geoclimate.contracts.tables import EXPIRES_AT, PARTITION_KEY, idempotency_sort_key
from geoclimate.services.idempotency_ports import Claim, EarlierRequest, KeptAnswer

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_KEPT_S: Final = 24 * 3_600
_CLAIM_S: Final = 60
"""A claim holds so long, over the gateway's 29 s: who died with it does not block its repetition for a day."""
_LARGEST_BODY: Final = 300 * 1024
"""Bytes of a packed body; DynamoDB takes items of 400 KB."""
_CLAIMED_UNTIL: Final = "claimed_until"
_CONDITION_FAILED: Final = "ConditionalCheckFailedException"


class DynamoIdempotencyStore:
    """The requests table; implements `IdempotencyStore`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def claim(self, claim: Claim, now: dt.datetime) -> EarlierRequest | None:
        """Take the right to answer; the request that has it already where there is one.

        Raises:
            Unavailable: DynamoDB does not answer.
        """
        seconds = int(now.timestamp())
        item = {
            **_key(claim),
            "fingerprint": {"S": claim.fingerprint},
            "request_id": {"S": claim.request_id},
            _CLAIMED_UNTIL: {"N": str(seconds + _CLAIM_S)},
            EXPIRES_AT: {"N": str(seconds + _KEPT_S)},
        }
        try:
            with unavailable_when_down("DynamoDB"):
                self._client.put_item(
                    TableName=self._table,
                    Item=item,
                    # DynamoDB deletes what has expired within days, so what is still there may be over.
                    ConditionExpression="attribute_not_exists(#pk) OR #expires <= :now"
                    " OR (attribute_not_exists(#status) AND #until <= :now)",
                    ExpressionAttributeNames={
                        "#pk": PARTITION_KEY,
                        "#expires": EXPIRES_AT,
                        "#status": "status",
                        "#until": _CLAIMED_UNTIL,
                    },
                    ExpressionAttributeValues={":now": {"N": str(seconds)}},
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ClientError as error:
            if error_code(error) != _CONDITION_FAILED:
                raise
            answer: Mapping[str, Any] = error.response
            item = answer["Item"]
            # The put was done and its answer lost, so the client sent it again: the claim is this request's own.
            if item.get("request_id", {}).get("S") == claim.request_id and "status" not in item:
                return None
            return _earlier(item)
        return None

    def keep(self, claim: Claim, answer: KeptAnswer) -> None:
        """Keep the answer beside the claim, unless another request has taken it over.

        A body that is too large for an item is not kept; the rest is.

        Raises:
            Unavailable: DynamoDB does not answer.
        """
        values: dict[str, Any] = {
            ":status": {"N": str(answer.status)},
            ":headers": {"S": json.dumps(dict(answer.headers))},
        }
        names = {"#status": "status", "#headers": "headers"}
        packed = None if answer.body is None else gzip.compress(answer.body, mtime=0)
        if packed is not None and len(packed) <= _LARGEST_BODY:
            values[":body"] = {"B": packed}
            names["#body"] = "body"
        self._if_ours(claim, names, values, "SET " + ", ".join(f"{name} = :{name[1:]}" for name in names))

    def release(self, claim: Claim) -> None:
        """Give the right back: nothing was done.

        Raises:
            Unavailable: DynamoDB does not answer.
        """
        # A claim that is over is as good as none, and to write that takes no right to delete.
        self._if_ours(claim, {"#until": _CLAIMED_UNTIL}, {":over": {"N": "0"}}, "SET #until = :over")

    def _if_ours(self, claim: Claim, names: Mapping[str, str], values: Mapping[str, Any], update: str) -> None:
        try:
            with unavailable_when_down("DynamoDB"):
                self._client.update_item(
                    TableName=self._table,
                    Key=_key(claim),
                    UpdateExpression=update,
                    ConditionExpression="#request = :request",
                    ExpressionAttributeNames={**names, "#request": "request_id"},
                    ExpressionAttributeValues={**values, ":request": {"S": claim.request_id}},
                )
        except ClientError as error:
            if error_code(error) != _CONDITION_FAILED:
                raise


def _key(claim: Claim) -> dict[str, Any]:
    return item_key(claim.account, idempotency_sort_key(claim.key))


def _earlier(item: Mapping[str, Any]) -> EarlierRequest:
    fingerprint = item["fingerprint"]["S"]
    if "status" not in item:
        return EarlierRequest(fingerprint, None)
    body = gzip.decompress(_as_bytes(item["body"]["B"])) if "body" in item else None
    return EarlierRequest(fingerprint, KeptAnswer(int(item["status"]["N"]), json.loads(item["headers"]["S"]), body))


def _as_bytes(value: Any) -> bytes:
    """Bytes of an attribute; boto3 leaves those of an error's item in Base64."""
    return base64.b64decode(value) if isinstance(value, str) else bytes(value)
