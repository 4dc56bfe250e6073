"""The model registry in DynamoDB: one item a version, and one that points to production."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError
from pydantic import TypeAdapter

from geoclimate.adapters.aws_errors import error_code, unavailable_when_down
from geoclimate.contracts.tables import PARTITION_KEY, PRODUCTION_SORT_KEY, SORT_KEY, version_sort_key
from geoclimate.domain.errors import Conflict, NotFound
from geoclimate.domain.models import Evaluation, ModelRecord, RegistryStage

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

    from geoclimate.services.ports import Clock

_EVALUATION: Final = TypeAdapter(Evaluation)
_REFUSED: Final = "ConditionalCheckFailedException"
_NAMES: Final = {"#pk": PARTITION_KEY, "#stage": "stage"}


class DynamoModelRegistry:
    """The models table; implements `ModelRegistry`."""

    def __init__(self, client: DynamoDBClient, table: str, clock: Clock) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def register(self, record: ModelRecord) -> None:
        """Add a candidate; the same version and artifact digest again changes nothing.

        Raises:
            Conflict: The version exists with another artifact.
        """
        try:
            with unavailable_when_down("DynamoDB"):
                self._client.put_item(
                    TableName=self._table,
                    Item=_to_item(record),
                    ConditionExpression="attribute_not_exists(#pk)",
                    ExpressionAttributeNames={"#pk": PARTITION_KEY},
                )
        except ClientError as error:
            if error_code(error) != _REFUSED:
                raise
            known = self.get(record.target, record.version)
            if known is None or known.artifact_digest != record.artifact_digest:
                raise Conflict(f"version {record.version} is registered with another artifact") from error

    def get(self, target: str, version: str) -> ModelRecord | None:
        """The record, or None."""
        item = self._item(target, version_sort_key(version))
        return None if item is None else _from_item(item)

    def production(self, target: str) -> ModelRecord | None:
        """The one model in production for this parameter, or None."""
        version = self._production_version(target)
        return None if version is None else self.get(target, version)

    def promote(self, target: str, version: str, reason: str) -> None:
        """Put a version into production and retire the one before, in one transaction.

        Raises:
            NotFound: The version is not registered.
            Conflict: Somebody promoted another version meanwhile.
        """
        before = self._production_version(target)
        if before == version:
            return
        if self.get(target, version) is None:
            raise NotFound(f"version {version} of the {target} model is not registered")
        steps: list[Any] = [
            {"Update": self._to_stage(target, version, RegistryStage.PRODUCTION, reason)},
            {"Put": self._pointer(target, version, before)},
        ]
        if before is not None:
            retired = self._to_stage(target, before, RegistryStage.RETIRED, f"replaced by {version}")
            steps.append({"Update": retired})
        try:
            with unavailable_when_down("DynamoDB"):
                self._client.transact_write_items(TransactItems=steps)
        except ClientError as error:
            if error_code(error) != "TransactionCanceledException":
                raise
            raise Conflict(f"another version of the {target} model was promoted meanwhile: {error}") from error

    def retire(self, target: str, version: str, reason: str) -> None:
        """Take a version that failed its gate or its smoke test out of the running.

        Raises:
            NotFound: The version is not registered.
            Conflict: It is in production.
        """
        update = self._to_stage(target, version, RegistryStage.RETIRED, reason)
        update["ConditionExpression"] += " AND #stage <> :production"
        update["ExpressionAttributeValues"][":production"] = {"S": RegistryStage.PRODUCTION}
        try:
            with unavailable_when_down("DynamoDB"):
                self._client.update_item(**update)
        except ClientError as error:
            if error_code(error) != _REFUSED:
                raise
            if self.get(target, version) is None:
                raise NotFound(f"version {version} of the {target} model is not registered") from error
            raise Conflict(
                f"version {version} of the {target} model is in production: promote another first"
            ) from error

    def _production_version(self, target: str) -> str | None:
        item = self._item(target, PRODUCTION_SORT_KEY)
        return None if item is None else item["version"]["S"]

    def _item(self, target: str, sort_key: str) -> Mapping[str, Any] | None:
        with unavailable_when_down("DynamoDB"):
            answer = self._client.get_item(TableName=self._table, Key=_key(target, sort_key), ConsistentRead=True)
        return answer.get("Item")

    def _to_stage(self, target: str, version: str, stage: RegistryStage, reason: str) -> dict[str, Any]:
        return {
            "TableName": self._table,
            "Key": _key(target, version_sort_key(version)),
            "UpdateExpression": "SET #stage = :stage, decided_because = :reason, decided_at = :now",
            "ConditionExpression": "attribute_exists(#pk)",
            "ExpressionAttributeNames": _NAMES,
            "ExpressionAttributeValues": {
                ":stage": {"S": stage},
                ":reason": {"S": reason},
                ":now": {"S": self._clock().isoformat()},
            },
        }

    def _pointer(self, target: str, version: str, before: str | None) -> dict[str, Any]:
        put: dict[str, Any] = {
            "TableName": self._table,
            "Item": {**_key(target, PRODUCTION_SORT_KEY), "version": {"S": version}},
            "ConditionExpression": "attribute_not_exists(#pk)",
            "ExpressionAttributeNames": {"#pk": PARTITION_KEY},
        }
        if before is not None:
            put["ConditionExpression"] = "#version = :before"
            put["ExpressionAttributeNames"] = {"#version": "version"}
            put["ExpressionAttributeValues"] = {":before": {"S": before}}
        return put


def _key(target: str, sort_key: str) -> dict[str, Any]:
    return {PARTITION_KEY: {"S": target}, SORT_KEY: {"S": sort_key}}


def _to_item(record: ModelRecord) -> dict[str, Any]:
    return {
        **_key(record.target, version_sort_key(record.version)),
        "target": {"S": record.target},
        "version": {"S": record.version},
        "stage": {"S": record.stage},
        "artifact_uri": {"S": record.artifact_uri},
        "artifact_digest": {"S": record.artifact_digest},
        "dataset_digest": {"S": record.dataset_digest},
        "evaluation": {"S": _EVALUATION.dump_json(record.evaluation).decode()},
        "created_at": {"S": record.created_at.isoformat()},
    }


def _from_item(item: Mapping[str, Any]) -> ModelRecord:
    return ModelRecord(
        target=item["target"]["S"],
        version=item["version"]["S"],
        stage=RegistryStage(item["stage"]["S"]),
        artifact_uri=item["artifact_uri"]["S"],
        artifact_digest=item["artifact_digest"]["S"],
        dataset_digest=item["dataset_digest"]["S"],
        evaluation=_EVALUATION.validate_json(item["evaluation"]["S"]),
        created_at=dt.datetime.fromisoformat(item["created_at"]["S"]),
    )
