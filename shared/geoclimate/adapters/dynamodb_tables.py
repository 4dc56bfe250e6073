"""A DynamoDB table as a heap of raw items, for backup and restore."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

from geoclimate.adapters.aws_errors import unavailable_when_down
from geoclimate.contracts.tables import PARTITION_KEY, SORT_KEY
from geoclimate.domain.errors import Unavailable

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

    from geoclimate.services.backup_ports import RawItem, RawKey

_T = TypeVar("_T")

# What one request of DynamoDB's batch calls takes.
_WRITE_BATCH: Final = 25
_READ_BATCH: Final = 100
# With these waits a table that refuses for load is given about 25 s.
_ATTEMPTS: Final = 8
_FIRST_WAIT_S: Final = 0.1


class DynamoRawTable:
    """One table; implements `RawTable`."""

    def __init__(self, client: DynamoDBClient, name: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._name = name
        self._sleep = sleep

    def write(self, items: Iterable[RawItem]) -> None:
        """Write all items, over those with the same keys, or raise.

        Raises:
            Unavailable: The table goes on refusing some of them.
        """
        self._send({"PutRequest": {"Item": _to_dynamo(item)}} for item in items)

    def delete(self, keys: Iterable[RawKey]) -> None:
        """Delete the items of these keys; a key that does not exist is no error.

        Raises:
            Unavailable: The table goes on refusing some of them.
        """
        self._send({"DeleteRequest": {"Key": _dynamo_key(key)}} for key in keys)

    def read(self, keys: Iterable[RawKey]) -> Sequence[RawItem]:
        """The items of these keys that exist, read consistently.

        Raises:
            Unavailable: The table goes on refusing some of them.
        """
        return [_from_dynamo(item) for chunk in _chunks(keys, _READ_BATCH) for item in self._read_chunk(chunk)]

    def _read_chunk(self, keys: Sequence[RawKey]) -> Iterator[Mapping[str, Any]]:
        waiting: Any = {self._name: {"Keys": [_dynamo_key(key) for key in keys], "ConsistentRead": True}}
        for wait in self._waits():
            with unavailable_when_down("DynamoDB"):
                answer = self._client.batch_get_item(RequestItems=waiting)
            yield from answer["Responses"].get(self._name, ())
            waiting = answer.get("UnprocessedKeys")
            if not waiting:
                return
            self._sleep(wait)
        raise Unavailable(f"table {self._name} goes on refusing to be read, {_ATTEMPTS} times in a row")

    def _send(self, requests: Iterable[dict[str, Any]]) -> None:
        for chunk in _chunks(requests, _WRITE_BATCH):
            self._send_chunk(chunk)

    def _send_chunk(self, requests: Sequence[dict[str, Any]]) -> None:
        waiting: Any = {self._name: requests}
        for wait in self._waits():
            with unavailable_when_down("DynamoDB"):
                answer = self._client.batch_write_item(RequestItems=waiting)
            waiting = answer.get("UnprocessedItems")
            if not waiting:
                return
            self._sleep(wait)
        raise Unavailable(f"table {self._name} goes on refusing to be written, {_ATTEMPTS} times in a row")

    @staticmethod
    def _waits() -> Iterator[float]:
        return (_FIRST_WAIT_S * 2**attempt for attempt in range(_ATTEMPTS))


def _chunks(values: Iterable[_T], size: int) -> Iterator[list[_T]]:
    chunk: list[_T] = []
    for value in values:
        chunk.append(value)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _dynamo_key(key: RawKey) -> dict[str, Any]:
    return {PARTITION_KEY: {"S": key[0]}, SORT_KEY: {"S": key[1]}}


def _from_dynamo(item: Mapping[str, Any]) -> RawItem:
    return {name: _attribute_from_dynamo(value) for name, value in item.items()}


def _to_dynamo(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _attribute_to_dynamo(value) for name, value in item.items()}


def _attribute_from_dynamo(attribute: Mapping[str, Any]) -> dict[str, Any]:
    """boto3's attribute as JSON can hold it: binaries as base64 text, sets in one order."""
    [(kind, value)] = attribute.items()
    match kind:
        case "B":
            return {"B": base64.b64encode(bytes(value)).decode("ascii")}
        case "BS":
            return {"BS": sorted(base64.b64encode(bytes(member)).decode("ascii") for member in value)}
        case "SS" | "NS":
            return {kind: sorted(value)}
        case "L":
            return {"L": [_attribute_from_dynamo(member) for member in value]}
        case "M":
            return {"M": {name: _attribute_from_dynamo(member) for name, member in value.items()}}
        case _:
            return {kind: value}


def _attribute_to_dynamo(attribute: Mapping[str, Any]) -> dict[str, Any]:
    """The inverse of `_attribute_from_dynamo`."""
    [(kind, value)] = attribute.items()
    match kind:
        case "B":
            return {"B": base64.b64decode(value, validate=True)}
        case "BS":
            return {"BS": [base64.b64decode(member, validate=True) for member in value]}
        case "L":
            return {"L": [_attribute_to_dynamo(member) for member in value]}
        case "M":
            return {"M": {name: _attribute_to_dynamo(member) for name, member in value.items()}}
        case _:
            return {kind: value}
