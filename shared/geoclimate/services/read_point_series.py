"""Values of many stations hour by hour: what was measured, and what is expected."""

import datetime as dt
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from geoclimate.domain.calendar_steps import Interval, steps_between
from geoclimate.domain.errors import IntegrityError, InvalidQuery
from geoclimate.domain.forecasts import Forecast
from geoclimate.domain.stations import Series, Station
from geoclimate.domain.time_spans import TimeSpan
from geoclimate.services.observation_window import ObservationQuery
from geoclimate.services.ports import Clock, ForecastStore, ObservationStore
from geoclimate.services.read_means import means_over

DEFAULT_SPAN: Final = dt.timedelta(hours=24)
LONGEST_SPAN: Final = dt.timedelta(days=31)
MOST_SERIES: Final = 300
"""Of an answer: each is a read."""
MOST_VALUES: Final = 50_000
"""Of an answer. One takes 20 bytes at most, and its part of the packed days that are read is small beside that."""
QUANTILES: Final[Mapping[str, float]] = MappingProxyType({"": 0.5, "_lower": 0.1, "_upper": 0.9})
"""What stands behind a parameter's code in the name of a quantile, with its level."""

_AT_ONCE: Final = 8
_HOUR: Final = dt.timedelta(hours=1)
_DAY: Final = dt.timedelta(days=1)
_MICROSECOND: Final = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class PointSeries:
    """Values of one station.

    Attributes:
        station: Where.
        hours: When, in order.
        values: A value an hour by name, None where there is none; in canonical units.
    """

    station: Station
    hours: tuple[Interval, ...]
    values: Mapping[str, tuple[float | None, ...]]


ReadPointSeries = Callable[[Sequence[Station], Collection[str], TimeSpan | None], Sequence[PointSeries]]
"""Values of some stations: names of those wanted, and when."""


def read_measured_series(
    observations: ObservationStore,
    clock: Clock,
    stations: Sequence[Station],
    codes: Collection[str],
    span: TimeSpan | None,
) -> list[PointSeries]:
    """Hourly means of some stations, by parameter code; a station that measures nothing of it is left out.

    Args:
        observations: Hot store.
        clock: Tells the time.
        stations: Where.
        codes: Codes of the parameters wanted.
        span: Which hours; None for the last 24 that each station has.

    Raises:
        InvalidQuery: `datetime`: it spans more than 31 days somewhere; `coords`: too many values would be given.
    """
    now = clock()
    wanted = [
        (station, hours, series)
        for station in stations
        if (series := [one for one in station.series if one.parameter in codes and _meets(one, span)])
        and (hours := _measured_hours(series, span))
    ]
    jobs = [(station, hours, one) for station, hours, series in wanted for one in series]
    _check_size(len(jobs), sum(len(hours) for _, hours, _ in jobs))

    def means(job: tuple[Station, tuple[Interval, ...], Series]) -> tuple[float | None, ...]:
        station, hours, series = job
        query = ObservationQuery(station.id, series.parameter)
        return tuple(one.mean for one in means_over(observations, query, "hourly", hours, series, now))

    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        found = iter(list(pool.map(means, jobs)))
    return [
        PointSeries(station, hours, {one.parameter: next(found) for one in series}) for station, hours, series in wanted
    ]


def read_expected_series(
    forecasts: ForecastStore,
    stations: Sequence[Station],
    names: Collection[str],
    span: TimeSpan | None,
) -> list[PointSeries]:
    """The newest forecasts of some stations: quantiles named as `QUANTILES` says.

    Args:
        forecasts: Forecasts made ahead.
        stations: Where.
        names: Names of what is wanted.
        span: Which hours; None for all.

    Raises:
        InvalidQuery: `coords`: too many values would be given.
        IntegrityError: A stored forecast lacks a quantile that every forecast has.
    """
    codes = codes_of(names)
    jobs = [(station, one.parameter) for station in stations for one in station.series if one.parameter in codes]
    _check_size(len(jobs), 0)
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        found = list(pool.map(lambda job: forecasts.latest(job[0].id, job[1]), jobs))
    by_station: dict[str, dict[str, dict[Interval, float]]] = {}
    for forecast in found:
        if forecast is not None:
            by_station.setdefault(forecast.station, {}).update(_by_name(forecast, names, span))
    expected = ((station, by_station.get(station.id, {})) for station in stations)
    return [_expected(station, by_name) for station, by_name in expected if any(by_name.values())]


def _by_name(forecast: Forecast, names: Collection[str], span: TimeSpan | None) -> dict[str, dict[Interval, float]]:
    hours = {
        Interval(forecast.issue_time + (lead - 1) * _HOUR, forecast.issue_time + lead * _HOUR): row
        for lead, row in zip(forecast.lead_hours, forecast.quantiles, strict=True)
    }
    shown = {hour: row for hour, row in hours.items() if span is None or span.meets(*hour)}
    try:
        return {
            forecast.parameter + ending: {hour: row[forecast.levels.index(level)] for hour, row in shown.items()}
            for ending, level in QUANTILES.items()
            if forecast.parameter + ending in names
        }
    except ValueError:
        raise IntegrityError(
            f"The forecast of {forecast.station} {forecast.parameter} issued {forecast.issue_time} has the levels"
            f" {forecast.levels}; {list(QUANTILES.values())} must be among them"
        ) from None


def codes_of(names: Collection[str]) -> frozenset[str]:
    """The codes of the parameters that names of quantiles stand for; a code stands for itself."""
    endings = "|".join(filter(None, QUANTILES))
    return frozenset(re.sub(rf"(?:{endings})\Z", "", name) for name in names)


def _expected(station: Station, by_name: Mapping[str, Mapping[Interval, float]]) -> PointSeries:
    """Forecasts of two parameters may have been issued at different times, so one may lack hours of the other."""
    hours = tuple(sorted({hour for values in by_name.values() for hour in values}))
    values = {name: tuple(by_name[name].get(hour) for hour in hours) for name in sorted(by_name)}
    return PointSeries(station, hours, values)


def _measured_hours(series: Sequence[Series], span: TimeSpan | None) -> tuple[Interval, ...]:
    first, last = min(one.first for one in series), max(one.last for one in series)
    if span is None:
        span = TimeSpan(last - DEFAULT_SPAN, last - _MICROSECOND)
    start = first if span.start is None else span.start
    end = last - _MICROSECOND if span.end is None else span.end
    if end - start > LONGEST_SPAN:
        raise InvalidQuery(
            "datetime",
            f"spans {-((start - end) // _DAY):,} days, from {start:%Y-%m-%dT%H:%M:%SZ} to {end:%Y-%m-%dT%H:%M:%SZ}; one"
            f" answer gives {LONGEST_SPAN.days} days at most, so ask in parts",
        )
    return tuple(steps_between(start, end + _MICROSECOND, "hourly", dt.UTC))


def _meets(series: Series, span: TimeSpan | None) -> bool:
    return span is None or span.meets(series.first, series.last)


def _check_size(series: int, values: int) -> None:
    if series > MOST_SERIES or values > MOST_VALUES:
        much = f"{series:,} series" if series > MOST_SERIES else f"{values:,} values"
        raise InvalidQuery(
            "coords",
            f"and 'parameter-name' ask for {much}; one answer gives {MOST_SERIES:,} series and {MOST_VALUES:,} values"
            " at most, so ask for a smaller place, fewer parameters or fewer hours",
        )
