"""The model registry in DynamoDB: one item a version, one that points to production, and one a decision.

Each move of a version is one transaction: the version's stage, the pointer where it changes, and the entries of the
audit log are written together, on the condition that nothing of it changed since it was read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from geoclimate.adapters.aws_errors import error_code, unavailable_when_down
from geoclimate.adapters.dynamodb_model_items import decision_item, decision_of, item_key, record_item, record_of
from geoclimate.contracts.tables import (
    DECISION_PREFIX,
    PARTITION_KEY,
    PRODUCTION_SORT_KEY,
    SORT_KEY,
    VERSION_PREFIX,
    version_sort_key,
)
from geoclimate.domain.decisions import Decision, require_next, require_returnable, require_same_rival
from geoclimate.domain.errors import Conflict, NotFound, Unavailable
from geoclimate.domain.models import ModelRecord, RegistryStage

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

    from geoclimate.services.ports import Clock

_NEW: Final = {
    "ConditionExpression": "attribute_not_exists(#pk)",
    "ExpressionAttributeNames": {"#pk": PARTITION_KEY},
}
_CONDITION_FAILED: Final = "ConditionalCheckFailed"


class DynamoModelRegistry:
    """The models table; implements `ModelRegistry`."""

    def __init__(self, client: DynamoDBClient, table: str, clock: Clock) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def register(self, record: ModelRecord, *, who: str, why: str) -> None:
        """Add a candidate; the same version and artifact digest again changes nothing.

        Raises:
            Conflict: The version exists with another artifact.
            Unavailable: DynamoDB does not answer.
        """
        decision = Decision(record.target, record.version, None, record.stage, who, why, self._clock())
        try:
            self._write([{"Put": {"TableName": self._table, "Item": record_item(record), **_NEW}}, self._log(decision)])
        except Conflict as error:
            known = self.get(record.target, record.version)
            if known is None or known.artifact_digest != record.artifact_digest:
                raise Conflict(f"version {record.version} is registered with another artifact") from error

    def get(self, target: str, version: str) -> ModelRecord | None:
        """The record, or None."""
        item = self._item(target, version_sort_key(version))
        return None if item is None else record_of(item)

    def production(self, target: str) -> ModelRecord | None:
        """The one model in production for this parameter, or None."""
        version = self._production_version(target)
        return None if version is None else self.get(target, version)

    def versions(self, target: str) -> Sequence[ModelRecord]:
        """Every version, ordered by its registration."""
        records = [record_of(item) for item in self._items(target, VERSION_PREFIX)]
        return sorted(records, key=lambda record: (record.created_at, record.version))

    def decisions(self, target: str, version: str | None = None) -> Sequence[Decision]:
        """The audit log of a target, or of one of its versions, the oldest entry first."""
        found = [decision_of(item) for item in self._items(target, DECISION_PREFIX)]
        return [decision for decision in found if version in (None, decision.version)]

    def stage(self, target: str, version: str, *, who: str, why: str) -> None:
        """Put a candidate that passed the gate on trial; one that is on trial already stays as it is.

        Raises:
            NotFound: The version is not registered.
            Conflict: It is no candidate, or somebody else decided meanwhile.
            Unavailable: DynamoDB does not answer.
        """
        self._move(self._known(target, version), RegistryStage.STAGING, who, why)

    def retire(self, target: str, version: str, *, who: str, why: str) -> None:
        """Take a version that failed its gate or its trial out of the running; again changes nothing.

        Raises:
            NotFound: The version is not registered.
            Conflict: It is in production, or somebody else decided meanwhile.
            Unavailable: DynamoDB does not answer.
        """
        self._move(self._known(target, version), RegistryStage.RETIRED, who, why)

    def promote(self, target: str, version: str, *, who: str, why: str) -> None:
        """Put a version into production and retire the one before, in one transaction; again changes nothing.

        Raises:
            NotFound: The version is not registered.
            Conflict: It is not on trial, it was judged against another model than the one in production, or somebody
                else decided meanwhile.
            Unavailable: DynamoDB does not answer.
        """
        record = self._known(target, version)
        if record.stage is RegistryStage.PRODUCTION:
            return
        require_next(record, RegistryStage.PRODUCTION)
        before = self._production_version(target)
        require_same_rival(record, before)
        more = {"promoted_at": self._clock().isoformat()}
        if before is not None:
            more["replaced"] = before
        self._replace(record, before, (who, why), more)

    def roll_back(self, target: str, current: str, to: str, *, who: str, why: str) -> None:
        """Put a version that was in production before back there and retire the current one, in one transaction.

        Args:
            target: Parameter code.
            current: The version that is in production as far as the caller knows.
            to: The version to put back.
            who: ARN of the operator.
            why: The reason.

        Raises:
            NotFound: The version to put back is not registered.
            Conflict: Another version than `current` is in production, `to` never was, or somebody else decided
                meanwhile.
            Unavailable: DynamoDB does not answer.
        """
        record = self._known(target, to)
        require_returnable(record)
        if (found := self._production_version(target)) != current:
            raise Conflict(f"{found or 'no version'} of the {target} model is in production, not {current}: look again")
        self._replace(record, current, (who, why), {})

    def _move(self, record: ModelRecord, after: RegistryStage, who: str, why: str) -> None:
        if record.stage is after:
            return
        require_next(record, after)
        self._write(self._steps(record.target, record.version, (record.stage, after), (who, why), {}))

    def _replace(self, record: ModelRecord, before: str | None, said: tuple[str, str], more: Mapping[str, str]) -> None:
        target, version = record.target, record.version
        steps = self._steps(target, version, (record.stage, RegistryStage.PRODUCTION), said, more)
        steps.append({"Put": self._pointer(target, version, before)})
        if before is not None:
            retired = (RegistryStage.PRODUCTION, RegistryStage.RETIRED)
            replaced = self._known(target, before)
            # The first release did not write down when a version came into production; without it none goes back.
            since = {"promoted_at": (replaced.promoted_at or replaced.created_at).isoformat()}
            steps += self._steps(target, before, retired, (said[0], f"replaced by {version}: {said[1]}"), since)
        self._write(steps)

    def _steps(
        self,
        target: str,
        version: str,
        stages: tuple[RegistryStage, RegistryStage],
        said: tuple[str, str],
        more: Mapping[str, str],
    ) -> list[Any]:
        """The move of one version and its entry in the audit log."""
        before, after = stages
        who, why = said
        decision = Decision(target, version, before, after, who, why, self._clock())
        update = {
            "TableName": self._table,
            "Key": item_key(target, version_sort_key(version)),
            "UpdateExpression": "SET " + ", ".join(["#stage = :after", *(f"{name} = :{name}" for name in more)]),
            "ConditionExpression": "#stage = :before",
            "ExpressionAttributeNames": {"#stage": "stage"},
            "ExpressionAttributeValues": {
                ":before": {"S": before},
                ":after": {"S": after},
                **{f":{name}": {"S": value} for name, value in more.items()},
            },
        }
        return [{"Update": update}, self._log(decision)]

    def _log(self, decision: Decision) -> dict[str, Any]:
        return {"Put": {"TableName": self._table, "Item": decision_item(decision), **_NEW}}

    def _pointer(self, target: str, version: str, before: str | None) -> dict[str, Any]:
        put: dict[str, Any] = {
            "TableName": self._table,
            "Item": {**item_key(target, PRODUCTION_SORT_KEY), "version": {"S": version}},
        }
        if before is None:
            return put | _NEW
        return put | {
            "ConditionExpression": "#version = :before",
            "ExpressionAttributeNames": {"#version": "version"},
            "ExpressionAttributeValues": {":before": {"S": before}},
        }

    def _write(self, steps: list[Any]) -> None:
        try:
            with unavailable_when_down("DynamoDB"):
                self._client.transact_write_items(TransactItems=steps)
        except ClientError as error:
            if error_code(error) != "TransactionCanceledException":
                raise
            answer: Mapping[str, Any] = error.response
            reasons = [reason.get("Code") for reason in answer.get("CancellationReasons", [])]
            if _CONDITION_FAILED in reasons:
                raise Conflict("somebody else decided about this model meanwhile: look again") from error
            # Two transactions touched the same items at the same moment: which of them is refused is chance.
            raise Unavailable(f"DynamoDB could not write the decision just now: {error}") from error

    def _known(self, target: str, version: str) -> ModelRecord:
        record = self.get(target, version)
        if record is None:
            raise NotFound(f"version {version} of the {target} model is not registered")
        return record

    def _production_version(self, target: str) -> str | None:
        item = self._item(target, PRODUCTION_SORT_KEY)
        return None if item is None else item["version"]["S"]

    def _item(self, target: str, sort_key: str) -> Mapping[str, Any] | None:
        with unavailable_when_down("DynamoDB"):
            answer = self._client.get_item(TableName=self._table, Key=item_key(target, sort_key), ConsistentRead=True)
        return answer.get("Item")

    def _items(self, target: str, prefix: str) -> list[Mapping[str, Any]]:
        with unavailable_when_down("DynamoDB"):
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression="#pk = :target AND begins_with(#sk, :prefix)",
                ExpressionAttributeNames={"#pk": PARTITION_KEY, "#sk": SORT_KEY},
                ExpressionAttributeValues={":target": {"S": target}, ":prefix": {"S": prefix}},
                ConsistentRead=True,
            )
            return [item for page in pages for item in page["Items"]]
