"""Register a trained model as a candidate and judge whether it may be deployed."""

import hashlib
import math

from geoclimate.contracts.model import ModelContract
from geoclimate.contracts.workflows import RegisterRequest, RegisterResult
from geoclimate.domain.errors import ModelRejected
from geoclimate.domain.models import Evaluation, ModelRecord, RegistryStage
from geoclimate.features.spec import default_spec, feature_names
from geoclimate.services.model_registry import ModelRegistry
from geoclimate.services.open_artifact import open_artifact
from geoclimate.services.ports import Clock, ObjectStore

_ARTIFACT_LIMIT_BYTES = 256 * 1024 * 1024


def register_model(
    request: RegisterRequest, *, registry: ModelRegistry, objects: ObjectStore, clock: Clock
) -> RegisterResult:
    """Read a training job's artifact, record it with its digest and evaluation, and give the gate's verdict.

    Raises:
        ModelRejected: The artifact cannot be read, or it is not a model of what was asked for.
        NotFound: The artifact does not exist.
        InvalidInput: The artifact is in another bucket or too large.
        Conflict: The version is registered with another artifact.
    """
    archive = objects.get(objects.key_of(request.artifact_uri), _ARTIFACT_LIMIT_BYTES)
    contract, evaluation = open_artifact(archive)
    _require_fit(contract, request.target)
    _require_sound(evaluation)
    production = registry.production(request.target)
    record = ModelRecord(
        target=request.target,
        version=request.version,
        stage=RegistryStage.CANDIDATE,
        artifact_uri=request.artifact_uri,
        artifact_digest=hashlib.sha256(archive).hexdigest(),
        dataset_digest=request.dataset_digest,
        evaluation=evaluation,
        created_at=clock(),
        code_digest=request.code_digest,
        judged_against=None if production is None else production.version,
    )
    deploy, reason = judge(evaluation)
    registry.register(record, who=request.who, why=reason)
    return RegisterResult(version=request.version, deploy=deploy, reason=reason, skill=evaluation.skill)


def judge(evaluation: Evaluation) -> tuple[bool, str]:
    """The gate: a model may be deployed where its error is smaller than persistence's on data that neither has seen."""
    deploy = evaluation.mae < evaluation.persistence_mae
    verdict = "better than" if deploy else "not better than"
    return deploy, (
        f"{verdict} persistence: mean absolute error {evaluation.mae:.3f} against {evaluation.persistence_mae:.3f}, "
        f"skill {evaluation.skill:+.3f}, on {evaluation.forecasts} forecasts issued from "
        f"{evaluation.test_start:%Y-%m-%d} to {evaluation.test_end:%Y-%m-%d}"
    )


def _require_fit(contract: ModelContract, target: str) -> None:
    spec = default_spec(target)
    expected = {
        "target": spec.target,
        "parameters": spec.parameters,
        "feature_names": feature_names(spec),
        "history_hours": spec.history_hours,
        "lead_hours": spec.lead_hours,
    }
    for name, value in expected.items():
        found = getattr(contract, name)
        if found != value:
            raise ModelRejected(f"the model's contract has {name} {found}, but forecasts of {target} need {value}")


def _require_sound(evaluation: Evaluation) -> None:
    errors = {"mae": evaluation.mae, "persistence_mae": evaluation.persistence_mae}
    for name, value in errors.items():
        if not math.isfinite(value) or value < 0:
            raise ModelRejected(f"the evaluation's {name} is {value}: it is no mean absolute error")
    if evaluation.persistence_mae == 0:
        raise ModelRejected(
            "the evaluation's persistence_mae is 0: the test period does not vary, nothing can be judged"
        )
    if evaluation.forecasts < 1:
        raise ModelRejected("the evaluation scored no forecast: the data set is too short for a test period")
