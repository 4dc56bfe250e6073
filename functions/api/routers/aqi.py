"""`/v1/aqi`: the air quality index of a concentration; `/v1/aqi/standards`: the indexes and their tables."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from functions.api.routers.station_aqi import category_answer
from geoclimate.contracts.aqi import (
    CategoryRangeAnswer,
    ConcentrationAqiAnswer,
    ConcentrationAqiRequest,
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
from geoclimate.domain.errors import UnknownParameter, UnknownStandard
from geoclimate.runtime.web.caching import ANSWERS_NOT_MODIFIED, TABLE_SECONDS, TAKES_IF_NONE_MATCH, tagged_model
from geoclimate.runtime.web.guarded_route import GuardedRoute, requires
from geoclimate.runtime.web.problem_docs import problem_responses
from geoclimate.services.index_concentration import ConcentrationQuery, index_concentration

router = APIRouter(prefix="/v1/aqi", tags=["air quality index"], route_class=GuardedRoute)


@router.get(
    "",
    summary="Compute the air quality index of a concentration",
    response_description="The index, and the row of the table that gave it.",
    response_model=ConcentrationAqiAnswer,
    responses=problem_responses(DOMAIN_PROBLEMS[UnknownStandard], DOMAIN_PROBLEMS[UnknownParameter], INVALID_QUERY)
    | ANSWERS_NOT_MODIFIED,
    openapi_extra=TAKES_IF_NONE_MATCH,
)
@requires("aqi:read")
async def get_aqi(request: Request, query: Annotated[ConcentrationAqiRequest, Query()]) -> Response:
    """The air quality index of a concentration that you have, without a station.

    `value` is taken for the mean, or the NowCast, that the table of the standard is made for; `averaging_hours` in the
    answer says of how many hours. Above the table `beyond_table` is true.
    """
    # -0.0 passes for 0 or more, and would be answered as -0.0.
    value = abs(query.value)
    found = index_concentration(
        ConcentrationQuery(query.parameter, value, query.units, query.standard, query.averaging_hours)
    )
    answer = ConcentrationAqiAnswer(
        standard=found.standard.id,
        in_force_since=found.standard.in_force_since,
        sources=found.standard.sources,
        parameter=query.parameter,
        value=value,
        value_unit=found.unit,
        index=found.sub_index.index,
        category=category_answer(found.standard.category(found.sub_index.index)),
        concentration=found.sub_index.concentration,
        unit=found.scale.unit,
        truncated_to=_truncated_to(found.scale),
        averaging_hours=found.scale.averaging_hours,
        beyond_table=found.sub_index.beyond_table,
        segment=_segment(found.sub_index.segment),
    )
    return tagged_model(request, answer, seconds=TABLE_SECONDS)


@router.get(
    "/standards",
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
    "/standards/{standard}",
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
        truncated_to=_truncated_to(scale),
        beyond=scale.beyond,
        segments=tuple(_segment(segment) for segment in scale.segments),
    )


def _truncated_to(scale: Scale) -> float | None:
    return None if scale.step is None else float(scale.step)


def _segment(segment: Segment) -> SegmentAnswer:
    return SegmentAnswer(
        low=float(segment.low),
        high=None if segment.high is None else float(segment.high),
        index_low=segment.index_low,
        index_high=segment.index_high,
    )
