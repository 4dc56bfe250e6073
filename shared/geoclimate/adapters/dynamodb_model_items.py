"""Records and decisions of the model registry as DynamoDB items, and back; items of older versions are still read."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from pydantic import TypeAdapter

from geoclimate.contracts.tables import PARTITION_KEY, SORT_KEY, decision_sort_key, version_sort_key
from geoclimate.domain.decisions import Decision
from geoclimate.domain.models import Evaluation, ModelRecord, RegistryStage

_EVALUATION: Final = TypeAdapter(Evaluation)
_PARITY: Final = TypeAdapter(dict[str, float])
_OPTIONAL: Final = (
    "code_digest",
    "card_uri",
    "light_model_uri",
    "light_model_digest",
    "climatology_uri",
    "climatology_digest",
    "judged_against",
    "replaced",
)


def item_key(target: str, sort_key: str) -> dict[str, Any]:
    """The key of an item of a target."""
    return {PARTITION_KEY: {"S": target}, SORT_KEY: {"S": sort_key}}


def record_item(record: ModelRecord) -> dict[str, Any]:
    """A version's item."""
    item = {
        **item_key(record.target, version_sort_key(record.version)),
        "target": {"S": record.target},
        "version": {"S": record.version},
        "stage": {"S": record.stage},
        "artifact_uri": {"S": record.artifact_uri},
        "artifact_digest": {"S": record.artifact_digest},
        "dataset_digest": {"S": record.dataset_digest},
        "evaluation": {"S": _EVALUATION.dump_json(record.evaluation).decode()},
        "created_at": {"S": record.created_at.isoformat()},
        "parity": {"S": _PARITY.dump_json(dict(record.parity)).decode()},
    }
    item |= {name: {"S": value} for name in _OPTIONAL if (value := getattr(record, name)) is not None}
    if record.promoted_at is not None:
        item["promoted_at"] = {"S": record.promoted_at.isoformat()}
    return item


def record_of(item: Mapping[str, Any]) -> ModelRecord:
    """The record that an item holds."""
    return ModelRecord(
        target=item["target"]["S"],
        version=item["version"]["S"],
        stage=RegistryStage(item["stage"]["S"]),
        artifact_uri=item["artifact_uri"]["S"],
        artifact_digest=item["artifact_digest"]["S"],
        dataset_digest=item["dataset_digest"]["S"],
        evaluation=_EVALUATION.validate_json(item["evaluation"]["S"]),
        created_at=dt.datetime.fromisoformat(item["created_at"]["S"]),
        parity=_PARITY.validate_json(item["parity"]["S"]) if "parity" in item else {},
        promoted_at=dt.datetime.fromisoformat(item["promoted_at"]["S"]) if "promoted_at" in item else None,
        **{name: item[name]["S"] for name in _OPTIONAL if name in item},
    )


def decision_item(decision: Decision) -> dict[str, Any]:
    """A decision's item."""
    item = {
        **item_key(decision.target, decision_sort_key(decision.decided_at, decision.version, decision.after)),
        "version": {"S": decision.version},
        "after": {"S": decision.after},
        "who": {"S": decision.who},
        "why": {"S": decision.why},
        "decided_at": {"S": decision.decided_at.isoformat()},
    }
    if decision.before is not None:
        item["before"] = {"S": decision.before}
    return item


def decision_of(item: Mapping[str, Any]) -> Decision:
    """The decision that an item holds."""
    return Decision(
        target=item[PARTITION_KEY]["S"],
        version=item["version"]["S"],
        before=RegistryStage(item["before"]["S"]) if "before" in item else None,
        after=RegistryStage(item["after"]["S"]),
        who=item["who"]["S"],
        why=item["why"]["S"],
        decided_at=dt.datetime.fromisoformat(item["decided_at"]["S"]),
    )
