"""How good the forecasts of a series were: figures from the sums of their scores."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from geoclimate.domain.skill import Skill, over_all, skill_of
from geoclimate.domain.verification import Forecaster, LeadSums, SkillSums, added
from geoclimate.services.ports import StationStore
from geoclimate.services.read_stations import read_series
from geoclimate.services.verification_ports import SeriesKey, SkillStore

MONTHS: Final = 12
"""How many of the newest months with scores are put together where no month is asked for."""


@dataclass(frozen=True, slots=True)
class ForecasterSkill:
    """How good one forecaster was.

    Attributes:
        forecaster: Its engine and levels.
        overall: Over all lead times.
        by_lead: A lead time each, ascending.
    """

    forecaster: Forecaster
    overall: Skill
    by_lead: Mapping[int, Skill]


@dataclass(frozen=True, slots=True)
class SeriesSkill:
    """How good the forecasts of a series were.

    Attributes:
        months: First days of the months whose forecasts were scored, ascending; by issue time.
        forecasters: Ordered by engine and levels; none where nothing was scored.
    """

    months: tuple[dt.date, ...]
    forecasters: tuple[ForecasterSkill, ...]


def read_skill(
    stations: StationStore, skills: SkillStore, station: str, parameter: str, month: dt.date | None
) -> SeriesSkill:
    """The skill of a series' forecasts; one query, unless there is none and the reason must be found.

    Args:
        stations: The catalogue.
        skills: The sums.
        station: Station id.
        parameter: Parameter code.
        month: First day of the month in which the forecasts were issued; without it, the newest `MONTHS` months that
            have scores.

    Raises:
        UnknownStation: There is no such station.
        UnknownSeries: The station does not measure the parameter.
        IntegrityError: The sums cannot be read.
    """
    series = SeriesKey(station, parameter)
    found = skills.newest(series, MONTHS) if month is None else {month: skills.of_month(series, month)}
    months = sorted(one for one, sums in found.items() if sums)
    if not months:
        read_series(stations, station, parameter)
    total: SkillSums = {}
    for one in months:
        total = added(total, found[one])
    ordered = sorted(total, key=lambda forecaster: (forecaster.engine, forecaster.levels))
    return SeriesSkill(tuple(months), tuple(_skill(forecaster, total[forecaster]) for forecaster in ordered))


def _skill(forecaster: Forecaster, leads: Mapping[int, LeadSums]) -> ForecasterSkill:
    return ForecasterSkill(
        forecaster,
        skill_of(forecaster, over_all(list(leads.values()))),
        {lead: skill_of(forecaster, leads[lead]) for lead in sorted(leads)},
    )
