"""`/v1/parameters`: what can be measured."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from geoclimate.contracts.http import NoQuery
from geoclimate.contracts.parameters import ParameterAnswer, ParametersAnswer
from geoclimate.contracts.problems import INVALID_QUERY
from geoclimate.domain.aqi.catalogue import standards_with
from geoclimate.domain.parameters import PARAMETERS
from geoclimate.domain.units import units_of
from geoclimate.runtime.web.caching import ANSWERS_NOT_MODIFIED, TABLE_SECONDS, TAKES_IF_NONE_MATCH, tagged_model
from geoclimate.runtime.web.guarded_route import GuardedRoute, requires
from geoclimate.runtime.web.problem_docs import problem_responses

router = APIRouter(prefix="/v1/parameters", tags=["parameters"], route_class=GuardedRoute)


@router.get(
    "",
    summary="List the parameters",
    response_description="Every parameter.",
    response_model=ParametersAnswer,
    responses=problem_responses(INVALID_QUERY) | ANSWERS_NOT_MODIFIED,
    openapi_extra=TAKES_IF_NONE_MATCH,
)
@requires("parameters:read")
async def list_parameters(request: Request, _: Annotated[NoQuery, Query()]) -> Response:
    """Every parameter that the platform knows, with its canonical unit and the air quality indexes it takes part in."""
    answer = ParametersAnswer(
        parameters=tuple(
            ParameterAnswer(
                code=parameter.code,
                name=parameter.name,
                unit=parameter.unit,
                units=units_of(parameter),
                aqi_standards=standards_with(parameter.code),
            )
            for parameter in PARAMETERS.values()
        )
    )
    return tagged_model(request, answer, seconds=TABLE_SECONDS)
