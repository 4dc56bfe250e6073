"""Years of one parameter at several stations, real or made up, and how the watch for drift goes through them."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from geoclimate.features.drift.profile import fit_profile
from geoclimate.features.drift.scales import has_profile
from geoclimate.features.drift.series_watch import (
    Reason,
    SeriesWatch,
    begin_watch,
    compare_with_neighbours,
    judge,
    look_at_days,
)
from tests import beijing

Days = npt.NDArray[np.float64]
"""[days, 24] values, NaN where missing."""
Plant = Callable[[Days], Days]
Watches = dict[str, SeriesWatch]

FIRST = dt.date(2013, 3, 1)
FIRST_DAY = (FIRST - dt.date(1970, 1, 1)).days
YEAR = 365
REAL_DAYS = 3 * YEAR
# A small stream for each parameter: mean, season, day, noise.
_WEATHER = {"temperature": (12.0, 14.0, 5.0, 4.0), "pressure": (1012.0, 10.0, 1.0, 5.0)}


@dataclass(frozen=True)
class Watched:
    """The end of a watch, and when each reason was first given, in days after its beginning."""

    watches: Mapping[str, SeriesWatch]
    noticed: Mapping[str, Mapping[Reason, int]]


def real_years(stations: list[str]) -> dict[str, dict[str, Days]]:
    """What stations of Beijing measured from 1 March 2013 on, by parameter and station, in UTC days."""
    start = dt.datetime.combine(FIRST, dt.time(), dt.UTC)
    years: dict[str, dict[str, Days]] = {
        parameter: {station: np.full((REAL_DAYS, 24), np.nan) for station in stations}
        for parameter, _ in beijing.PARAMETERS.values()
    }
    for station in stations:
        for (parameter, begin), value in beijing.measured(station).items():
            hour = (begin - start) // dt.timedelta(hours=1)
            if 0 <= hour < REAL_DAYS * 24:
                years[parameter][station].flat[hour] = value
    return years


@lru_cache(maxsize=32)
def made_up_years(parameter: str, stations: int, days: int, seed: int = 1) -> dict[str, Days]:
    """Stations with a season, a course of the day, weather that all share and noise of their own."""
    random = np.random.default_rng(seed)
    hours = np.arange(days * 24)
    noises = _persistent(random, len(hours), np.array([48.0, *[12.0] * stations]))
    season = np.cos(2.0 * np.pi * (FIRST_DAY + hours / 24 - 20.0) / 365.2425)
    course = np.cos(2.0 * np.pi * (hours % 24 - 15) / 24)
    shared = noises[:, 0]
    found: dict[str, Days] = {}
    for number in range(stations):
        own = noises[:, number + 1]
        if parameter in _WEATHER:
            mean, year, day, noise = _WEATHER[parameter]
            values = mean - year * season + day * course + noise * (0.9 * shared + 0.3 * own)
        else:
            values = 40.0 * np.exp(0.5 * season - 0.2 * course + 0.5 * shared + 0.2 * own)
        found[f"openaq-{number + 1}"] = np.round(values, 2).reshape(days, 24)
    return found


def begin_all(years: Mapping[str, Days], parameter: str, reference: tuple[int, int], begin: int) -> Watches:
    """A watch that begins on day `begin` for each station whose days of the reference suffice.

    A reference may also lie after the days that are watched: what season does knows no direction.
    """
    first_day = FIRST_DAY + reference[0]
    begun: Watches = {}
    for station, values in years.items():
        normal = values[slice(*reference)]
        profile = fit_profile(parameter, first_day, normal) if has_profile(parameter) else None
        if not isinstance(profile, str):
            watch = begin_watch(station, parameter, profile, first_day, normal)
            begun[station] = replace(watch, next_day=FIRST_DAY + begin)
    return begun


def next_days(watch: SeriesWatch, values: Days, others: Iterable[SeriesWatch]) -> SeriesWatch:
    """The state after further days, judged; the others have seen these days already."""
    looked = look_at_days(watch, values, values)
    means = [other.mean_of(watch.next_day, len(values)) for other in others]
    return judge(compare_with_neighbours(looked, watch.next_day, np.stack(means)) if means else looked)


def watch_from(
    years: Mapping[str, Days],
    parameter: str,
    reference: tuple[int, int],
    watched: tuple[int, int],
    *,
    plants: Mapping[str, Plant] | None = None,
    step: int = 1,
) -> Watched:
    """Fit the reference of each station to some days and watch others, some of them with something planted.

    Args:
        years: [days, 24] by station.
        parameter: What they measure.
        reference: First day of the reference and the day after its last.
        watched: First day that is watched and the day after the last.
        plants: What becomes of the watched days of a station.
        step: Days that a run looks at.
    """
    watches = begin_all(years, parameter, reference, watched[0])
    noticed: dict[str, dict[Reason, int]] = {station: {} for station in watches}
    days = {
        station: (plants or {}).get(station, _as_it_was)(years[station][slice(*watched)].copy()) for station in watches
    }
    for begin in range(0, watched[1] - watched[0], step):
        new = {station: values[begin : begin + step] for station, values in days.items()}
        looked = {station: look_at_days(watch, new[station], new[station]) for station, watch in watches.items()}
        for station, watch in list(watches.items()):
            others = [other for name, other in looked.items() if name != station]
            watches[station] = next_days(watch, new[station], others)
            for reason in watches[station].drifting:
                noticed[station].setdefault(reason, watches[station].next_day - FIRST_DAY - watched[0])
    return Watched(watches, noticed)


def _as_it_was(values: Days) -> Days:
    return values


def _persistent(random: np.random.Generator, hours: int, memory: Days) -> Days:
    """[hours, series] noise of unit variance that forgets within `memory` [series] hours."""
    keep = np.exp(-1.0 / memory)
    shocks = random.normal(size=(hours, len(memory))) * np.sqrt(1.0 - keep**2)
    found = np.empty_like(shocks)
    last = random.normal(size=len(memory))
    for hour in range(hours):
        last = keep * last + shocks[hour]
        found[hour] = last
    return found
