"""`/v1/stations/{station}/aqi`: the air quality index of what was measured."""

from typing import Annotated

from fastapi import APIRouter, Query

from functions.api.bootstrap import ClockDependency, ObservationsDependency, StationsDependency
from geoclimate.contracts.aqi import CategoryAnswer, PollutantIndexAnswer, StationAqiAnswer, StationAqiRequest
from geoclimate.contracts.http import StationId
from geoclimate.contracts.problems import DOMAIN_PROBLEMS, INVALID_QUERY
from geoclimate.domain.aqi.standards import Category, Standard
from geoclimate.domain.errors import UnknownStandard, UnknownStation
from geoclimate.runtime.web.guarded_route import GuardedRoute, requires
from geoclimate.runtime.web.problem_docs import problem_responses
from geoclimate.services.read_aqi import PollutantReading, read_aqi

router = APIRouter(prefix="/v1/stations/{station}/aqi", tags=["air quality index"], route_class=GuardedRoute)


@router.get(
    "",
    summary="Read the air quality index",
    response_description="The index, and that of every pollutant.",
    responses=problem_responses(DOMAIN_PROBLEMS[UnknownStation], DOMAIN_PROBLEMS[UnknownStandard], INVALID_QUERY),
)
@requires("aqi:read")
async def get_station_aqi(
    station: StationId,
    query: Annotated[StationAqiRequest, Query()],
    stations: StationsDependency,
    observations: ObservationsDependency,
    clock: ClockDependency,
) -> StationAqiAnswer:
    """The air quality index of a station: the greatest of its pollutants', each with what it rests on.

    Values that a quality rule doubts do not count. Where a pollutant has no index, `null_reason` says why.
    """
    found = read_aqi(stations, observations, clock, station, query.standard, query.at)
    return StationAqiAnswer(
        station=found.station,
        standard=found.standard.id,
        at=found.at,
        age_seconds=int(found.age.total_seconds()),
        index=found.index,
        category=None if found.category is None else category_answer(found.category),
        driver=None if found.driver is None else found.driver.parameter,
        null_reason=found.null_reason,
        pollutants=tuple(_pollutant(found.standard, reading) for reading in found.pollutants),
    )


def category_answer(category: Category) -> CategoryAnswer:
    """A category as answers show it."""
    return CategoryAnswer(name=category.name, color=category.color)


def _pollutant(standard: Standard, reading: PollutantReading) -> PollutantIndexAnswer:
    found = reading.found
    if found is None:
        return PollutantIndexAnswer(
            parameter=reading.parameter,
            index=None,
            category=None,
            concentration=None,
            unit=None,
            averaging_hours=None,
            method=None,
            start=None,
            end=None,
            hours_used=None,
            instrument=None,
            beyond_table=None,
            null_reason=reading.null_reason,
        )
    return PollutantIndexAnswer(
        parameter=reading.parameter,
        index=found.sub_index.index,
        category=category_answer(standard.category(found.sub_index.index)),
        concentration=found.sub_index.concentration,
        unit=found.scale.unit,
        averaging_hours=found.scale.averaging_hours,
        method=found.concentration.method,
        start=found.start,
        end=found.end,
        hours_used=found.concentration.hours_used,
        instrument=found.instrument,
        beyond_table=found.sub_index.beyond_table,
        null_reason=None,
    )
