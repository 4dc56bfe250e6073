"""`/v1/skill`: how good the forecasts were, by station, lead time or month."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request

from functions.api.bootstrap import SkillsDependency, StationsDependency
from functions.api.skill_figures import figures
from geoclimate.contracts.lead_hours import lead_range
from geoclimate.contracts.problems import DOMAIN_PROBLEMS, INVALID_QUERY
from geoclimate.contracts.skill import NoSkillReason, SkillGroupAnswer, SkillGroupsAnswer, SkillGroupsRequest
from geoclimate.domain.errors import InvalidQuery, UnknownParameter, UnknownStation
from geoclimate.domain.stations import Station
from geoclimate.runtime.web.costing import sized
from geoclimate.runtime.web.guarded_route import GuardedRoute, requires
from geoclimate.runtime.web.pages import next_link, position_of
from geoclimate.runtime.web.problem_docs import problem_responses
from geoclimate.services.ports import StationStore
from geoclimate.services.read_latest import read_named_stations
from geoclimate.services.read_skill_groups import SkillGroup, SkillQuestion, read_skill_groups
from geoclimate.services.read_stations import read_parameter
from geoclimate.services.search_stations import StationFilter, stations_by_id

router = APIRouter(prefix="/v1/skill", tags=["forecasts"], route_class=GuardedRoute)

_PAGE: Final = 20


@router.get(
    "",
    summary="Compare how good the forecasts were",
    response_description="Errors, coverage and skill of each group.",
    responses=problem_responses(DOMAIN_PROBLEMS[UnknownStation], DOMAIN_PROBLEMS[UnknownParameter], INVALID_QUERY),
)
@requires("skill:read")
@sized(lambda query, **_: query.station.count(",") + 1 if query.station else query.limit or _PAGE)
async def get_skill(
    request: Request,
    query: Annotated[SkillGroupsRequest, Query()],
    stations: StationsDependency,
    skills: SkillsDependency,
) -> SkillGroupsAnswer:
    """Scores of forecasts, as they were issued, put together by station, lead time or month of issue.

    Each group has its figures, those of the baselines on the same hours, and on how many hours they rest.
    """
    unit = read_parameter(query.parameter).unit
    asked, after = _stations(request, query, stations)
    question = SkillQuestion(
        query.parameter,
        [station.id for station in asked],
        query.by,
        None if query.month is None else dt.date.fromisoformat(f"{query.month}-01"),
        None if query.lead_hours is None else lead_range(query.lead_hours),
    )
    groups = tuple(_group(group) for group in read_skill_groups(skills, question))
    return SkillGroupsAnswer(
        parameter=query.parameter,
        unit=unit,
        by=query.by,
        groups=groups,
        null_reason=None if groups else _why_empty(asked, query.parameter),
        next=None if after is None else next_link(request, after),
    )


def _why_empty(asked: Sequence[Station], parameter: str) -> NoSkillReason:
    measured = any(series.parameter == parameter for station in asked for series in station.series)
    return "not_verified_yet" if measured else "not_measured"


def _stations(
    request: Request, query: SkillGroupsRequest, stations: StationStore
) -> tuple[Sequence[Station], str | None]:
    """The stations of the page, and after which one the next page begins."""
    if query.station is not None:
        for name, given in (("limit", query.limit is not None), ("cursor", query.cursor is not None)):
            if given:
                raise InvalidQuery(name, "cannot stand beside 'station': the stations named come in one page")
        return read_named_stations(stations, query.station.split(",")), None
    if query.by != "station":
        raise InvalidQuery(
            "station", f"is needed beside 'by={query.by}': name the stations whose scores are put together, 50 at most"
        )
    after = None if query.cursor is None else str(position_of(request, query.cursor, str)[0])
    page = stations_by_id(stations, StationFilter(query.parameter), query.limit or _PAGE, after)
    return page.stations, page.after


def _group(group: SkillGroup) -> SkillGroupAnswer:
    key = group.key
    return SkillGroupAnswer(
        station=key if isinstance(key, str) else None,
        lead_hours=key if isinstance(key, int) else None,
        month=f"{key:%Y-%m}" if isinstance(key, dt.date) else None,
        engine=group.forecaster.engine,
        levels=group.forecaster.levels,
        stations=group.stations,
        **figures(group.skill, group.forecaster.levels),
    )
