"""How good forecasts were at several stations, a group each: of a station, a lead time or a month."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, Literal

from geoclimate.domain.skill import Skill, skill_of
from geoclimate.domain.verification import Forecaster, LeadSums, SkillSums
from geoclimate.services.read_skill import MONTHS
from geoclimate.services.verification_ports import SeriesKey, SkillStore

SkillGroupKind = Literal["station", "lead_hours", "month"]
"""What the scores are put together by."""

_AT_ONCE: Final = 8


@dataclass(frozen=True, slots=True)
class SkillQuestion:
    """Whose scores are wanted.

    Attributes:
        parameter: Parameter code.
        stations: Station ids.
        by: What they are put together by.
        month: First day of a month of issue; without it, the newest `MONTHS` months of each series that have scores.
        lead_hours: First and last lead time; all where None.
    """

    parameter: str
    stations: Sequence[str]
    by: SkillGroupKind
    month: dt.date | None = None
    lead_hours: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class SkillGroup:
    """The scores of one group and forecaster, put together.

    Attributes:
        key: A station id, a lead time, or the first day of a month.
        forecaster: Engine and levels; scores of others are another group.
        stations: How many stations have scores in it.
        skill: The figures.
    """

    key: str | int | dt.date
    forecaster: Forecaster
    stations: int
    skill: Skill


def read_skill_groups(skills: SkillStore, question: SkillQuestion) -> Sequence[SkillGroup]:
    """The skill of each group that has scores, ordered by group, then engine and levels; one query a station.

    Sums are added, not means: a station with more hours counts for more.

    Raises:
        IntegrityError: Sums cannot be read.
        Unavailable: The store does not answer.
    """
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        found = list(pool.map(lambda station: _sums(skills, question, station), question.stations))
    totals: dict[tuple[str | int | dt.date, Forecaster], LeadSums] = {}
    counted: defaultdict[tuple[str | int | dt.date, Forecaster], set[str]] = defaultdict(set)
    for station, by_month in zip(question.stations, found, strict=True):
        for month, forecaster, lead, sums in _flat(by_month, question.lead_hours):
            keys: dict[SkillGroupKind, str | int | dt.date] = {"station": station, "lead_hours": lead, "month": month}
            group = keys[question.by], forecaster
            totals[group] = totals[group] + sums if group in totals else sums
            counted[group].add(station)
    ordered = sorted(totals, key=lambda group: (_order(group[0], question), group[1].engine, group[1].levels))
    return [
        SkillGroup(key, forecaster, len(counted[key, forecaster]), skill_of(forecaster, totals[key, forecaster]))
        for key, forecaster in ordered
    ]


def _sums(skills: SkillStore, question: SkillQuestion, station: str) -> Mapping[dt.date, SkillSums]:
    series = SeriesKey(station, question.parameter)
    if question.month is None:
        return skills.newest(series, MONTHS)
    return {question.month: skills.of_month(series, question.month)}


def _flat(
    by_month: Mapping[dt.date, SkillSums], lead_hours: tuple[int, int] | None
) -> Iterator[tuple[dt.date, Forecaster, int, LeadSums]]:
    for month, sums in by_month.items():
        for forecaster, leads in sums.items():
            for lead, one in leads.items():
                if lead_hours is None or lead_hours[0] <= lead <= lead_hours[1]:
                    yield month, forecaster, lead, one


def _order(key: str | int | dt.date, question: SkillQuestion) -> int:
    """Stations in the order in which they were asked for; lead times and months ascending."""
    if isinstance(key, str):
        return list(question.stations).index(key)
    return key if isinstance(key, int) else key.toordinal()
