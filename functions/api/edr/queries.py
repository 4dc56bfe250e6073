"""The queries of one collection of OGC API-EDR; those of all collections are alike."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from functions.api.bootstrap import StationsDependency
from functions.api.edr.collections import Collection
from functions.api.edr.coverage_json import collection_text, coverage_text
from functions.api.edr.location_features import location_features
from functions.api.forms.geojson_form import geojson_response
from functions.api.forms.negotiation import accepted
from geoclimate.contracts.edr import (
    METRES,
    AreaRequest,
    CollectionAnswer,
    LocationRequest,
    LocationsRequest,
    PositionRequest,
    RadiusRequest,
)
from geoclimate.contracts.forms import COVERAGE_JSON, GEO_JSON
from geoclimate.contracts.http import NoQuery, StationId
from geoclimate.contracts.problems import DOMAIN_PROBLEMS, INVALID_EDR_QUERY, NOT_ACCEPTABLE
from geoclimate.domain.errors import GeoClimateError, UnknownStation
from geoclimate.domain.places import WORLD
from geoclimate.domain.wkt import parse_point, parse_polygon
from geoclimate.runtime.web.guarded_route import GuardedRoute, requires
from geoclimate.runtime.web.pages import DEFAULT_LIMIT, next_link, position_of
from geoclimate.runtime.web.problem_docs import problem_responses
from geoclimate.services.find_places import find_around, find_inside, find_nearest
from geoclimate.services.read_point_series import PointSeries, ReadPointSeries, codes_of
from geoclimate.services.read_stations import read_station
from geoclimate.services.search_stations import StationFilter, stations_in_box

_JSON: Final = "application/json"
_FOUND_NOTHING: Final = " Where there is no station, `coverages` is empty."

Reader = Callable[..., Awaitable[ReadPointSeries]]
"""A dependency that gives what reads the values of a collection."""


class CoverageResponse(Response):
    """An answer in CoverageJSON."""

    media_type = COVERAGE_JSON


class FeaturesResponse(Response):
    """An answer in GeoJSON."""

    media_type = GEO_JSON


def queries_router(collection: Collection, reader: Reader) -> APIRouter:
    """The routes of one collection: its description, and its queries.

    Args:
        collection: The collection.
        reader: Dependency that gives what reads its values.
    """
    router = APIRouter(
        prefix=f"/edr/collections/{collection.id}", tags=["environmental data retrieval"], route_class=GuardedRoute
    )
    _add_description(router, collection)
    _add_position(router, collection, reader)
    _add_radius(router, collection, reader)
    _add_area(router, collection, reader)
    _add_locations(router, collection)
    _add_location(router, collection, reader)
    return router


def _add_description(router: APIRouter, collection: Collection) -> None:
    @router.get(
        "",
        name=f"edr_{collection.id}",
        summary=f"Describe the collection {collection.id}",
        response_description="The collection.",
        responses=problem_responses(INVALID_EDR_QUERY),
    )
    @requires(collection.permission)
    async def describe(_: Annotated[NoQuery, Query()]) -> CollectionAnswer:
        """The collection with its parameters and queries."""
        return collection.described("")


def _add_position(router: APIRouter, collection: Collection, reader: Reader) -> None:
    @router.get("/position", **_query_route(collection, "position", "Values of the nearest station within 50 km"))
    @requires(collection.permission)
    async def position(
        request: Request,
        query: Annotated[PositionRequest, Query()],
        stations: StationsDependency,
        read: Annotated[ReadPointSeries, Depends(reader)],
    ) -> Response:
        media_type, names = _asked(request, query.f, collection, query.parameter_name)
        found = find_nearest(stations, parse_point(query.coords), codes_of(names))
        return _answer(read(found, names, query.datetime), collection, media_type)


def _add_radius(router: APIRouter, collection: Collection, reader: Reader) -> None:
    @router.get("/radius", **_query_route(collection, "radius", "Values of all stations within a distance"))
    @requires(collection.permission)
    async def radius(
        request: Request,
        query: Annotated[RadiusRequest, Query()],
        stations: StationsDependency,
        read: Annotated[ReadPointSeries, Depends(reader)],
    ) -> Response:
        media_type, names = _asked(request, query.f, collection, query.parameter_name)
        metres = query.within * METRES[query.within_units]
        found = find_around(stations, parse_point(query.coords), metres, codes_of(names))
        return _answer(read(found, names, query.datetime), collection, media_type)


def _add_area(router: APIRouter, collection: Collection, reader: Reader) -> None:
    @router.get("/area", **_query_route(collection, "area", "Values of all stations in a polygon"))
    @requires(collection.permission)
    async def area(
        request: Request,
        query: Annotated[AreaRequest, Query()],
        stations: StationsDependency,
        read: Annotated[ReadPointSeries, Depends(reader)],
    ) -> Response:
        media_type, names = _asked(request, query.f, collection, query.parameter_name)
        found = find_inside(stations, parse_polygon(query.coords), codes_of(names))
        return _answer(read(found, names, query.datetime), collection, media_type)


def _add_locations(router: APIRouter, collection: Collection) -> None:
    @router.get(
        "/locations",
        name=f"edr_{collection.id}_locations",
        summary=f"List the stations of the collection {collection.id}",
        response_description="A page of stations; `links` has the next one.",
        response_class=FeaturesResponse,
        responses={
            200: {"content": {GEO_JSON: {"schema": {"type": "object", "description": "EDR feature collection"}}}},
            **problem_responses(INVALID_EDR_QUERY, NOT_ACCEPTABLE),
        },
    )
    @requires(collection.permission)
    async def locations(
        request: Request, query: Annotated[LocationsRequest, Query()], stations: StationsDependency
    ) -> Response:
        """Stations as GeoJSON points, each with what it measures, since when, and where its values are."""
        if query.f is None:
            accepted(request, {GEO_JSON: GEO_JSON, _JSON: GEO_JSON})
        names = collection.names(query.parameter_name)
        after = None
        if query.cursor is not None:
            after = str(position_of(request, query.cursor, str)[0])
        wanted = StationFilter(any_of=codes_of(names))
        page = stations_in_box(stations, query.bbox or WORLD, wanted, query.limit or DEFAULT_LIMIT, after)
        following = None if page.after is None else next_link(request, page.after)
        return geojson_response(location_features(page.stations, names), following)


def _add_location(router: APIRouter, collection: Collection, reader: Reader) -> None:
    route = _query_route(collection, "location", "Values of one station", UnknownStation)

    @router.get("/locations/{location}", **route)
    @requires(collection.permission)
    async def location(
        request: Request,
        location: Annotated[StationId, Path()],
        query: Annotated[LocationRequest, Query()],
        stations: StationsDependency,
        read: Annotated[ReadPointSeries, Depends(reader)],
    ) -> Response:
        media_type, names = _asked(request, query.f, collection, query.parameter_name)
        station = read_station(stations, location)
        (series,) = read([station], names, query.datetime) or [PointSeries(station, (), {})]
        return Response(coverage_text(series, collection.parameters), media_type=media_type)


def _query_route(collection: Collection, name: str, summary: str, *errors: type[GeoClimateError]) -> dict[str, Any]:
    """What the routes that answer with values have in common."""
    kind = "coverage" if errors else "collection of coverages"
    schema = {"type": "object", "description": f"CoverageJSON {kind}"}
    return {
        "name": f"edr_{collection.id}_{name}",
        "summary": f"{summary}: {collection.title[0].lower()}{collection.title[1:]}",
        "description": f"{collection.description}{'' if errors else _FOUND_NOTHING}",
        "response_description": f"A {kind}.",
        "response_class": CoverageResponse,
        "responses": {
            200: {"content": {media_type: {"schema": schema} for media_type in (COVERAGE_JSON, _JSON)}},
            **problem_responses(*(DOMAIN_PROBLEMS[error] for error in errors), INVALID_EDR_QUERY, NOT_ACCEPTABLE),
        },
    }


def _asked(request: Request, form: str | None, collection: Collection, names: str | None) -> tuple[str, frozenset[str]]:
    """Media type of the answer, and the names asked for."""
    media_type = COVERAGE_JSON
    if form is None:
        media_type = accepted(request, {COVERAGE_JSON: COVERAGE_JSON, _JSON: _JSON})
    return media_type, collection.names(names)


def _answer(found: Sequence[PointSeries], collection: Collection, media_type: str) -> Response:
    return Response(collection_text(found, collection.parameters), media_type=media_type)
