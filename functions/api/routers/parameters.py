"""`/v1/parameters`: what can be measured."""

from typing import Annotated

from fastapi import APIRouter, Query

from geoclimate.contracts.http import NoQuery
from geoclimate.contracts.parameters import ParameterAnswer, ParametersAnswer
from geoclimate.contracts.problems import INVALID_QUERY
from geoclimate.domain.aqi.catalogue import standards_with
from geoclimate.domain.parameters import PARAMETERS
from geoclimate.domain.units import units_of
from geoclimate.runtime.web.guarded_route import GuardedRoute, requires
from geoclimate.runtime.web.problem_docs import problem_responses

router = APIRouter(prefix="/v1/parameters", tags=["parameters"], route_class=GuardedRoute)


@router.get(
    "",
    summary="List the parameters",
    response_description="Every parameter.",
    responses=problem_responses(INVALID_QUERY),
)
@requires("parameters:read")
async def list_parameters(_: Annotated[NoQuery, Query()]) -> ParametersAnswer:
    """Every parameter that the platform knows, with its canonical unit and the air quality indexes it takes part in."""
    return ParametersAnswer(
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
