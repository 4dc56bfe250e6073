"""What is expected: the newest forecast that was made ahead."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from geoclimate.domain.errors import IntegrityError, NoForecast
from geoclimate.domain.forecasts import Forecast
from geoclimate.services.ports import Clock, ForecastStore, StationStore
from geoclimate.services.read_stations import read_series

STALE_AFTER: Final = dt.timedelta(hours=6)
"""Measurements come every hour, so by then either newer ones are missing or nobody made a forecast from them."""

_LOWER_LEVEL: Final = 0.1
_MEDIAN_LEVEL: Final = 0.5
_UPPER_LEVEL: Final = 0.9
INTERVAL_LEVEL: Final = 0.8
"""Probability with which the value is expected between the .1 and the .9 quantile."""


@dataclass(frozen=True, slots=True)
class ExpectedHour:
    """What is expected for one lead time, in the canonical unit.

    Attributes:
        lead_hours: Which hour after the issue time.
        start: Beginning of the hour, UTC.
        end: End of the hour, UTC.
        median: The .5 quantile.
        lower: The .1 quantile.
        upper: The .9 quantile.
        quantiles: Level and value of everything that the model gave, ascending by level.
    """

    lead_hours: int
    start: dt.datetime
    end: dt.datetime
    median: float
    lower: float
    upper: float
    quantiles: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class CurrentForecast:
    """The newest forecast of a series, and how old it is now.

    Attributes:
        forecast: As it was stored.
        hours: One entry a lead time, ascending.
        age: From the issue time to now.
        stale: Whether that is more than six hours.
    """

    forecast: Forecast
    hours: tuple[ExpectedHour, ...]
    age: dt.timedelta
    stale: bool


def read_forecast(
    stations: StationStore, forecasts: ForecastStore, clock: Clock, station: str, parameter: str
) -> CurrentForecast:
    """The newest forecast of a series; one query, unless there is none and the reason must be found.

    Raises:
        UnknownStation: There is no such station.
        UnknownSeries: The station does not measure the parameter.
        NoForecast: The series is known, but nothing was forecast for it.
        IntegrityError: The stored forecast lacks a quantile that every forecast has.
    """
    forecast = forecasts.latest(station, parameter)
    if forecast is None:
        read_series(stations, station, parameter)
        raise NoForecast(f"No forecast has been made yet for '{parameter}' at station '{station}'.")
    age = clock() - forecast.issue_time
    return CurrentForecast(forecast, _expected_hours(forecast), age, age > STALE_AFTER)


def _expected_hours(forecast: Forecast) -> tuple[ExpectedHour, ...]:
    try:
        lower, median, upper = (forecast.levels.index(level) for level in (_LOWER_LEVEL, _MEDIAN_LEVEL, _UPPER_LEVEL))
    except ValueError:
        raise IntegrityError(
            f"The forecast of {forecast.station} {forecast.parameter} issued {forecast.issue_time} has the levels"
            f" {forecast.levels}; .1, .5 and .9 must be among them"
        ) from None
    return tuple(
        ExpectedHour(
            lead_hours=lead,
            start=forecast.issue_time + dt.timedelta(hours=lead - 1),
            end=forecast.issue_time + dt.timedelta(hours=lead),
            median=row[median],
            lower=row[lower],
            upper=row[upper],
            quantiles=tuple(zip(forecast.levels, row, strict=True)),
        )
        for lead, row in zip(forecast.lead_hours, forecast.quantiles, strict=True)
    )
