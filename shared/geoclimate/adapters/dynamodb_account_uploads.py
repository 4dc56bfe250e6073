"""The uploads of accounts in DynamoDB."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from geoclimate.adapters.account_items import AccountItems
from geoclimate.contracts.tables import PARTITION_KEY, UPLOAD_PREFIX
from geoclimate.domain.account_uploads import AccountUpload

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class DynamoAccountUploads:
    """Implements `AccountUploadStore`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._items = AccountItems(client, table, UPLOAD_PREFIX)

    def add(self, upload: AccountUpload) -> None:
        """Keep a new one.

        Raises:
            Unavailable: DynamoDB does not answer.
        """
        attributes = {
            "name": {"S": upload.name},
            "preview": {"BOOL": upload.preview},
            "created_at": {"S": upload.created_at.isoformat()},
        }
        self._items.add(upload.account, upload.id, attributes, upload.created_at)

    def get(self, account: str, upload: str) -> AccountUpload | None:
        """One of an account's uploads, or None.

        Raises:
            Unavailable: DynamoDB does not answer.
        """
        item = self._items.get(account, upload)
        return None if item is None else self._upload(item)

    def newest(self, account: str, before: str | None, most: int) -> Sequence[AccountUpload]:
        """An account's uploads, the newest first, from the one before an id on.

        Raises:
            Unavailable: DynamoDB does not answer.
        """
        return [self._upload(item) for item in self._items.newest(account, before, most)]

    def _upload(self, item: Mapping[str, Any]) -> AccountUpload:
        return AccountUpload(
            account=item[PARTITION_KEY]["S"],
            id=self._items.id_of(item),
            name=item["name"]["S"],
            preview=item["preview"]["BOOL"],
            created_at=dt.datetime.fromisoformat(item["created_at"]["S"]),
        )
