"""`/v1/stations`: places that measure."""

from typing import Annotated

from fastapi import APIRouter, Query

from functions.api.bootstrap import StationsDependency
from functions.api.problem_docs import problem_responses
from geoclimate.contracts.http import NoQuery, SeriesAnswer, StationAnswer, StationId, StationsAnswer
from geoclimate.contracts.problems import DOMAIN_PROBLEMS, INVALID_QUERY
from geoclimate.domain.errors import UnknownStation
from geoclimate.domain.parameters import PARAMETERS
from geoclimate.domain.stations import Station
from geoclimate.services.read_stations import read_station, read_stations

router = APIRouter(prefix="/v1/stations", tags=["stations"])


@router.get(
    "",
    summary="List the stations",
    response_description="Every station.",
    responses=problem_responses(INVALID_QUERY),
)
async def list_stations(_: Annotated[NoQuery, Query()], stations: StationsDependency) -> StationsAnswer:
    """Every station, ordered by id, with what it measures and since when."""
    return StationsAnswer(stations=tuple(_answer(station) for station in read_stations(stations)))


@router.get(
    "/{station}",
    summary="Describe one station",
    response_description="The station.",
    responses=problem_responses(DOMAIN_PROBLEMS[UnknownStation], INVALID_QUERY),
)
async def get_station(
    station: StationId, _: Annotated[NoQuery, Query()], stations: StationsDependency
) -> StationAnswer:
    """One station, with what it measures and since when."""
    return _answer(read_station(stations, station))


def _answer(station: Station) -> StationAnswer:
    return StationAnswer(
        id=station.id,
        name=station.name,
        latitude=station.latitude,
        longitude=station.longitude,
        source=station.source,
        parameters=tuple(
            SeriesAnswer(
                parameter=series.parameter,
                unit=PARAMETERS[series.parameter].unit,
                first=series.first,
                last=series.last,
            )
            for series in station.series
        ),
    )
