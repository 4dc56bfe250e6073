"""The audit log in DynamoDB.

An entry and its chain's head are written in one transaction, on the condition that the head is the one that was read
and that the entry's place is free: two writers never take the same place, and no entry is written over. The role of the
writer holds neither UpdateItem nor DeleteItem on the table.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, cast

from geoclimate.adapters.aws_errors import unavailable_when_down
from geoclimate.adapters.dynamodb_transactions import item_key, put_new, transact
from geoclimate.adapters.dynamodb_versions import ATTEMPTS, retry_wait
from geoclimate.contracts.tables import (
    ACTOR_KEY,
    ACTORS_INDEX,
    AUDIT_HEADS_PARTITION,
    DAY_KEY,
    DAYS_INDEX,
    MOMENT_KEY,
    PARTITION_KEY,
    SORT_KEY,
    audit_chain_key,
    audit_sort_key,
)
from geoclimate.domain.audit import CHAINS, Entry, Event, Link, Outcome, beginning, chain_of, next_entry
from geoclimate.domain.errors import Unavailable

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_TEXTS: Final = ("operation", "permission", "method", "resource", "network", "request_id", "outcome", "problem")
_CHAINS: Final = frozenset(map(audit_chain_key, range(CHAINS)))
_PLACE: Final = re.compile(r"(?!0{12})[0-9]{12}")
_NUMBER: Final = re.compile(r"[0-9]{1,18}")
_BEHIND_ALL: Final = "~"
"""Sorts behind every digit."""


class DynamoAuditLog:
    """The audit table; implements `AuditLog`."""

    def __init__(self, client: DynamoDBClient, table: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._table = table
        self._sleep = sleep

    def record(self, event: Event) -> Entry:
        """Add an event to its chain.

        Raises:
            Unavailable: DynamoDB does not answer, or others go on writing to the chain at the same moment.
        """
        chain = chain_of(event.actor, event.request_id)
        for attempt in range(ATTEMPTS):
            entry = next_entry(self.head(chain) or beginning(chain), event)
            if not transact(self._client, [self._move_head(entry), put_new(self._table, _item(entry))], self._sleep):
                return entry
            self._sleep(retry_wait(attempt))
        raise Unavailable(f"others were faster at chain {chain} of the audit log, {ATTEMPTS} times in a row")

    def stretch(self, after: Link, limit: int) -> Sequence[Entry]:
        """The entries of a chain behind a place, in the order of their numbers.

        Raises:
            Unavailable: DynamoDB does not answer.
        """
        return self._query(
            limit,
            ConsistentRead=True,
            KeyConditionExpression="#pk = :chain AND #sk > :after",
            ExpressionAttributeNames={"#pk": PARTITION_KEY, "#sk": SORT_KEY},
            ExpressionAttributeValues={
                ":chain": {"S": audit_chain_key(after.chain)},
                ":after": {"S": audit_sort_key(after.sequence)},
            },
        )

    def head(self, chain: int) -> Link | None:
        """Where a chain stands as its head says; None where nothing was ever written.

        Raises:
            Unavailable: DynamoDB does not answer.
        """
        with unavailable_when_down("DynamoDB"):
            answer = self._client.get_item(
                TableName=self._table,
                Key=item_key(AUDIT_HEADS_PARTITION, audit_chain_key(chain)),
                ConsistentRead=True,
            )
        item = answer.get("Item")
        return None if item is None else Link(chain, _number(item, "sequence") or 0, _text(item, "digest") or "")

    def of_day(self, day: dt.date, limit: int, before: str | None) -> Sequence[Entry]:
        """Entries of a day, UTC, the newest first.

        Raises:
            Unavailable: DynamoDB does not answer.
        """
        return self._newest_first(DAYS_INDEX, (DAY_KEY, day.isoformat()), "", limit, before)

    def of_actor(self, actor: str, day: dt.date | None, limit: int, before: str | None) -> Sequence[Entry]:
        """Entries of an actor, of all days or of one, the newest first.

        Raises:
            Unavailable: DynamoDB does not answer.
        """
        first = "" if day is None else day.isoformat()
        return self._newest_first(ACTORS_INDEX, (ACTOR_KEY, actor), first, limit, before)

    def _newest_first(
        self, index: str, key: tuple[str, str], first: str, limit: int, before: str | None
    ) -> Sequence[Entry]:
        # BETWEEN includes its ends; no moment is written as only its beginning.
        last = min(f"{first}{_BEHIND_ALL}", before or _BEHIND_ALL)
        if last < first:
            # All of the day lies behind it; DynamoDB refuses ends in the wrong order.
            return []
        found = self._query(
            limit + 1,
            IndexName=index,
            KeyConditionExpression="#key = :key AND #moment BETWEEN :first AND :last",
            ExpressionAttributeNames={"#key": key[0], "#moment": MOMENT_KEY},
            ExpressionAttributeValues={":key": {"S": key[1]}, ":first": {"S": first or "0"}, ":last": {"S": last}},
            ScanIndexForward=False,
        )
        return [entry for entry in found if entry.moment != before][:limit]

    def _query(self, limit: int, **query: Any) -> list[Entry]:
        found: list[Entry] = []
        while len(found) < limit:
            with unavailable_when_down("DynamoDB"):
                answer = self._client.query(TableName=self._table, Limit=limit - len(found), **query)
            # What stands at no place of a chain was never an entry, and none is missing for it: a verification does not
            # come there.
            found += (_entry(item) for item in answer["Items"] if _is_entry(item))
            if not answer.get("LastEvaluatedKey"):
                break
            query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        return found

    def _move_head(self, entry: Entry) -> Any:
        head = item_key(AUDIT_HEADS_PARTITION, audit_chain_key(entry.chain)) | {
            "sequence": {"N": str(entry.sequence)},
            "digest": {"S": entry.digest},
        }
        if entry.sequence == 1:
            return put_new(self._table, head)
        return {
            "Put": {
                "TableName": self._table,
                "Item": head,
                "ConditionExpression": "#digest = :previous",
                "ExpressionAttributeNames": {"#digest": "digest"},
                "ExpressionAttributeValues": {":previous": {"S": entry.previous}},
            }
        }


def _item(entry: Entry) -> dict[str, Any]:
    event = entry.event
    item: dict[str, Any] = {
        **item_key(audit_chain_key(entry.chain), audit_sort_key(entry.sequence)),
        DAY_KEY: {"S": _day(event)},
        MOMENT_KEY: {"S": entry.moment},
        ACTOR_KEY: {"S": event.actor},
        "at": {"S": event.at.astimezone(dt.UTC).isoformat(timespec="microseconds")},
        "previous": {"S": entry.previous},
        "digest": {"S": entry.digest},
    }
    item |= {name: {"S": value} for name in _TEXTS if (value := getattr(event, name)) is not None}
    if event.status is not None:
        item["status"] = {"N": str(event.status)}
    return item


def _is_entry(item: Mapping[str, Any]) -> bool:
    return item[PARTITION_KEY]["S"] in _CHAINS and _PLACE.fullmatch(item[SORT_KEY]["S"]) is not None


def _entry(item: Mapping[str, Any]) -> Entry:
    """The entry that an item holds. One that somebody broke is an entry too, whose digest is not its own any more."""
    event = Event(
        at=_instant(_text(item, "at")),
        actor=_text(item, ACTOR_KEY) or "",
        operation=_text(item, "operation") or "",
        permission=_text(item, "permission"),
        method=_text(item, "method") or "",
        resource=_text(item, "resource") or "",
        network=_text(item, "network"),
        request_id=_text(item, "request_id") or "",
        outcome=cast("Outcome", _text(item, "outcome") or ""),
        status=_number(item, "status"),
        problem=_text(item, "problem"),
    )
    chain, sequence = item[PARTITION_KEY]["S"].rpartition("#")[2], item[SORT_KEY]["S"]
    entry = Entry(int(chain), int(sequence), _text(item, "previous") or "", event, _text(item, "digest") or "")
    # The digest covers neither what the indexes go by, since the entry tells it, nor what no entry has; either could be
    # bent to hide something.
    return entry if _item(entry) == item else replace(entry, digest="")


def _day(event: Event) -> str:
    return event.at.astimezone(dt.UTC).date().isoformat()


def _text(item: Mapping[str, Any], name: str) -> str | None:
    text = item.get(name, {}).get("S")
    return None if text is None else str(text)


def _number(item: Mapping[str, Any], name: str) -> int | None:
    text = item.get(name, {}).get("N")
    return int(text) if text is not None and _NUMBER.fullmatch(text) else None


def _instant(text: str | None) -> dt.datetime:
    try:
        return dt.datetime.fromisoformat(text or "").astimezone(dt.UTC)
    except ValueError:
        return dt.datetime(1, 1, 1, tzinfo=dt.UTC)
