"""`/v1/forecasts/{forecast}`: one forecast for ever, with where it came from."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from functions.api.bootstrap import ClockDependency, CoveragesDependency, ForecastsDependency, RegistryDependency
from functions.api.forecast_answers import FORECAST_SECONDS, forecast_answer, lineage_answer, view_of, written
from geoclimate.contracts.forecasts import ForecastId, ForecastViewRequest, TracedForecastAnswer
from geoclimate.contracts.problems import DOMAIN_PROBLEMS, INVALID_QUERY
from geoclimate.domain.errors import UnknownForecast
from geoclimate.domain.parameters import PARAMETERS
from geoclimate.runtime.web.caching import ANSWERS_NOT_MODIFIED, TAKES_IF_NONE_MATCH, tagged
from geoclimate.runtime.web.guarded_route import GuardedRoute, requires
from geoclimate.runtime.web.problem_docs import problem_responses
from geoclimate.services.read_forecast import read_forecast_by_id

router = APIRouter(prefix="/v1/forecasts", tags=["forecasts"], route_class=GuardedRoute)


@router.get(
    "/{forecast}",
    summary="Read one forecast by its id",
    response_description="The forecast and its lineage.",
    response_model=TracedForecastAnswer,
    responses=problem_responses(DOMAIN_PROBLEMS[UnknownForecast], INVALID_QUERY) | ANSWERS_NOT_MODIFIED,
    openapi_extra=TAKES_IF_NONE_MATCH,
)
@requires("forecasts:read")
async def get_forecast_by_id(  # noqa: PLR0913, PLR0917 - FastAPI gives a route what it needs as parameters
    request: Request,
    forecast: ForecastId,
    query: Annotated[ForecastViewRequest, Query()],
    forecasts: ForecastsDependency,
    registry: RegistryDependency,
    coverages: CoveragesDependency,
    clock: ClockDependency,
) -> Response:
    """A forecast that was issued once, however old, with its lineage: the model, and the data and code it is made of.

    An id is never given to another forecast, so what is said with it can be looked up later.
    """
    view = view_of(query)
    current = read_forecast_by_id(forecasts, clock, forecast, view)
    found = current.forecast
    answer: TracedForecastAnswer = {
        **forecast_answer(current, view, PARAMETERS[found.parameter].unit, coverages),
        "lineage": lineage_answer(found, registry.get(found.parameter, found.model_version)),
    }
    return tagged(request, written(answer), seconds=FORECAST_SECONDS)
