"""Shapes of `/v1/models`."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from geoclimate.contracts.http import ParameterCode
from geoclimate.domain.executions import ExecutionState
from geoclimate.domain.models import RegistryStage

_REQUEST = ConfigDict(frozen=True, extra="forbid")
_ANSWER = ConfigDict(frozen=True)
_READ = ConfigDict(frozen=True, from_attributes=True)

ModelVersion = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,62}$",
        description="Id of a version, as `GET /v1/models` gives it.",
        examples=["geoclimate-prod-20260131-050607-3fa85f64"],
    ),
]

ChangeName = Annotated[
    str,
    Field(
        pattern=r"^(promotion|rollback)-[0-9a-f]{12}$",
        description="As the answer to a decision names it.",
        examples=["promotion-1b9d6bcd4f2a"],
    ),
]

Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=10, max_length=500),
    Field(
        description="Why, in words that others understand; it stands in the registry's log of decisions.",
        examples=["Too low on smoky days; the version before was closer."],
    ),
]


class ModelsRequest(BaseModel):
    """Query of `GET /v1/models`."""

    model_config = _REQUEST

    parameter: ParameterCode


class ModelAnswer(BaseModel):
    """One version of a model."""

    model_config = _ANSWER

    version: Annotated[str, Field(description="Id of the version.")]
    parameter: Annotated[str, Field(description="What it forecasts.")]
    stage: Annotated[RegistryStage, Field(description="Where it stands.")]
    created_at: Annotated[dt.datetime, Field(description="When it was registered.")]


class ModelsAnswer(BaseModel):
    """Answer of `GET /v1/models`."""

    model_config = _ANSWER

    models: tuple[ModelAnswer, ...]


class ScoreAnswer(BaseModel):
    """How a forecaster did on the forecasts that the model was scored on."""

    model_config = _READ

    mae: Annotated[float, Field(description="Mean absolute error of the median, canonical unit.")]
    crps: Annotated[float, Field(description="Continuous ranked probability score, canonical unit.")]


class EvaluationAnswer(BaseModel):
    """How a model did on the last part of the time line, which it never saw in training."""

    model_config = _READ

    test_start: Annotated[dt.datetime, Field(description="First issue time of the test period.")]
    test_end: Annotated[dt.datetime, Field(description="Last issue time of the test period.")]
    forecasts: Annotated[int, Field(description="Number of forecasts scored.")]
    mae: Annotated[float, Field(description="Mean absolute error of the median over all lead times, canonical unit.")]
    persistence_mae: Annotated[float, Field(description="The same for the newest value, held.")]
    skill: Annotated[float, Field(description="1 - MAE over persistence's MAE; above 0 is better than persistence.")]
    crps: Annotated[float | None, Field(description="Continuous ranked probability score, canonical unit.")]
    nominal_coverage: Annotated[float, Field(description="Share of observations that the interval promises to hold.")]
    coverage: Annotated[float, Field(description="Share that it held.")]
    coverage_by_quarter: Annotated[Mapping[str, float], Field(description="The same a quarter, such as 2015-Q1.")]
    mae_by_lead: Annotated[tuple[float, ...], Field(description="MAE a lead time, ascending lead times.")]
    persistence_mae_by_lead: tuple[float, ...]
    crps_by_group: Annotated[Mapping[str, float], Field(description="CRPS a group of stations.")]
    forecasts_by_group: Mapping[str, int]
    baselines: Annotated[Mapping[str, ScoreAnswer], Field(description="Simpler forecasters on the same forecasts.")]
    members: Annotated[Mapping[str, ScoreAnswer], Field(description="Each network of the mixture alone.")]
    production_version: Annotated[str | None, Field(description="The version in production that it was held against.")]
    production_crps: Annotated[float | None, Field(description="That version's CRPS on the same forecasts.")]


class DecisionAnswer(BaseModel):
    """One entry of the registry's log: the version moved."""

    model_config = _READ

    before: Annotated[RegistryStage | None, Field(description="Where it stood; null where it was registered.")]
    after: Annotated[RegistryStage, Field(description="Where it stands since.")]
    who: Annotated[
        str,
        Field(
            description="`workflow` and the execution's name, `operator` and an identity of AWS, or `account:` and the"
            " name that the audit log has for an account.",
            examples=["workflow geoclimate-prod-training/20260131-050607"],
        ),
    ]
    why: str
    decided_at: dt.datetime


class ModelDetailAnswer(ModelAnswer):
    """Answer of `GET /v1/models/{version}`."""

    promoted_at: Annotated[dt.datetime | None, Field(description="When it first came into production.")]
    judged_against: Annotated[str | None, Field(description="The version in production that the gate compared with.")]
    replaced: Annotated[str | None, Field(description="The version whose place it took.")]
    dataset_digest: Annotated[str, Field(description="SHA-256 of the data set that it was trained on.")]
    code_digest: Annotated[str | None, Field(description="SHA-256 of the training source.")]
    artifact_digest: Annotated[str, Field(description="SHA-256 of its `model.tar.gz`.")]
    parity: Annotated[
        Mapping[str, float], Field(description="Largest difference between two ways of running it, canonical unit.")
    ]
    evaluation: EvaluationAnswer
    decisions: Annotated[tuple[DecisionAnswer, ...], Field(description="What was decided about it, the oldest first.")]
    card: Annotated[str | None, Field(description="Its card, Markdown; null where it was registered without one.")]


class PromotionBody(BaseModel):
    """Body of `POST /v1/models/{version}/promotion`."""

    model_config = _REQUEST

    reason: Reason


class RollbackBody(BaseModel):
    """Body of `POST /v1/models/rollback`."""

    model_config = _REQUEST

    reason: Reason
    version: Annotated[
        ModelVersion | None,
        Field(description="A version that was in production once; without it, the one before the present one."),
    ] = None


class ChangeAnswer(BaseModel):
    """Answer of a promotion or a rollback that has begun."""

    model_config = _ANSWER

    change: Annotated[str, Field(description="Its name; `GET /v1/models/changes/{change}` tells how far it is.")]
    kind: Literal["promotion", "rollback"]
    version: Annotated[str, Field(description="The version that goes into production if it holds.")]
    current: Annotated[str | None, Field(description="The version in whose place it goes.")]


class ChangeStateAnswer(BaseModel):
    """Answer of `GET /v1/models/changes/{change}`."""

    model_config = _ANSWER

    change: str
    state: ExecutionState
    cause: Annotated[str | None, Field(description="Why it failed; what is in production then is what was before.")]
