"""Register a trained model as a candidate, keep beside it what others read of it, and judge it."""

import dataclasses
import hashlib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from geoclimate.contracts.model import (
    CARD_TEXT_FILE,
    CLIMATOLOGY_FILE,
    LIGHT_MODEL_FILE,
    ForecastContract,
)
from geoclimate.contracts.workflows import RegisterRequest, RegisterResult
from geoclimate.domain.errors import Conflict, ModelRejected
from geoclimate.domain.models import ModelRecord, RegistryStage
from geoclimate.features.input_spec import default_input_spec
from geoclimate.services.judge_candidate import judge_candidate
from geoclimate.services.model_registry import ModelRegistry
from geoclimate.services.open_artifact import Artifact, CardFacts, open_artifact
from geoclimate.services.ports import Clock, ObjectStore

_ARTIFACT_LIMIT: Final = 1024**3
_CONTENT_TYPES: Final = {
    ".md": "text/markdown; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".onnx": "application/octet-stream",
    ".safetensors": "application/octet-stream",
}


def register_model(
    request: RegisterRequest, *, registry: ModelRegistry, objects: ObjectStore, clock: Clock
) -> RegisterResult:
    """Read a training run's artifact, record it with its digests and evaluation, and give the gate's verdict.

    The card, its plots, the light model and the climatology are written to `models/<version>/registered/`, so that
    their readers need not unpack the artifact. The same request again changes nothing and gives the same verdict.

    Raises:
        ModelRejected: The artifact cannot be read, it is not a model of what was asked for, or its evaluation proves
            nothing.
        NotFound: The artifact does not exist.
        InvalidInput: The artifact is in another bucket or too large.
        Conflict: The version is registered with another artifact.
    """
    with objects.open(objects.key_of(request.artifact_uri), _ARTIFACT_LIMIT) as packed:
        artifact = open_artifact(packed)
    _require_fit(artifact.contract, request.target)
    _require_origin(artifact.card, request)
    known = registry.get(request.target, request.version)
    if known is not None and known.artifact_digest != artifact.digest:
        raise Conflict(f"version {request.version} is registered with another artifact")
    rival = _production(request.target, registry) if known is None else known.judged_against
    verdict = judge_candidate(artifact.evaluation, rival)
    if known is None:
        uris = _keep(request.version, artifact.files, objects)
        record = _record(request, artifact, uris, rival, clock)
        registry.register(record, who=request.who, why=verdict.reason)
    return RegisterResult(
        version=request.version, deploy=verdict.deploy, reason=verdict.reason, skill=artifact.evaluation.skill
    )


def _record(
    request: RegisterRequest, artifact: Artifact, uris: Mapping[str, str], rival: str | None, clock: Clock
) -> ModelRecord:
    digests = {name: hashlib.sha256(body).hexdigest() for name, body in artifact.files.items()}
    return ModelRecord(
        target=request.target,
        version=request.version,
        stage=RegistryStage.CANDIDATE,
        artifact_uri=request.artifact_uri,
        artifact_digest=artifact.digest,
        dataset_digest=request.dataset_digest,
        evaluation=artifact.evaluation,
        created_at=clock(),
        code_digest=request.code_digest,
        card_uri=uris.get(CARD_TEXT_FILE),
        light_model_uri=uris.get(LIGHT_MODEL_FILE),
        light_model_digest=digests.get(LIGHT_MODEL_FILE),
        climatology_uri=uris.get(CLIMATOLOGY_FILE),
        climatology_digest=digests.get(CLIMATOLOGY_FILE),
        parity=artifact.card.parity,
        judged_against=rival,
    )


def _keep(version: str, files: Mapping[str, bytes], objects: ObjectStore) -> dict[str, str]:
    """Write the files beside the artifact; their addresses by name."""
    return {
        name: objects.put(f"models/{version}/registered/{name}", body, _CONTENT_TYPES[PurePosixPath(name).suffix])
        for name, body in files.items()
    }


def _production(target: str, registry: ModelRegistry) -> str | None:
    record = registry.production(target)
    return None if record is None else record.version


def _require_fit(contract: ForecastContract, target: str) -> None:
    for name, value in dataclasses.asdict(default_input_spec(target)).items():
        found = getattr(contract, name)
        if found != value:
            raise ModelRejected(f"the model's contract has {name} {found}, but forecasts of {target} need {value}")


def _require_origin(card: CardFacts, request: RegisterRequest) -> None:
    """Hold what the artifact says of its origin against what the workflow says; a mix-up would spoil the lineage."""
    for name in ("version", "dataset_digest", "code_digest"):
        said, asked = getattr(card, name), getattr(request, name)
        if said is not None and asked is not None and said != asked:
            raise ModelRejected(f"the model's card has {name} {said}, but the workflow's is {asked}")
