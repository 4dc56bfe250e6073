"""`/v1/stations/{station}/observations`: what was measured."""

from typing import Annotated

from fastapi import APIRouter, Query

from functions.api.bootstrap import ObservationsDependency, StationsDependency
from functions.api.problem_docs import problem_responses
from geoclimate.contracts.http import ObservationAnswer, ObservationsAnswer, ObservationsRequest, StationId
from geoclimate.contracts.problems import DOMAIN_PROBLEMS, INVALID_QUERY
from geoclimate.domain.errors import UnknownParameter, UnknownSeries, UnknownStation
from geoclimate.services.read_observations import read_observations
from geoclimate.services.read_stations import read_parameter

router = APIRouter(prefix="/v1/stations/{station}/observations", tags=["stations"])


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
async def get_observations(
    station: StationId,
    query: Annotated[ObservationsRequest, Query()],
    stations: StationsDependency,
    observations: ObservationsDependency,
) -> ObservationsAnswer:
    """Observations of one parameter whose interval starts in `[from, to)`, at most 31 days.

    Without `from` and `to` the answer is the last 24 hours that the series has.
    """
    unit = read_parameter(query.parameter).unit
    window = read_observations(stations, observations, station, query.parameter, start=query.start, end=query.end)
    return ObservationsAnswer(
        station=station,
        parameter=query.parameter,
        unit=unit,
        start=window.start,
        end=window.end,
        observations=tuple(
            ObservationAnswer(
                start=observation.start,
                end=observation.end,
                value=observation.value,
                delivered_value=observation.delivered_value,
                delivered_unit=observation.delivered_unit,
                instrument=observation.instrument,
                flag=observation.flag,
            )
            for observation in window.observations
        ),
    )
