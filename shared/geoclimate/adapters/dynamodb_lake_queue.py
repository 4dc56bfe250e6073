"""Forecasts on their way to the lake: a queue in the verification table whose batches are the same on every attempt.

A batch is written down before its files are, with a name of its own, and stays until they are written and its forecasts
are off the queue. Whoever comes in between, after a crash or at the same time, takes up the same batch and writes the
same files again. A new batch is begun only over the version of the queue that was read before its forecasts were, so
two batches never share a forecast.
"""

from __future__ import annotations

import json
import time
import uuid
import zlib
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from geoclimate.adapters.aws_errors import unavailable_when_down
from geoclimate.adapters.dynamodb_tables import DynamoRawTable
from geoclimate.adapters.dynamodb_transactions import item_key, read_items
from geoclimate.adapters.dynamodb_versions import ATTEMPTS, UNWRITTEN, item_version, put_over, retry_wait
from geoclimate.adapters.forecast_items import forecast_of
from geoclimate.adapters.waiting_items import unarchived_keys_of
from geoclimate.contracts.tables import (
    LAKE_BATCH_SORT_KEY,
    LAKE_PARTITION,
    PARTITION_KEY,
    SORT_KEY,
    UNARCHIVED_PARTITION,
)
from geoclimate.domain.errors import Unavailable
from geoclimate.domain.forecasts import Forecast
from geoclimate.services.ports import Clock
from geoclimate.services.verification_ports import LakeBatch

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_NAME: Final = "name"
_FORECASTS: Final = "forecasts"
_Keys = tuple[str, str, str]
"""Sort key in the queue; partition and sort key of the forecast."""


class DynamoLakeQueue:
    """The queue in the verification table; implements `LakeQueue`."""

    def __init__(
        self,
        client: DynamoDBClient,
        *,
        verification: str,
        forecasts: str,
        clock: Clock,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._verification = verification
        self._forecasts = forecasts
        self._clock = clock
        self._sleep = sleep

    def take(self, most: int) -> LakeBatch | None:
        """The batch that was begun and not finished, or a new one; None where every forecast is in the lake.

        Raises:
            Unavailable: A table does not answer, or others go on taking batches.
            IntegrityError: A stored forecast cannot be read.
        """
        for attempt in range(ATTEMPTS):
            item = self._item()
            version = UNWRITTEN if item is None else item_version(item)
            if item is not None and _NAME in item:
                return self._batch(item[_NAME]["S"], _unpack(bytes(item[_FORECASTS]["B"])), version)
            keys = self._queued(most)
            if not keys:
                return None
            name = f"{self._clock():%Y%m%dT%H%M%S.%fZ}-{uuid.uuid4().hex[:8]}"
            begun = {**_KEY, _NAME: {"S": name}, _FORECASTS: {"B": _pack(keys)}}
            if put_over(self._client, self._verification, begun, version):
                return self._batch(name, keys, version + 1)
            self._sleep(retry_wait(attempt))
        raise Unavailable(f"others go on taking batches of forecasts for the lake, {ATTEMPTS} times in a row")

    def finish(self, batch: LakeBatch) -> None:
        """The files of the batch are written; finishing it again changes nothing.

        Raises:
            Unavailable: The table does not answer.
        """
        item = self._item()
        if item is None or item_version(item) != batch.version:
            return
        keys = _unpack(bytes(item[_FORECASTS]["B"]))
        queue = DynamoRawTable(self._client, self._verification, self._sleep)
        queue.delete((UNARCHIVED_PARTITION, queued) for queued, _, _ in keys)
        put_over(self._client, self._verification, _KEY, batch.version)

    def _item(self) -> Any:
        with unavailable_when_down("DynamoDB"):
            return self._client.get_item(TableName=self._verification, Key=_KEY, ConsistentRead=True).get("Item")

    def _queued(self, most: int) -> Sequence[_Keys]:
        with unavailable_when_down("DynamoDB"):
            answer = self._client.query(
                TableName=self._verification,
                KeyConditionExpression="#pk = :unarchived",
                ExpressionAttributeNames={"#pk": PARTITION_KEY},
                ExpressionAttributeValues={":unarchived": {"S": UNARCHIVED_PARTITION}},
                ConsistentRead=True,
                Limit=most,
            )
        return [(item[SORT_KEY]["S"], *unarchived_keys_of(item)) for item in answer["Items"]]

    def _batch(self, name: str, keys: Sequence[_Keys], version: int) -> LakeBatch:
        found = {
            (item[PARTITION_KEY]["S"], item[SORT_KEY]["S"]): forecast_of(item)
            for item in read_items(self._client, self._forecasts, ((key[1], key[2]) for key in keys), self._sleep)
        }
        forecasts: Iterable[Forecast | None] = (found.get((partition, sort)) for _, partition, sort in keys)
        return LakeBatch(name, [forecast for forecast in forecasts if forecast is not None], version)


_KEY: Final = item_key(LAKE_PARTITION, LAKE_BATCH_SORT_KEY)


def _pack(keys: Sequence[_Keys]) -> bytes:
    return zlib.compress(json.dumps(keys).encode(), 9)


def _unpack(packed: bytes) -> Sequence[_Keys]:
    return [(queued, partition, sort) for queued, partition, sort in json.loads(zlib.decompress(packed))]
