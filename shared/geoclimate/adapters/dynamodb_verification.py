"""Which forecasts wait for their truth, and the sums of the scored ones, in DynamoDB.

What waits is asked for with queries by time or by series; nothing is ever scanned. Scoring some forecasts is one
transaction over everything that it changes, on the condition that nobody changed any of it meanwhile: so a forecast's
hour enters the sums once, whoever tries it how often.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from geoclimate.adapters.aws_errors import unavailable_when_down
from geoclimate.adapters.dynamodb_calibrations import calibration_item
from geoclimate.adapters.dynamodb_transactions import delete_existing, item_key, put_version, read_items, transact
from geoclimate.adapters.dynamodb_versions import item_version
from geoclimate.adapters.skill_items import skill_item, skill_item_key, skill_sums_of
from geoclimate.adapters.waiting_items import waiting_key, waiting_of
from geoclimate.contracts.tables import (
    AWAITED_PARTITION,
    PARTITION_KEY,
    SORT_KEY,
    WAITING_PARTITION,
    issue_sort_key,
    series_partition,
)
from geoclimate.domain.awaited_hours import pack_awaited, unpack_awaited
from geoclimate.domain.verification import SkillSums
from geoclimate.services.verification_ports import (
    Awaiting,
    SeriesKey,
    Settlement,
    SkillKey,
    Versioned,
    WaitingForecast,
)

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_PACKED: Final = "packed"


class DynamoVerificationStore:
    """The verification table; implements `VerificationStore`."""

    def __init__(self, client: DynamoDBClient, table: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._table = table
        self._sleep = sleep

    def waiting(self, before: dt.datetime, most: int) -> Sequence[WaitingForecast]:
        """Forecasts to be scored whose last hour ended before this instant, the oldest first.

        Raises:
            Unavailable: The table does not answer.
        """
        items = self._query(
            "#pk = :waiting AND #sk < :before",
            {":waiting": {"S": WAITING_PARTITION}, ":before": {"S": issue_sort_key(before)}},
            most,
        )
        return [waiting_of(item) for item in items]

    def awaiting(self, after: SeriesKey | None, most: int) -> Sequence[tuple[SeriesKey, Versioned[Awaiting]]]:
        """What the series that follow this one wait for, or the first ones; ordered by series.

        Raises:
            Unavailable: The table does not answer.
            IntegrityError: What a series waits for cannot be read.
        """
        # A space sorts before every character of an id.
        begin = " " if after is None else _series(after)
        items = self._query(
            "#pk = :awaited AND #sk > :begin", {":awaited": {"S": AWAITED_PARTITION}, ":begin": {"S": begin}}, most
        )
        return list(map(_awaiting_of, items))

    def awaited_by(self, series: Collection[SeriesKey]) -> Mapping[SeriesKey, Versioned[Awaiting]]:
        """What these series wait for; those that wait for nothing are missing.

        Raises:
            Unavailable: The table does not answer.
            IntegrityError: What a series waits for cannot be read.
        """
        return dict(map(_awaiting_of, self._read((AWAITED_PARTITION, _series(one)) for one in series)))

    def skills(self, keys: Collection[SkillKey]) -> Mapping[SkillKey, Versioned[SkillSums]]:
        """The sums so far; those that do not exist are missing.

        Raises:
            Unavailable: The table does not answer.
            IntegrityError: The sums cannot be read.
        """
        names = {skill_item_key(key): key for key in keys}
        return {
            names[item[PARTITION_KEY]["S"], item[SORT_KEY]["S"]]: Versioned(skill_sums_of(item), item_version(item))
            for item in self._read(names)
        }

    def settle(self, settlement: Settlement) -> bool:
        """Write a settlement of `MOST_CHANGES` items at most; False where somebody else changed any of them first.

        Raises:
            Unavailable: The table does not answer, or others go on writing the same items at the same moment.
        """
        actions = [delete_existing(self._table, item_key(*waiting_key(one))) for one in settlement.looked_at]
        actions += [
            put_version(self._table, item, version)
            for item, version in (
                *((skill_item(key, new.value), new.version) for key, new in settlement.skills.items()),
                *((_awaiting_item(key, new.value), new.version) for key, new in settlement.awaiting.items()),
                *((calibration_item(key, new.value), new.version) for key, new in settlement.calibrations.items()),
            )
        ]
        return not actions or not transact(self._client, actions, self._sleep)

    def _read(self, keys: Any) -> Iterator[Mapping[str, Any]]:
        return read_items(self._client, self._table, keys, self._sleep)

    def _query(self, condition: str, values: Mapping[str, Any], most: int) -> Sequence[Mapping[str, Any]]:
        with unavailable_when_down("DynamoDB"):
            # What was settled a moment ago must not be seen as waiting.
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression=condition,
                ExpressionAttributeNames={"#pk": PARTITION_KEY, "#sk": SORT_KEY},
                ExpressionAttributeValues=values,
                ConsistentRead=True,
                Limit=most,
            )
        return answer["Items"]


def _series(series: SeriesKey) -> str:
    return series_partition(series.station, series.parameter)


def _awaiting_item(series: SeriesKey, awaiting: Awaiting) -> dict[str, Any]:
    return {
        **item_key(AWAITED_PARTITION, _series(series)),
        "station": {"S": series.station},
        "parameter": {"S": series.parameter},
        "looked_at": {"S": awaiting.looked_at.isoformat()},
        _PACKED: {"B": pack_awaited(awaiting.hours)},
    }


def _awaiting_of(item: Mapping[str, Any]) -> tuple[SeriesKey, Versioned[Awaiting]]:
    awaiting = Awaiting(unpack_awaited(bytes(item[_PACKED]["B"])), dt.datetime.fromisoformat(item["looked_at"]["S"]))
    return SeriesKey(item["station"]["S"], item["parameter"]["S"]), Versioned(awaiting, item_version(item))
