"""`/v1/stations/{station}/forecast`: what is expected."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from functions.api.bootstrap import ClockDependency, CoveragesDependency, ForecastsDependency, StationsDependency
from functions.api.forecast_answers import FORECAST_SECONDS, forecast_answer, view_of, written
from functions.api.forms.documented import form_responses
from functions.api.forms.negotiation import chosen_form
from geoclimate.contracts.forecasts import ForecastAnswer, ForecastRequest
from geoclimate.contracts.forms import Form
from geoclimate.contracts.http import StationId
from geoclimate.contracts.problems import DOMAIN_PROBLEMS, INVALID_QUERY, NOT_ACCEPTABLE
from geoclimate.domain.errors import NoForecast, UnknownParameter, UnknownSeries, UnknownStation
from geoclimate.runtime.web.caching import ANSWERS_NOT_MODIFIED, TAKES_IF_NONE_MATCH, tagged, tagged_response
from geoclimate.runtime.web.guarded_route import GuardedRoute, requires
from geoclimate.runtime.web.problem_docs import problem_responses
from geoclimate.services.read_forecast import read_forecast
from geoclimate.services.read_stations import read_parameter, read_station

router = APIRouter(prefix="/v1/stations/{station}/forecast", tags=["forecasts"], route_class=GuardedRoute)

_FORMS: Final[tuple[Form, ...]] = ("json", "csv", "ndjson")


@router.get(
    "",
    summary="Read the newest forecast",
    response_description="The forecast.",
    response_model=ForecastAnswer,
    responses=problem_responses(
        DOMAIN_PROBLEMS[UnknownStation],
        DOMAIN_PROBLEMS[UnknownSeries],
        DOMAIN_PROBLEMS[NoForecast],
        DOMAIN_PROBLEMS[UnknownParameter],
        INVALID_QUERY,
        NOT_ACCEPTABLE,
    )
    | form_responses(_FORMS)
    | ANSWERS_NOT_MODIFIED,
    openapi_extra=TAKES_IF_NONE_MATCH,
)
@requires("forecasts:read")
async def get_forecast(  # noqa: PLR0913, PLR0917 - FastAPI gives a route what it needs as parameters
    request: Request,
    station: StationId,
    query: Annotated[ForecastRequest, Query()],
    stations: StationsDependency,
    forecasts: ForecastsDependency,
    coverages: CoveragesDependency,
    clock: ClockDependency,
) -> Response:
    """The newest forecast of one parameter, hour by hour, with its interval and with what made it.

    Forecasts are made ahead, so no model runs for this request. `stale` says that the newest one is old, `coverage` how
    often the truth lay in the interval at this station, and with `exceed` each hour how probable it is that its value
    lies above a threshold.
    """
    form = chosen_form(request, query.format, _FORMS)
    unit = read_parameter(query.parameter).unit
    view = view_of(query)
    current = read_forecast(stations, forecasts, clock, station, query.parameter, view)
    answer = written(forecast_answer(current, view, unit, coverages))
    if form == "json":
        return tagged(request, answer, seconds=FORECAST_SECONDS)
    from functions.api.forms.written import written_table  # noqa: PLC0415 - seldom asked for
    from functions.api.tables.forecast import forecast_table  # noqa: PLC0415 - seldom asked for

    table = written_table(forecast_table(answer, read_station(stations, station)), form)
    return tagged_response(request, table, seconds=FORECAST_SECONDS)
