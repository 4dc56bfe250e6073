"""What is expected: the newest forecast that was made ahead, or one by its id, as it was asked for."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from geoclimate.domain.errors import IntegrityError, InvalidQuery, NoForecast, UnknownForecast
from geoclimate.domain.exceedance import Exceedance, exceedance
from geoclimate.domain.forecast_ids import named_by
from geoclimate.domain.forecasts import INTERVAL_LEVEL, Forecast
from geoclimate.domain.verification import interval_places
from geoclimate.services.ports import Clock, ForecastStore, StationStore
from geoclimate.services.read_stations import read_series

STALE_AFTER: Final = dt.timedelta(hours=6)
"""Measurements come every hour, so by then either newer ones are missing or nobody made a forecast from them."""

_MEDIAN_LEVEL: Final = 0.5
_HOUR: Final = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ForecastView:
    """What is to be shown of a forecast.

    Attributes:
        level: Probability that the interval states.
        lead_hours: First and last lead time; all where None.
        exceed: Threshold whose exceedance is asked, in the canonical unit.
    """

    level: float = INTERVAL_LEVEL
    lead_hours: tuple[int, int] | None = None
    exceed: float | None = None


AS_STORED: Final = ForecastView()
"""Every lead time, with the interval that every forecast has."""


@dataclass(frozen=True, slots=True)
class ExpectedHour:
    """What is expected for one lead time, in the canonical unit.

    Attributes:
        lead_hours: Which hour after the issue time.
        start: Beginning of the hour, UTC.
        end: End of the hour, UTC.
        median: The .5 quantile.
        lower: Lower end of the interval.
        upper: Upper end of the interval.
        quantiles: Level and value of everything that the model gave, ascending by level.
        exceedance: Of the threshold; None where none was asked for.
    """

    lead_hours: int
    start: dt.datetime
    end: dt.datetime
    median: float
    lower: float
    upper: float
    quantiles: tuple[tuple[float, float], ...]
    exceedance: Exceedance | None


@dataclass(frozen=True, slots=True)
class CurrentForecast:
    """A forecast, and how old it is now.

    Attributes:
        forecast: As it was stored.
        hours: One entry a lead time that was asked for, ascending.
        age: From the issue time to now.
        stale_after: When it is stale.
        stale: Whether it is: more than six hours lie between.
    """

    forecast: Forecast
    hours: tuple[ExpectedHour, ...]
    age: dt.timedelta
    stale_after: dt.datetime
    stale: bool


def read_forecast(
    stations: StationStore,
    forecasts: ForecastStore,
    clock: Clock,
    station: str,
    parameter: str,
    view: ForecastView = AS_STORED,
) -> CurrentForecast:
    """The newest forecast of a series; one query, unless there is none and the reason must be found.

    Raises:
        UnknownStation: There is no such station.
        UnknownSeries: The station does not measure the parameter.
        NoForecast: The series is known, but nothing was forecast for it.
        InvalidQuery: `level` or `lead_hours`: the forecast has no such interval, or no such lead times.
        IntegrityError: The stored forecast lacks a quantile that every forecast has.
    """
    forecast = forecasts.latest(station, parameter)
    if forecast is None:
        read_series(stations, station, parameter)
        raise NoForecast(f"No forecast has been made yet for '{parameter}' at station '{station}'.")
    return _viewed(forecast, view, clock())


def read_forecast_by_id(
    forecasts: ForecastStore, clock: Clock, text: str, view: ForecastView = AS_STORED
) -> CurrentForecast:
    """The forecast of an id, however old; one query.

    Raises:
        UnknownForecast: No forecast has this id.
        InvalidQuery: `level` or `lead_hours`: the forecast has no such interval, or no such lead times.
        IntegrityError: The stored forecast lacks a quantile that every forecast has.
    """
    name = named_by(text)
    forecast = None if name is None else forecasts.made(name)
    if forecast is None:
        raise UnknownForecast(f"No forecast has the id '{text}'.")
    return _viewed(forecast, view, clock())


def _viewed(forecast: Forecast, view: ForecastView, now: dt.datetime) -> CurrentForecast:
    age = now - forecast.issue_time
    return CurrentForecast(
        forecast, _expected_hours(forecast, view), age, forecast.issue_time + STALE_AFTER, age > STALE_AFTER
    )


def _expected_hours(forecast: Forecast, view: ForecastView) -> tuple[ExpectedHour, ...]:
    levels = forecast.levels
    if _MEDIAN_LEVEL not in levels or interval_places(levels, INTERVAL_LEVEL) is None:
        raise IntegrityError(
            f"The forecast of {forecast.station} {forecast.parameter} issued {forecast.issue_time} has the levels"
            f" {levels}; .1, .5 and .9 must be among them"
        )
    median = levels.index(_MEDIAN_LEVEL)
    lower, upper = _interval(levels, view.level)
    first, last = view.lead_hours or (forecast.lead_hours[0], forecast.lead_hours[-1])
    hours = tuple(
        ExpectedHour(
            lead_hours=lead,
            start=forecast.issue_time + (lead - 1) * _HOUR,
            end=forecast.issue_time + lead * _HOUR,
            median=row[median],
            lower=row[lower],
            upper=row[upper],
            quantiles=tuple(zip(levels, row, strict=True)),
            exceedance=None if view.exceed is None else exceedance(levels, row, view.exceed),
        )
        for lead, row in zip(forecast.lead_hours, forecast.quantiles, strict=True)
        if first <= lead <= last
    )
    if not hours:
        raise InvalidQuery(
            "lead_hours",
            f"has no lead time of this forecast, which are {forecast.lead_hours[0]} to {forecast.lead_hours[-1]}",
        )
    return hours


def _interval(levels: tuple[float, ...], share: float) -> tuple[int, int]:
    """Places of the two quantiles between which the value is expected with this probability."""
    places = interval_places(levels, share)
    if places is None:
        given = sorted(round(1 - 2 * level, 6) for level in levels if level < _MEDIAN_LEVEL)
        offered = ", ".join(f"{one:g}" for one in given if interval_places(levels, one) is not None)
        raise InvalidQuery("level", f"is not the probability of an interval of this forecast, which are {offered}")
    return places
