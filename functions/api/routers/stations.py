"""`/v1/stations`: places that measure."""

from fastapi import APIRouter
from geoclimate.contracts.http import SeriesAnswer, StationAnswer, StationId, StationsAnswer
from geoclimate.contracts.problems import DOMAIN_PROBLEMS, INVALID_QUERY
from geoclimate.domain.errors import UnknownStation
from geoclimate.domain.stations import Station
from geoclimate.services.read_stations import read_parameter, read_station, read_stations

from functions.api.bootstrap import StationsDependency
from functions.api.problem_docs import problem_responses

router = APIRouter(prefix="/v1/stations", tags=["stations"])


@router.get("", summary="List the stations")
async def list_stations(stations: StationsDependency) -> StationsAnswer:
    """Every station, ordered by id, with what it measures and since when."""
    return StationsAnswer(stations=tuple(_answer(station) for station in read_stations(stations)))


@router.get(
    "/{station}",
    summary="Describe one station",
    responses=problem_responses(DOMAIN_PROBLEMS[UnknownStation], INVALID_QUERY),
)
async def get_station(station: StationId, stations: StationsDependency) -> StationAnswer:
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
                unit=read_parameter(series.parameter).unit,
                first=series.first,
                last=series.last,
            )
            for series in station.series
        ),
    )
