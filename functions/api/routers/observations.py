"""`/v1/stations/{station}/observations`: what was measured."""

from typing import Annotated

from fastapi import APIRouter, Query

from functions.api.bootstrap import ClockDependency, ObservationsDependency, StationsDependency
from geoclimate.contracts.http import ObservationAnswer, ObservationsAnswer, ObservationsRequest, StationId
from geoclimate.contracts.problems import DOMAIN_PROBLEMS, INVALID_QUERY
from geoclimate.domain.errors import UnknownParameter, UnknownSeries, UnknownStation
from geoclimate.runtime.web.guarded_route import GuardedRoute, requires
from geoclimate.runtime.web.problem_docs import problem_responses
from geoclimate.services.read_observations import ObservationQuery, read_observations
from geoclimate.services.read_stations import read_parameter

router = APIRouter(prefix="/v1/stations/{station}/observations", tags=["stations"], route_class=GuardedRoute)


@router.get(
    "",
    summary="Read observations",
    response_description="The window and its observations.",
    responses=problem_responses(
        DOMAIN_PROBLEMS[UnknownStation],
        DOMAIN_PROBLEMS[UnknownSeries],
        DOMAIN_PROBLEMS[UnknownParameter],
        INVALID_QUERY,
    ),
)
@requires("observations:read")
async def get_observations(
    station: StationId,
    query: Annotated[ObservationsRequest, Query()],
    stations: StationsDependency,
    observations: ObservationsDependency,
    clock: ClockDependency,
) -> ObservationsAnswer:
    """Observations of one parameter whose interval starts in `[from, to)`, at most 31 days.

    Without `from` and `to` the answer is the last 24 hours that the series has. With `as_of` it is the answer that
    would have been given then: what was uploaded later does not count.
    """
    unit = read_parameter(query.parameter).unit
    asked = ObservationQuery(station, query.parameter, query.start, query.end, query.as_of)
    window = read_observations(stations, observations, clock, asked)
    return ObservationsAnswer(
        station=station,
        parameter=query.parameter,
        unit=unit,
        start=window.start,
        end=window.end,
        as_of=query.as_of,
        observations=tuple(
            ObservationAnswer(
                start=observation.start,
                end=observation.end,
                value=observation.value,
                delivered_value=observation.delivered_value,
                delivered_unit=observation.delivered_unit,
                instrument=observation.instrument,
                flag=observation.flag,
                ingested_at=observation.ingested_at,
                revision=observation.revision,
            )
            for observation in window.observations
        ),
    )
