"""`/v1/models`: the versions of the models, and which of them is in production."""

from dataclasses import replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from functions.work.bootstrap import ArtifactsDependency, ChangesDependency, RegistryDependency
from geoclimate.contracts.http import NoQuery
from geoclimate.contracts.models import (
    ChangeAnswer,
    ChangeName,
    ChangeStateAnswer,
    DecisionAnswer,
    EvaluationAnswer,
    ModelAnswer,
    ModelDetailAnswer,
    ModelsAnswer,
    ModelsRequest,
    ModelVersion,
    PromotionBody,
    RollbackBody,
)
from geoclimate.contracts.problems import DOMAIN_PROBLEMS, INVALID_QUERY
from geoclimate.domain.decisions import Decision, who_decided
from geoclimate.domain.errors import Conflict, NotFound, UnknownParameter
from geoclimate.domain.pseudonyms import pseudonym_of
from geoclimate.runtime.web.caller import caller_of
from geoclimate.runtime.web.guarded_route import GuardedRoute, requires
from geoclimate.runtime.web.locations import LOCATION, LOCATION_DOCS, location_of
from geoclimate.runtime.web.problem_docs import problem_responses
from geoclimate.services.change_production import Change
from geoclimate.services.read_model_card import read_model_card
from geoclimate.services.read_stations import read_parameter

router = APIRouter(prefix="/v1/models", tags=["models"], route_class=GuardedRoute)

_UNKNOWN: Final = problem_responses(DOMAIN_PROBLEMS[NotFound], INVALID_QUERY)
_STARTED: Final[dict[int | str, dict[str, Any]]] = {
    **problem_responses(DOMAIN_PROBLEMS[NotFound], DOMAIN_PROBLEMS[Conflict], INVALID_QUERY),
    202: LOCATION_DOCS,
}


@router.get(
    "",
    summary="List models",
    response_description="The versions, the newest first.",
    responses=problem_responses(DOMAIN_PROBLEMS[UnknownParameter], INVALID_QUERY),
)
@requires("models:read")
async def list_models(query: Annotated[ModelsRequest, Query()], registry: RegistryDependency) -> ModelsAnswer:
    """Every version of the model of a parameter, where it stands, and how it was scored."""
    read_parameter(query.parameter)
    return ModelsAnswer(
        models=tuple(
            ModelAnswer(
                version=record.version, parameter=query.parameter, stage=record.stage, created_at=record.created_at
            )
            for record in reversed(registry.versions(query.parameter))
        )
    )


@router.get("/changes/{change}", summary="How far is a change?", responses=_UNKNOWN)
@requires("models:decide")
async def get_change(
    change: ChangeName, changes: ChangesDependency, _: Annotated[NoQuery, Query()]
) -> ChangeStateAnswer:
    """How far a promotion or a rollback is, and why it failed where it did."""
    found = changes.follow(change)
    return ChangeStateAnswer(change=found.name, state=found.state, cause=found.cause)


@router.get("/{version}", summary="Get a model", responses=_UNKNOWN)
@requires("models:read")
async def get_model(
    version: ModelVersion, changes: ChangesDependency, artifacts: ArtifactsDependency, _: Annotated[NoQuery, Query()]
) -> ModelDetailAnswer:
    """A version with its card, its scores beside those of simpler forecasters, and what was decided about it."""
    record = changes.find(version)
    return ModelDetailAnswer(
        version=record.version,
        parameter=record.target,
        stage=record.stage,
        created_at=record.created_at,
        promoted_at=record.promoted_at,
        judged_against=record.judged_against,
        replaced=record.replaced,
        dataset_digest=record.dataset_digest,
        code_digest=record.code_digest,
        artifact_digest=record.artifact_digest,
        parity=record.parity,
        evaluation=EvaluationAnswer.model_validate(record.evaluation),
        decisions=tuple(_decision(each) for each in changes.registry.decisions(record.target, version)),
        card=read_model_card(record, artifacts),
    )


@router.post("/rollback", status_code=202, summary="Roll back", responses=_STARTED)
@requires("models:decide")
async def roll_back(
    body: RollbackBody,
    request: Request,
    response: Response,
    changes: ChangesDependency,
    _: Annotated[NoQuery, Query()],
) -> ChangeAnswer:
    """Put the version before, or another that was in production once, back there.

    The endpoint moves first and is asked with real inputs; only when it answers does the registry follow. Whatever
    fails, the present version stays.
    """
    return _started(changes.roll_back(body.version, who=_who(request), why=body.reason), request, response)


@router.post("/{version}/promotion", status_code=202, summary="Promote a model", responses=_STARTED)
@requires("models:decide")
async def promote_model(
    version: ModelVersion,
    body: PromotionBody,
    request: Request,
    response: Response,
    changes: ChangesDependency,
    _: Annotated[NoQuery, Query()],
) -> ChangeAnswer:
    """Try a version that passed its gate: a tenth of the traffic under watch, then all of it, then production.

    A version that does not hold is taken back and retired with the reason.
    """
    return _started(changes.promote(version, who=_who(request), why=body.reason), request, response)


def _decision(decision: Decision) -> DecisionAnswer:
    return DecisionAnswer.model_validate(replace(decision, who=who_decided(decision.who)))


def _who(request: Request) -> str:
    # The audit log's name of the account: the registry is kept when an account is erased.
    return f"account:{pseudonym_of(caller_of(request.scope).account)}"


def _started(change: Change, request: Request, response: Response) -> ChangeAnswer:
    response.headers[LOCATION] = location_of(request, f"/v1/models/changes/{change.name}")
    return ChangeAnswer(change=change.name, kind=change.kind, version=change.version, current=change.current)
