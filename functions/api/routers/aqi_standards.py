"""`/v1/aqi/standards`: the air quality indexes and their tables."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from geoclimate.contracts.aqi import (
    CategoryRangeAnswer,
    ScaleAnswer,
    SegmentAnswer,
    StandardAnswer,
    StandardId,
    StandardsAnswer,
    StandardSummaryAnswer,
)
from geoclimate.contracts.http import NoQuery
from geoclimate.contracts.problems import DOMAIN_PROBLEMS, INVALID_QUERY
from geoclimate.domain.aqi.catalogue import STANDARDS, standard_named
from geoclimate.domain.aqi.standards import Scale, Segment
from geoclimate.domain.errors import UnknownStandard
from geoclimate.runtime.web.caching import ANSWERS_NOT_MODIFIED, TABLE_SECONDS, TAKES_IF_NONE_MATCH, tagged_model
from geoclimate.runtime.web.guarded_route import GuardedRoute, requires
from geoclimate.runtime.web.problem_docs import problem_responses

router = APIRouter(prefix="/v1/aqi/standards", tags=["air quality index"], route_class=GuardedRoute)


@router.get(
    "",
    summary="List the air quality indexes",
    response_description="Every index.",
    response_model=StandardsAnswer,
    responses=problem_responses(INVALID_QUERY) | ANSWERS_NOT_MODIFIED,
    openapi_extra=TAKES_IF_NONE_MATCH,
)
@requires("aqi:read")
async def list_standards(request: Request, _: Annotated[NoQuery, Query()]) -> Response:
    """Every air quality index that the API computes, in each version."""
    answer = StandardsAnswer(
        standards=tuple(
            StandardSummaryAnswer(
                id=standard.id,
                name=standard.name,
                authority=standard.authority,
                in_force_since=standard.in_force_since,
                parameters=standard.parameters,
            )
            for standard in STANDARDS.values()
        )
    )
    return tagged_model(request, answer, seconds=TABLE_SECONDS)


@router.get(
    "/{standard}",
    summary="Describe one air quality index",
    response_description="The index with its tables.",
    response_model=StandardAnswer,
    responses=problem_responses(DOMAIN_PROBLEMS[UnknownStandard], INVALID_QUERY) | ANSWERS_NOT_MODIFIED,
    openapi_extra=TAKES_IF_NONE_MATCH,
)
@requires("aqi:read")
async def get_standard(request: Request, standard: StandardId, _: Annotated[NoQuery, Query()]) -> Response:
    """One air quality index: its categories, its breakpoints, the documents they come from, and what was decided."""
    found = standard_named(standard)
    answer = StandardAnswer(
        id=found.id,
        name=found.name,
        authority=found.authority,
        in_force_since=found.in_force_since,
        parameters=found.parameters,
        sources=found.sources,
        notes=found.notes,
        categories=tuple(
            CategoryRangeAnswer(name=one.name, color=one.color, low=one.low, high=one.high) for one in found.categories
        ),
        scales=tuple(_scale(scale) for scale in found.scales),
    )
    return tagged_model(request, answer, seconds=TABLE_SECONDS)


def _scale(scale: Scale) -> ScaleAnswer:
    return ScaleAnswer(
        parameter=scale.parameter,
        averaging_hours=scale.averaging_hours,
        method=scale.method,
        unit=scale.unit,
        truncated_to=None if scale.step is None else float(scale.step),
        beyond=scale.beyond,
        segments=tuple(_segment(segment) for segment in scale.segments),
    )


def _segment(segment: Segment) -> SegmentAnswer:
    return SegmentAnswer(
        low=float(segment.low),
        high=None if segment.high is None else float(segment.high),
        index_low=segment.index_low,
        index_high=segment.index_high,
    )
