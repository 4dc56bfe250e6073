"""How often a station's truth lay inside the interval that its forecasts state, as far as it is verified."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from geoclimate.domain.errors import Unavailable
from geoclimate.domain.forecasts import Forecast
from geoclimate.domain.verification import INTERVALS, Forecaster, NoCoverageReason, SkillSums
from geoclimate.services.ports import Clock
from geoclimate.services.verification_ports import SeriesKey, SkillStore

LIVE_MONTHS: Final = 3
"""The newest months of issue that are counted: old enough for some thousand hours, new enough to show what changed."""

_KEPT_FOR: Final = dt.timedelta(minutes=10)
"""Forecasts are verified once an hour, so nobody misses much."""
_MOST_KEPT: Final = 10_000


@dataclass(frozen=True, slots=True)
class LiveCoverage:
    """How often the truth lay in the interval.

    Attributes:
        hours: Verified pairs of a forecast hour and its truth, of all lead times.
        inside: Those of them whose truth lay in the interval.
        months: First days of the months of issue that are counted, ascending.
    """

    hours: int
    inside: int
    months: tuple[dt.date, ...]


@dataclass(frozen=True, slots=True)
class _Counts:
    """A series' counts, and until when they need not be read again."""

    until: dt.datetime
    by_forecaster: Mapping[Forecaster, tuple[LiveCoverage, Mapping[float, int]]]


class LiveCoverages:
    """Coverage by series; what was read is kept for ten minutes, so that a forecast is read with one query."""

    def __init__(self, skills: SkillStore, clock: Clock) -> None:
        self._skills = skills
        self._clock = clock
        self._kept: dict[SeriesKey, _Counts] = {}

    def of(self, forecast: Forecast, share: float) -> LiveCoverage | NoCoverageReason:
        """How often the truth lay in the interval of a probability, of forecasts by the same engine and levels.

        A forecast is not refused because its coverage cannot be read: where the store is down, that is the reason.

        Raises:
            IntegrityError: The stored sums cannot be read.
        """
        wanted = next((one for one in INTERVALS if abs(one - share) < 1e-6), None)
        if wanted is None:
            return "level_not_verified"
        try:
            counts = self._counts(SeriesKey(forecast.station, forecast.parameter))
        except Unavailable:
            return "unavailable"
        found = counts.by_forecaster.get(Forecaster(forecast.engine, forecast.levels))
        if found is None:
            return "not_verified_yet"
        whole, inside = found
        return LiveCoverage(whole.hours, inside[wanted], whole.months)

    def _counts(self, series: SeriesKey) -> _Counts:
        now = self._clock()
        known = self._kept.pop(series, None)
        if known is None or known.until <= now:
            known = _Counts(now + _KEPT_FOR, _counted(self._skills.newest(series, LIVE_MONTHS)))
        # The one that was asked for last stands at the end; the first has not been asked for the longest.
        self._kept[series] = known
        if len(self._kept) > _MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        return known


def _counted(
    by_month: Mapping[dt.date, SkillSums],
) -> Mapping[Forecaster, tuple[LiveCoverage, Mapping[float, int]]]:
    hours: dict[Forecaster, int] = {}
    inside: dict[Forecaster, dict[float, int]] = {}
    months: dict[Forecaster, list[dt.date]] = {}
    for month in sorted(by_month):
        for forecaster, leads in by_month[month].items():
            months.setdefault(forecaster, []).append(month)
            covered = inside.setdefault(forecaster, dict.fromkeys(INTERVALS, 0))
            for sums in leads.values():
                hours[forecaster] = hours.get(forecaster, 0) + sums.named("count")
                for share in INTERVALS:
                    covered[share] += sums.named(f"covered_{share:g}")
    return {
        forecaster: (LiveCoverage(hours[forecaster], 0, tuple(months[forecaster])), inside[forecaster])
        for forecaster in hours
        if hours[forecaster]
    }
