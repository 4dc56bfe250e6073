"""`/v1/models`: the versions of the models."""

from typing import Annotated

from fastapi import APIRouter, Query

from functions.work.bootstrap import RegistryDependency
from geoclimate.contracts.models import ModelAnswer, ModelsAnswer, ModelsRequest
from geoclimate.contracts.problems import DOMAIN_PROBLEMS, INVALID_QUERY
from geoclimate.domain.errors import UnknownParameter
from geoclimate.runtime.web.guarded_route import GuardedRoute, requires
from geoclimate.runtime.web.problem_docs import problem_responses
from geoclimate.services.read_stations import read_parameter

router = APIRouter(prefix="/v1/models", tags=["models"], route_class=GuardedRoute)


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
