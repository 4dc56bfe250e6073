"""`/v1/stations/{station}/forecast/aqi`: the air quality index of what is expected."""

from typing import Annotated

from fastapi import APIRouter, Query

from functions.api.bootstrap import ClockDependency, ForecastsDependency, StationsDependency
from functions.api.routers.station_aqi import category_answer
from geoclimate.contracts.aqi import (
    ExpectedIndexAnswer,
    ForecastAqiAnswer,
    ForecastAqiRequest,
    LeadTimeIndexAnswer,
    QuantileIndexAnswer,
)
from geoclimate.contracts.http import StationId
from geoclimate.contracts.problems import DOMAIN_PROBLEMS, INVALID_QUERY
from geoclimate.domain.aqi.standards import Standard
from geoclimate.domain.errors import NoForecast, UnknownParameter, UnknownSeries, UnknownStandard, UnknownStation
from geoclimate.domain.forecast_ids import forecast_id
from geoclimate.domain.forecasts import INTERVAL_LEVEL
from geoclimate.runtime.web.guarded_route import GuardedRoute, requires
from geoclimate.runtime.web.problem_docs import problem_responses
from geoclimate.services.read_forecast_aqi import ExpectedIndex, IndexedValue, read_forecast_aqi
from geoclimate.services.read_stations import read_parameter

router = APIRouter(prefix="/v1/stations/{station}/forecast/aqi", tags=["air quality index"], route_class=GuardedRoute)


@router.get(
    "",
    summary="Read the air quality index of the newest forecast",
    response_description="The index of every quantile, hour by hour.",
    responses=problem_responses(
        DOMAIN_PROBLEMS[UnknownStation],
        DOMAIN_PROBLEMS[UnknownSeries],
        DOMAIN_PROBLEMS[NoForecast],
        DOMAIN_PROBLEMS[UnknownStandard],
        DOMAIN_PROBLEMS[UnknownParameter],
        INVALID_QUERY,
    ),
)
@requires("aqi:read")
async def get_forecast_aqi(
    station: StationId,
    query: Annotated[ForecastAqiRequest, Query()],
    stations: StationsDependency,
    forecasts: ForecastsDependency,
    clock: ClockDependency,
) -> ForecastAqiAnswer:
    """The air quality index of every quantile of the newest forecast of one parameter, hour by hour.

    The index never falls while the concentration rises, so the index of a quantile is that quantile of the index. It is
    of the hour's own mean: quantiles of a NowCast or of a day's mean cannot be had from those of single hours.
    """
    unit = read_parameter(query.parameter).unit
    found = read_forecast_aqi(stations, forecasts, clock, station, query.parameter, query.standard)
    forecast = found.current.forecast
    return ForecastAqiAnswer(
        id=forecast_id(forecast),
        station=forecast.station,
        parameter=forecast.parameter,
        unit=unit,
        standard=found.standard.id,
        statistic="hourly-mean",
        averaging_hours=found.scale.averaging_hours,
        issue_time=forecast.issue_time,
        made_at=forecast.made_at,
        model_version=forecast.model_version,
        engine=forecast.engine,
        stale=found.current.stale,
        age_seconds=int(found.current.age.total_seconds()),
        interval_level=INTERVAL_LEVEL,
        lead_times=tuple(_lead_time(found.standard, hour) for hour in found.hours),
    )


def _lead_time(standard: Standard, hour: ExpectedIndex) -> LeadTimeIndexAnswer:
    return LeadTimeIndexAnswer(
        lead_hours=hour.lead_hours,
        start=hour.start,
        end=hour.end,
        median=_expected(standard, hour.median),
        lower=_expected(standard, hour.lower),
        upper=_expected(standard, hour.upper),
        quantiles=tuple(
            QuantileIndexAnswer(level=level, **dict(_expected(standard, value))) for level, value in hour.quantiles
        ),
    )


def _expected(standard: Standard, expected: IndexedValue) -> ExpectedIndexAnswer:
    return ExpectedIndexAnswer(
        index=expected.sub_index.index,
        category=category_answer(standard.category(expected.sub_index.index)),
        value=expected.value,
        beyond_table=expected.sub_index.beyond_table,
    )
