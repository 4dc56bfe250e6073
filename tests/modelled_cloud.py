"""DynamoDB and S3 as far as ingest uses them, in memory: each request is done whole or not at all.

Before and after each request another program may take its turn or this one be killed, so a request may have been
carried out although the program that made it never learned so.
"""

import io
import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, Self

from botocore.exceptions import ClientError

from geoclimate.contracts.tables import PARTITION_KEY, SORT_KEY

Item = dict[str, Any]
Step = Callable[[], None]


def _refused(operation: str, code: str) -> ClientError:
    answer: Any = {"Error": {"Code": code, "Message": code}, "ResponseMetadata": {"HTTPStatusCode": 400}}
    return ClientError(answer, operation)


class ModelledDynamoDB:
    """Tables keyed by `pk` and `sk`; conditions as the platform writes them."""

    def __init__(self, step: Step) -> None:
        self.tables: dict[str, dict[tuple[str, str], Item]] = {}
        self._step = step

    @contextmanager
    def _request(self) -> Iterator[None]:
        self._step()
        yield
        self._step()

    def _table(self, name: str) -> dict[tuple[str, str], Item]:
        return self.tables.setdefault(name, {})

    def get_item(self, *, TableName: str, Key: Item, ConsistentRead: bool = False) -> dict[str, Any]:  # noqa: ARG002, N803
        with self._request():
            item = self._table(TableName).get(_key_of(Key))
        return {} if item is None else {"Item": dict(item)}

    def batch_get_item(self, *, RequestItems: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N803
        found: dict[str, list[Item]] = {}
        with self._request():
            for name, asked in RequestItems.items():
                keys = [_key_of(key) for key in asked["Keys"]]
                assert len(keys) == len(set(keys)) <= 100
                assert asked["ConsistentRead"]
                found[name] = [dict(self._table(name)[key]) for key in keys if key in self._table(name)]
        return {"Responses": found, "UnprocessedKeys": {}}

    def put_item(
        self,
        *,
        TableName: str,  # noqa: N803
        Item: Item,  # noqa: N803
        ConditionExpression: str = "",  # noqa: N803
        ExpressionAttributeNames: Mapping[str, str] | None = None,  # noqa: N803
        ExpressionAttributeValues: Mapping[str, Any] | None = None,  # noqa: N803
    ) -> dict[str, Any]:
        with self._request():
            table = self._table(TableName)
            stored = table.get(_key_of(Item), {})
            if ConditionExpression and not _holds(
                ConditionExpression, stored, ExpressionAttributeNames or {}, ExpressionAttributeValues or {}
            ):
                raise _refused("PutItem", "ConditionalCheckFailedException")
            table[_key_of(Item)] = dict(Item)
        return {}

    def get_paginator(self, operation: str) -> Any:
        assert operation == "query"
        return _Query(self)

    def query_page(
        self,
        *,
        TableName: str,  # noqa: N803
        KeyConditionExpression: str,  # noqa: N803
        ExpressionAttributeValues: Mapping[str, Mapping[str, str]],  # noqa: N803
        **_shape: Any,
    ) -> dict[str, Any]:
        values = [value["S"] for value in ExpressionAttributeValues.values()]
        partition, first, last = values if "BETWEEN" in KeyConditionExpression else (values[0], "", "\U0010ffff")
        table = self._table(TableName)
        keys = sorted(key for key in table if key[0] == partition and first <= key[1] <= last)
        return {"Items": [dict(table[key]) for key in keys]}


class _Query:
    def __init__(self, dynamodb: ModelledDynamoDB) -> None:
        self._dynamodb = dynamodb

    def paginate(self, **asked: Any) -> list[dict[str, Any]]:
        return [self._dynamodb.query_page(**asked)]


def _key_of(item: Mapping[str, Any]) -> tuple[str, str]:
    return item[PARTITION_KEY]["S"], item[SORT_KEY]["S"]


_CLAUSE = re.compile(r"attribute_not_exists\((?P<missing>#\w+)\)|(?P<name>#\w+) (?P<sign>=|<>) (?P<value>:\w+)")


def _holds(expression: str, stored: Item, names: Mapping[str, str], values: Mapping[str, Any]) -> bool:
    """Whether a condition of clauses that are joined by OR holds for a stored item, {} where there is none."""
    return any(_clause_holds(clause, stored, names, values) for clause in expression.split(" OR "))


def _clause_holds(clause: str, stored: Item, names: Mapping[str, str], values: Mapping[str, Any]) -> bool:
    match = _CLAUSE.fullmatch(clause)
    assert match is not None, f"the model does not know the condition {clause!r}"
    if match["missing"]:
        return names[match["missing"]] not in stored
    found, asked = stored.get(names[match["name"]]), values[match["value"]]
    # An attribute that is missing equals nothing, and differs from everything.
    return bool(found == asked) is (match["sign"] == "=")


class ModelledS3:
    """Buckets; an object appears whole, as S3 promises."""

    def __init__(self, step: Step) -> None:
        self.buckets: dict[str, dict[str, bytes]] = {}
        self._step = step

    def bucket(self, name: str) -> dict[str, bytes]:
        return self.buckets.setdefault(name, {})

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        self._step()
        content = self.bucket(Bucket).get(Key)
        self._step()
        if content is None:
            raise _refused("GetObject", "NoSuchKey")
        return {"Body": io.BytesIO(content), "ContentLength": len(content)}

    def put_object(self, *, Bucket: str, Key: str, Body: Any, ContentType: str) -> dict[str, Any]:  # noqa: ARG002, N803
        content = Body if isinstance(Body, bytes) else Body.read()
        self._step()
        self.bucket(Bucket)[Key] = content
        self._step()
        return {}


class OneAfterTheOther:
    """In the place of a pool of threads: its tasks run at once, one after the other."""

    def __init__(self, max_workers: int) -> None:
        assert max_workers > 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        return None

    def map(self, function: Callable[[Any], Any], values: Any) -> Iterator[Any]:
        return map(function, values)

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(function(*arguments))
        return done
