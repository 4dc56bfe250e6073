"""DynamoDB for a function whose cold start must not pay for boto3."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from geoclimate.adapters.aws_json import AwsJson, Patience, Service

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

DYNAMODB: Final = Service("dynamodb", "DynamoDB_20120810", "application/x-amz-json-1.0")


class _Pages:
    """All pages of a query, as boto3's paginator gives them."""

    def __init__(self, operations: _Operations) -> None:
        self._operations = operations

    def paginate(self, *, PaginationConfig: Mapping[str, int] | None = None, **request: Any) -> Iterator[Any]:  # noqa: N803 - boto3's name
        bounds = PaginationConfig or {}
        left = bounds.get("MaxItems", sys.maxsize)
        if "PageSize" in bounds:
            request["Limit"] = bounds["PageSize"]
        while True:
            page = self._operations.query(**request)
            items = page["Items"][:left]
            left -= len(items)
            yield {**page, "Items": items}
            if not left or "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


class _Operations:
    """The operations that the stores call, named and answered as boto3's."""

    def __init__(self, client: AwsJson) -> None:
        self._client = client

    def get_item(self, **request: Any) -> Any:
        return self._client.call("GetItem", request)

    def query(self, **request: Any) -> Any:
        return {"Items": [], **self._client.call("Query", request)}

    def get_paginator(self, operation: str) -> _Pages:
        if operation != "query":
            message = f"only queries have pages here, and {operation} is none"
            raise ValueError(message)
        return _Pages(self)

    def batch_get_item(self, **request: Any) -> Any:
        return self._client.call("BatchGetItem", request)

    def put_item(self, **request: Any) -> Any:
        return self._client.call("PutItem", request)

    def update_item(self, **request: Any) -> Any:
        return self._client.call("UpdateItem", request)

    def delete_item(self, **request: Any) -> Any:
        return self._client.call("DeleteItem", request)

    def transact_write_items(self, **request: Any) -> Any:
        return self._client.call("TransactWriteItems", request)


def dynamodb_client(patience: Patience) -> DynamoDBClient:
    """A client of DynamoDB for the stores of this package.

    It has the operations that they call, with boto3's arguments, answers and errors, and none else: scans, batches of
    writes and tables are the work of functions that nobody waits for, and they have boto3.
    """
    return cast("DynamoDBClient", _Operations(AwsJson(DYNAMODB, patience)))
