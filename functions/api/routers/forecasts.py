"""`/v1/stations/{station}/forecast`: what is expected."""

from typing import Annotated

from fastapi import APIRouter, Query

from functions.api.bootstrap import ClockDependency, ForecastsDependency, StationsDependency
from geoclimate.contracts.http import ForecastAnswer, ForecastRequest, LeadTimeAnswer, QuantileAnswer, StationId
from geoclimate.contracts.problems import DOMAIN_PROBLEMS, INVALID_QUERY
from geoclimate.domain.errors import NoForecast, UnknownParameter, UnknownSeries, UnknownStation
from geoclimate.runtime.web.guarded_route import GuardedRoute, requires
from geoclimate.runtime.web.problem_docs import problem_responses
from geoclimate.services.read_forecast import INTERVAL_LEVEL, ExpectedHour, read_forecast
from geoclimate.services.read_stations import read_parameter

router = APIRouter(prefix="/v1/stations/{station}/forecast", tags=["forecasts"], route_class=GuardedRoute)


@router.get(
    "",
    summary="Read the newest forecast",
    response_description="The forecast.",
    responses=problem_responses(
        DOMAIN_PROBLEMS[UnknownStation],
        DOMAIN_PROBLEMS[UnknownSeries],
        DOMAIN_PROBLEMS[NoForecast],
        DOMAIN_PROBLEMS[UnknownParameter],
        INVALID_QUERY,
    ),
)
@requires("forecasts:read")
async def get_forecast(
    station: StationId,
    query: Annotated[ForecastRequest, Query()],
    stations: StationsDependency,
    forecasts: ForecastsDependency,
    clock: ClockDependency,
) -> ForecastAnswer:
    """The newest forecast of one parameter, hour by hour, with its interval and with what made it.

    Forecasts are made ahead, so no model runs for this request. `stale` says that the newest one is old.
    """
    unit = read_parameter(query.parameter).unit
    current = read_forecast(stations, forecasts, clock, station, query.parameter)
    forecast = current.forecast
    return ForecastAnswer(
        station=forecast.station,
        parameter=forecast.parameter,
        unit=unit,
        issue_time=forecast.issue_time,
        made_at=forecast.made_at,
        model_version=forecast.model_version,
        engine=forecast.engine,
        stale=current.stale,
        age_seconds=int(current.age.total_seconds()),
        interval_level=INTERVAL_LEVEL,
        lead_times=tuple(_lead_time(hour) for hour in current.hours),
    )


def _lead_time(hour: ExpectedHour) -> LeadTimeAnswer:
    return LeadTimeAnswer(
        lead_hours=hour.lead_hours,
        start=hour.start,
        end=hour.end,
        median=hour.median,
        lower=hour.lower,
        upper=hour.upper,
        quantiles=tuple(QuantileAnswer(level=level, value=value) for level, value in hour.quantiles),
    )
