"""`/v1/stations`: places that measure."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from functions.api.bootstrap import StationsDependency
from functions.api.forms.documented import form_responses
from functions.api.forms.negotiation import chosen_form
from functions.api.forms.written import written_table
from functions.api.tables.stations import stations_table
from geoclimate.contracts.forms import Form
from geoclimate.contracts.http import NoQuery, StationId
from geoclimate.contracts.problems import DOMAIN_PROBLEMS, INVALID_QUERY, NOT_ACCEPTABLE
from geoclimate.contracts.station_search import StationsRequest
from geoclimate.contracts.stations import FoundStationAnswer, SeriesAnswer, StationAnswer, StationsAnswer
from geoclimate.domain.errors import InvalidQuery, UnknownParameter, UnknownStation
from geoclimate.domain.parameters import PARAMETERS
from geoclimate.domain.places import FARTHEST_M, Box, Point
from geoclimate.domain.stations import Station
from geoclimate.runtime.web.caching import ANSWERS_NOT_MODIFIED, TAKES_IF_NONE_MATCH, tagged_model
from geoclimate.runtime.web.guarded_route import GuardedRoute, requires
from geoclimate.runtime.web.pages import DEFAULT_LIMIT, next_link, position_of
from geoclimate.runtime.web.problem_docs import problem_responses
from geoclimate.services.ports import StationStore
from geoclimate.services.read_stations import read_station
from geoclimate.services.search_stations import (
    NearKey,
    StationFilter,
    stations_by_id,
    stations_in_box,
    stations_near,
)

router = APIRouter(prefix="/v1/stations", tags=["stations"], route_class=GuardedRoute)

_SECONDS: Final = 300
"""How long a caller may take a station for the newest: files come every hour."""
_FORMS: Final[tuple[Form, ...]] = ("json", "geojson", "csv", "ndjson")


@router.get(
    "",
    summary="Find stations",
    response_description="A page of stations.",
    response_model=StationsAnswer,
    responses={
        **form_responses(_FORMS),
        **problem_responses(DOMAIN_PROBLEMS[UnknownParameter], INVALID_QUERY, NOT_ACCEPTABLE),
    },
)
@requires("stations:read")
async def list_stations(
    request: Request, query: Annotated[StationsRequest, Query()], stations: StationsDependency
) -> StationsAnswer | Response:
    """Stations with what they measure and since when: all, those of a country, in a box, or near a point by distance.

    The filters combine. `next` leads to the next page; there is no total, since counting would read everything.
    """
    form = chosen_form(request, query.format, _FORMS)
    _check_combination(query)
    answer = _search(request, query, stations)
    return answer if form == "json" else _written(answer, form)


@router.get(
    "/{station}",
    summary="Describe one station",
    response_description="The station.",
    response_model=StationAnswer,
    responses=problem_responses(DOMAIN_PROBLEMS[UnknownStation], INVALID_QUERY) | ANSWERS_NOT_MODIFIED,
    openapi_extra=TAKES_IF_NONE_MATCH,
)
@requires("stations:read")
async def get_station(
    request: Request, station: StationId, _: Annotated[NoQuery, Query()], stations: StationsDependency
) -> Response:
    """One station, with what it measures and since when."""
    return tagged_model(request, _answer(read_station(stations, station)), seconds=_SECONDS)


def _check_combination(query: StationsRequest) -> None:
    if query.near is None:
        for name, given in (("radius", query.radius is not None), ("k", query.k is not None)):
            if given:
                raise InvalidQuery(name, "needs 'near' beside it: the point from which distances are taken")
        return
    if query.bbox is not None:
        raise InvalidQuery("bbox", "cannot stand beside 'near': ask for a box or for a point")
    if (query.radius is None) == (query.k is None):
        raise InvalidQuery(
            "near", "needs either 'radius', for all stations within that many metres, or 'k', for that many nearest"
        )
    if query.k is not None:
        for name, given in (("limit", query.limit is not None), ("cursor", query.cursor is not None)):
            if given:
                raise InvalidQuery(name, "cannot stand beside 'k': the k nearest stations come in one page")


def _search(request: Request, query: StationsRequest, stations: StationStore) -> StationsAnswer:
    wanted = StationFilter(query.parameter, query.source, query.active_since, country=query.country)
    limit = query.limit or DEFAULT_LIMIT
    if query.near is not None:
        return _near(request, query, query.near, wanted, stations)
    after = None
    if query.cursor is not None:
        after = str(position_of(request, query.cursor, str)[0])
    if query.bbox is None:
        page = stations_by_id(stations, wanted, limit, after)
    else:
        page = stations_in_box(stations, query.bbox, wanted, limit, after)
    hint = None
    if query.bbox is not None and not (page.stations or page.after or after):
        hint = _hint_at_swapped_box(query.bbox, wanted, stations)
    return StationsAnswer(
        stations=tuple(_found(station) for station in page.stations),
        next=None if page.after is None else next_link(request, page.after),
        hint=hint,
    )


def _written(answer: StationsAnswer, form: Form) -> Response:
    if form != "geojson":
        return written_table(stations_table(answer), form)
    from functions.api.forms.geojson_form import geojson_response, point_feature  # noqa: PLC0415 - seldom asked for

    features = [
        point_feature(
            one["id"],
            one["latitude"],
            one["longitude"],
            {name: member for name, member in one.items() if name not in {"id", "latitude", "longitude"}},
        )
        for one in answer.model_dump(mode="json", include={"stations"})["stations"]
    ]
    return geojson_response(features, answer.next, hint=answer.hint)


def _near(
    request: Request, query: StationsRequest, center: Point, wanted: StationFilter, stations: StationStore
) -> StationsAnswer:
    within = min(query.radius or FARTHEST_M, FARTHEST_M)
    after = None
    if query.cursor is not None:
        distance, station_id = position_of(request, query.cursor, float, str)
        after = NearKey(float(distance), str(station_id))
    page = stations_near(stations, center, wanted, query.k or query.limit or DEFAULT_LIMIT, within=within, after=after)
    hint = None
    other = center.swapped()
    if not page.stations and after is None and other is not None:
        swapped = stations_near(stations, other, wanted, 1, within=within)
        if swapped.stations:
            hint = (
                f"Nothing is there, but something is at near={_text(other.latitude, other.longitude)}: latitude first."
            )
    more = page.after if query.k is None else None
    return StationsAnswer(
        stations=tuple(_found(station, round(distance, 1)) for distance, station in page.stations),
        next=None if more is None else next_link(request, more.distance_m, more.station),
        hint=hint,
    )


def _hint_at_swapped_box(box: Box, wanted: StationFilter, stations: StationStore) -> str | None:
    other = box.swapped()
    if other is None or not stations_in_box(stations, other, wanted, 1).stations:
        return None
    corners = _text(other.west, other.south, other.east, other.north)
    return f"Nothing is there, but something is in bbox={corners}: longitude first."


def _text(*degrees: float) -> str:
    return ",".join(f"{one:g}" for one in degrees)


def _answer(station: Station) -> StationAnswer:
    return StationAnswer(
        id=station.id,
        name=station.name,
        latitude=station.latitude,
        longitude=station.longitude,
        country=station.country,
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


def _found(station: Station, distance_m: float | None = None) -> FoundStationAnswer:
    return FoundStationAnswer(**dict(_answer(station)), distance_m=distance_m)
