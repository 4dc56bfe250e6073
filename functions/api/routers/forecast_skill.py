"""`/v1/stations/{station}/forecast/skill`: how good the forecasts were."""

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Query

from functions.api.bootstrap import SkillsDependency, StationsDependency
from functions.api.skill_figures import figures
from geoclimate.contracts.http import StationId
from geoclimate.contracts.problems import DOMAIN_PROBLEMS, INVALID_QUERY
from geoclimate.contracts.skill import (
    ForecasterAnswer,
    LeadTimeSkillAnswer,
    SeriesSkillAnswer,
    SkillAnswer,
    SkillRequest,
)
from geoclimate.domain.errors import UnknownParameter, UnknownSeries, UnknownStation
from geoclimate.runtime.web.guarded_route import GuardedRoute, requires
from geoclimate.runtime.web.problem_docs import problem_responses
from geoclimate.services.read_skill import ForecasterSkill, read_skill
from geoclimate.services.read_stations import read_parameter

router = APIRouter(prefix="/v1/stations/{station}/forecast/skill", tags=["forecasts"], route_class=GuardedRoute)


@router.get(
    "",
    summary="Read how good the forecasts were",
    response_description="Errors, coverage and skill.",
    responses=problem_responses(
        DOMAIN_PROBLEMS[UnknownStation],
        DOMAIN_PROBLEMS[UnknownSeries],
        DOMAIN_PROBLEMS[UnknownParameter],
        INVALID_QUERY,
    ),
)
@requires("skill:read")
async def get_forecast_skill(
    station: StationId,
    query: Annotated[SkillRequest, Query()],
    stations: StationsDependency,
    skills: SkillsDependency,
) -> SeriesSkillAnswer:
    """How the forecasts of one parameter, as they were issued, compare with what was observed later, by lead time.

    Every forecast is scored once, against what was known when its last hour was over; beside it stand baselines that
    knew what was known when it was issued, on the same hours.
    """
    unit = read_parameter(query.parameter).unit
    month = None if query.month is None else dt.date.fromisoformat(f"{query.month}-01")
    found = read_skill(stations, skills, station, query.parameter, month)
    return SeriesSkillAnswer(
        station=station,
        parameter=query.parameter,
        unit=unit,
        months=tuple(f"{one:%Y-%m}" for one in found.months),
        forecasters=tuple(map(_forecaster, found.forecasters)),
        null_reason=None if found.forecasters else "not_verified_yet",
    )


def _forecaster(skill: ForecasterSkill) -> ForecasterAnswer:
    levels = skill.forecaster.levels
    return ForecasterAnswer(
        engine=skill.forecaster.engine,
        levels=levels,
        overall=SkillAnswer(**figures(skill.overall, levels)),
        lead_times=tuple(
            LeadTimeSkillAnswer(lead_hours=lead, **figures(one, levels)) for lead, one in skill.by_lead.items()
        ),
    )
