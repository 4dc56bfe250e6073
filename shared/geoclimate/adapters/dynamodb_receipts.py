"""Receipts of exports and erasures in the accounts table, and whether an account is being erased."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from botocore.exceptions import ClientError

from geoclimate.adapters.aws_errors import error_code, unavailable_when_down
from geoclimate.adapters.dynamodb_transactions import item_key, put_new, transact
from geoclimate.contracts.tables import (
    ERASURE_SORT_KEY,
    EXPIRES_AT,
    PARTITION_KEY,
    RECEIPT_PREFIX,
    RECEIPT_SORT_KEY,
    SORT_KEY,
    account_partition,
    erasure_receipt_partition,
    receipt_sort_key,
)
from geoclimate.domain.errors import Conflict
from geoclimate.domain.receipts import RECEIPT_LIFE, Receipt, ReceiptKind, ReceiptState
from geoclimate.services.privacy_ports import Place

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_TOMBSTONE_LIFE: Final = dt.timedelta(days=1)
"""Longer than any token lives, and than the workflow runs."""
_COUNT: Final = "count_"
_GONE: Final = "ConditionalCheckFailedException"
_KIND: Final = re.compile(r"[a-z_]+")


class DynamoReceipts:
    """The accounts table; implements `ReceiptStore` and `Standing`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def running_export(self, account: str, since: dt.datetime) -> str | None:
        """Id of an export of the account that was asked for since an instant and still runs, or None.

        Raises:
            Unavailable: DynamoDB does not answer.
        """
        with unavailable_when_down("DynamoDB"):
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                ConsistentRead=True,
                KeyConditionExpression="#pk = :pk AND begins_with(#sk, :receipts)",
                ExpressionAttributeNames={"#pk": PARTITION_KEY, "#sk": SORT_KEY},
                ExpressionAttributeValues={
                    ":pk": {"S": account_partition(account)},
                    ":receipts": {"S": RECEIPT_PREFIX},
                },
            )
            items = [item for page in pages for item in page["Items"]]
        for item in items:
            receipt = _receipt(item)
            if receipt.state == "running" and receipt.requested_at >= since:
                return item[SORT_KEY]["S"].removeprefix(RECEIPT_PREFIX)
        return None

    def begin_export(self, account: str, receipt: str, at: dt.datetime) -> Place:
        """Write the receipt of an export that begins.

        Raises:
            Unavailable: DynamoDB does not answer.
        """
        place = Place(account_partition(account), receipt_sort_key(receipt))
        with unavailable_when_down("DynamoDB"):
            self._client.put_item(TableName=self._table, Item=_item(place, "export", at))
        return place

    def begin_erasure(self, account: str, digest: str, at: dt.datetime) -> Place:
        """Write the receipt of an erasure that begins, by the digest of its id, and that the account is being erased.

        Raises:
            Conflict: It is being erased already.
            Unavailable: DynamoDB does not answer.
        """
        place = Place(erasure_receipt_partition(digest), RECEIPT_SORT_KEY)
        tombstone = item_key(account_partition(account), ERASURE_SORT_KEY) | {
            "requested_at": {"S": at.isoformat()},
            EXPIRES_AT: _seconds(at + _TOMBSTONE_LIFE),
        }
        actions = [put_new(self._table, tombstone), put_new(self._table, _item(place, "erasure", at))]
        if transact(self._client, actions):
            raise Conflict("The account is being erased already; the receipt was given to who asked first.")
        return place

    def withdraw_export(self, account: str, receipt: str) -> None:
        """Forget the receipt of an export that could not be started.

        Raises:
            Unavailable: DynamoDB does not answer.
        """
        self._delete(Place(account_partition(account), receipt_sort_key(receipt)))

    def withdraw_erasure(self, account: str, digest: str) -> None:
        """Forget the receipt of an erasure that could not be started, and that the account is being erased.

        Raises:
            Unavailable: DynamoDB does not answer.
        """
        # The account first: a receipt that stays says too little, and goes by itself.
        self._delete(Place(account_partition(account), ERASURE_SORT_KEY))
        self._delete(Place(erasure_receipt_partition(digest), RECEIPT_SORT_KEY))

    def export_receipt(self, account: str, receipt: str) -> Receipt | None:
        """The receipt of an export of this account, or None.

        Raises:
            Unavailable: DynamoDB does not answer.
        """
        return self._read(Place(account_partition(account), receipt_sort_key(receipt)))

    def erasure_receipt(self, digest: str) -> Receipt | None:
        """The receipt of an erasure, or None.

        Raises:
            Unavailable: DynamoDB does not answer.
        """
        return self._read(Place(erasure_receipt_partition(digest), RECEIPT_SORT_KEY))

    def note(self, place: Place, counts: Mapping[str, int]) -> None:
        """Add to what was exported or erased so far, unless the receipt is gone.

        Raises:
            Unavailable: DynamoDB does not answer.
            ValueError: A kind's name cannot be part of an attribute's.
        """
        if not counts:
            return
        for kind in counts:
            if not _KIND.fullmatch(kind):
                message = f"{kind!r} is no name of a kind"
                raise ValueError(message)
        self._change(
            place,
            UpdateExpression="ADD " + ", ".join(f"{_COUNT}{kind} :{kind}" for kind in counts),
            ExpressionAttributeValues={f":{kind}": {"N": str(count)} for kind, count in counts.items()},
        )

    def finish(self, place: Place, at: dt.datetime) -> None:
        """Write that all is done, unless the receipt is gone.

        Raises:
            Unavailable: DynamoDB does not answer.
        """
        self._change(
            place,
            UpdateExpression="SET #state = :done, finished_at = :at",
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues={":done": {"S": "done"}, ":at": {"S": at.isoformat()}},
        )

    def erased(self, account: str) -> bool:
        """Whether the account is being erased, or was within the life of a token.

        Raises:
            Unavailable: DynamoDB does not answer.
        """
        with unavailable_when_down("DynamoDB"):
            answer = self._client.get_item(
                TableName=self._table, Key=item_key(account_partition(account), ERASURE_SORT_KEY)
            )
        return "Item" in answer

    def _change(self, place: Place, **change: Any) -> None:
        try:
            with unavailable_when_down("DynamoDB"):
                self._client.update_item(
                    TableName=self._table,
                    Key=item_key(place.partition, place.sort),
                    # One that was withdrawn, or erased with its account, must not come back as half a receipt.
                    ConditionExpression=f"attribute_exists({PARTITION_KEY})",
                    **change,
                )
        except ClientError as error:
            if error_code(error) != _GONE:
                raise

    def _delete(self, place: Place) -> None:
        with unavailable_when_down("DynamoDB"):
            self._client.delete_item(TableName=self._table, Key=item_key(place.partition, place.sort))

    def _read(self, place: Place) -> Receipt | None:
        with unavailable_when_down("DynamoDB"):
            answer = self._client.get_item(
                TableName=self._table, Key=item_key(place.partition, place.sort), ConsistentRead=True
            )
        item = answer.get("Item")
        return None if item is None else _receipt(item)


def _item(place: Place, kind: ReceiptKind, at: dt.datetime) -> dict[str, Any]:
    return item_key(place.partition, place.sort) | {
        "kind": {"S": kind},
        "state": {"S": "running"},
        "requested_at": {"S": at.isoformat()},
        EXPIRES_AT: _seconds(at + RECEIPT_LIFE),
    }


def _receipt(item: Mapping[str, Any]) -> Receipt:
    finished_at = item.get("finished_at")
    return Receipt(
        kind=cast("ReceiptKind", item["kind"]["S"]),
        state=cast("ReceiptState", item["state"]["S"]),
        requested_at=dt.datetime.fromisoformat(item["requested_at"]["S"]),
        finished_at=None if finished_at is None else dt.datetime.fromisoformat(finished_at["S"]),
        counts={
            name.removeprefix(_COUNT): int(value["N"])
            for name, value in sorted(item.items())
            if name.startswith(_COUNT)
        },
    )


def _seconds(at: dt.datetime) -> dict[str, str]:
    return {"N": str(int(at.timestamp()))}
