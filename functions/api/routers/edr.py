"""`/edr`: what OGC API - Environmental Data Retrieval offers here."""

from typing import Annotated, Final

from fastapi import APIRouter, Query

from functions.api.edr.collections import FORECASTS, OBSERVATIONS
from geoclimate.contracts.edr import CONFORMANCE, CollectionsAnswer, ConformanceAnswer, LandingAnswer, LinkAnswer
from geoclimate.contracts.http import NoQuery
from geoclimate.contracts.problems import INVALID_EDR_QUERY
from geoclimate.runtime.web.guarded_route import GuardedRoute, requires
from geoclimate.runtime.web.problem_docs import problem_responses

router = APIRouter(prefix="/edr", tags=["environmental data retrieval"], route_class=GuardedRoute)

_LANDING_LINKS: Final = (
    LinkAnswer(href="edr", rel="self", title="This page"),
    LinkAnswer(
        href="openapi.json", rel="service-desc", type="application/vnd.oai.openapi+json;version=3.1", title="OpenAPI"
    ),
    LinkAnswer(href="docs", rel="service-doc", type="text/html", title="Reference"),
    LinkAnswer(href="edr/conformance", rel="conformance", title="Classes of the standards that are kept"),
    LinkAnswer(href="edr/collections", rel="data", title="Collections"),
)


@router.get(
    "",
    summary="Begin with OGC API-EDR",
    response_description="Where to go on.",
    responses=problem_responses(INVALID_EDR_QUERY),
)
@requires("parameters:read")
async def edr_landing(_: Annotated[NoQuery, Query()]) -> LandingAnswer:
    """Where the collections, the classes of conformance and the reference are."""
    return LandingAnswer(
        title="GeoClimate",
        description="What the air is and will be, by OGC API - Environmental Data Retrieval 1.1.",
        links=_LANDING_LINKS,
    )


@router.get(
    "/conformance",
    summary="List what of the standards is kept",
    response_description="The classes.",
    responses=problem_responses(INVALID_EDR_QUERY),
)
@requires("parameters:read")
async def edr_conformance(_: Annotated[NoQuery, Query()]) -> ConformanceAnswer:
    """The classes of conformance of OGC API - Common and Environmental Data Retrieval."""
    return ConformanceAnswer(conforms_to=CONFORMANCE)


@router.get(
    "/collections",
    summary="List what can be retrieved",
    response_description="The collections.",
    responses=problem_responses(INVALID_EDR_QUERY),
)
@requires("parameters:read")
async def edr_collections(_: Annotated[NoQuery, Query()]) -> CollectionsAnswer:
    """The collections, each with its parameters and queries."""
    return CollectionsAnswer(
        links=(LinkAnswer(href="collections", rel="self", title="Collections"),),
        collections=tuple(collection.described("collections/") for collection in (OBSERVATIONS, FORECASTS)),
    )
