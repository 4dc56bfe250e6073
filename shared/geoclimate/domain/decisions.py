"""What the registry decided about a model, by whom and why; and which decisions there can be."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from geoclimate.domain.errors import Conflict
from geoclimate.domain.models import ModelRecord, RegistryStage

_NEXT: Final[Mapping[RegistryStage, frozenset[RegistryStage]]] = {
    RegistryStage.CANDIDATE: frozenset({RegistryStage.STAGING, RegistryStage.RETIRED}),
    RegistryStage.STAGING: frozenset({RegistryStage.PRODUCTION, RegistryStage.RETIRED}),
    # It leaves only when another takes its place, so that a target never loses its model by a slip.
    RegistryStage.PRODUCTION: frozenset(),
    # It comes back only by a rollback.
    RegistryStage.RETIRED: frozenset(),
}

_PARTS_OF_AN_ARN: Final = 6


@dataclass(frozen=True, slots=True)
class Decision:
    """One entry of the audit log: a version moved to another stage.

    Attributes:
        target: Parameter code that the model forecasts.
        version: The version that moved.
        before: Where it stood; None where it was registered.
        after: Where it stands since.
        who: ARN of the workflow's execution or of the operator.
        why: The reason in a sentence.
        decided_at: When, UTC.
    """

    target: str
    version: str
    before: RegistryStage | None
    after: RegistryStage
    who: str
    why: str
    decided_at: dt.datetime


def who_decided(who: str) -> str:
    """Who decided, without the number of the AWS account and its region: not everybody who reads models knows those.

    An execution `arn:aws:states:<region>:<account>:execution:<machine>:<name>` is `workflow <machine>/<name>`, another
    identity of AWS `operator <user/ada>`; what is no ARN stays as it is.
    """
    parts = who.split(":", _PARTS_OF_AN_ARN - 1)
    if parts[0] != "arn" or len(parts) < _PARTS_OF_AN_ARN:
        return who
    service, resource = parts[2], parts[-1]
    if service == "states":
        return f"workflow {resource.removeprefix('execution:').replace(':', '/')}"
    return f"operator {resource}"


def require_next(record: ModelRecord, after: RegistryStage) -> None:
    """Refuse a move that leaves out a stage, or that only a promotion or a rollback makes beside its own.

    Raises:
        Conflict: The version cannot go there from where it stands.
    """
    if after not in _NEXT[record.stage]:
        raise Conflict(
            f"version {record.version} of the {record.target} model is {record.stage}: it cannot become {after}; "
            f"{_advice(record.stage)}"
        )


def require_same_rival(record: ModelRecord, production: str | None) -> None:
    """Refuse to promote a version that the gate compared with another model than the one in production now.

    Raises:
        Conflict: The model in production changed since the version was judged.
    """
    if record.judged_against != production:
        raise Conflict(
            f"version {record.version} of the {record.target} model was judged against "
            f"{record.judged_against or 'no model'}, but {production or 'none'} is in production now: train again"
        )


def require_promotable(record: ModelRecord, production: str | None) -> None:
    """Refuse to try a version on the endpoint that could not be promoted after its trial.

    Raises:
        Conflict: It is neither a candidate nor on trial, or it was judged against another model than the one in
            production.
    """
    if record.stage is not RegistryStage.STAGING:
        require_next(record, RegistryStage.STAGING)
    require_same_rival(record, production)


def require_returnable(record: ModelRecord) -> None:
    """Refuse a rollback to a version that did not serve before.

    Raises:
        Conflict: The version is not retired, or it was never in production.
    """
    if record.stage is not RegistryStage.RETIRED or record.promoted_at is None:
        past = "was never in production" if record.promoted_at is None else f"is {record.stage}"
        raise Conflict(
            f"version {record.version} of the {record.target} model {past}: "
            "only a version that was in production and was replaced can be put back"
        )


def _advice(stage: RegistryStage) -> str:
    next_stages = sorted(_NEXT[stage])
    if next_stages:
        return f"next comes {' or '.join(next_stages)}"
    if stage is RegistryStage.PRODUCTION:
        return "promote another version, or roll back"
    return "train anew, or roll back to it if it was in production"
