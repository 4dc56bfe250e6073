"""Weather forecasts for a station as a model is shown them: at each hour, what was known by then and nothing else.

The store keeps runs by their issue time, each with the editions in which it came. Here they become states: one for each
hour at which something new was known. A state holds, by hour and parameter, the value of the newest run that gives one,
so that a short run, or one that lacks a parameter, hides nothing of the run before it.
"""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from geoclimate.domain.geohash import cover
from geoclimate.domain.places import Point, box_around, distance_m
from geoclimate.domain.stations import Station
from geoclimate.domain.weather_forecasts import (
    HOUR,
    LONGEST_HORIZON,
    NEAREST_POINT_M,
    ForecastPlace,
    WeatherRun,
    at_point,
    at_station,
    cells_at,
)
from geoclimate.features.weather_runs import WeatherRuns, no_runs
from geoclimate.services.ports import WeatherForecastStore

OLDEST_RUN_HOURS: Final = 48
"""A run that was issued longer ago than this counts no more when a state is made: its service has stopped."""
LONGEST_WAIT_HOURS: Final = 24
"""How long the next run may be awaited: a state reaches so much farther than a forecast that is made at its hour."""
_RANGES: Final = 8
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_ROWS: Final = LONGEST_HORIZON // HOUR + 1

_Values = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    """A run as arrays.

    Attributes:
        first_hour: Hours since 1970 of the first row, which holds the issue time.
        known_hours: Hours since 1970 from which something of it was known, ascending.
        values: For each of them [hours, parameters], all that was known by then.
    """

    first_hour: int
    known_hours: tuple[int, ...]
    values: tuple[_Values, ...]


def read_weather_runs(
    station: Station,
    parameters: Sequence[str],
    hours: int,
    span: tuple[dt.datetime, dt.datetime],
    store: WeatherForecastStore,
) -> WeatherRuns:
    """What was known of the weather to come at a station, whenever somebody stood between two instants.

    Args:
        station: The station.
        parameters: Parameter codes, in the order of the columns.
        hours: How many hours from each instant on are wanted: the longest lead time.
        span: First and last instant at which a forecast is made from it. For one forecast both are its issue time.
        store: Weather forecasts.

    Returns:
        States of `hours` + `LONGEST_WAIT_HOURS` rows, each from the hour on at which it was known; those that reach no
        hour of the span are left out. There is none where there is no forecast for the station and no grid point near.

    Raises:
        Unavailable: The store does not answer.
    """
    place = forecast_place(station, store)
    if place is None:
        return no_runs(len(parameters))
    first, last = span
    rows = hours + LONGEST_WAIT_HOURS
    reach = (rows + OLDEST_RUN_HOURS) * HOUR
    runs = [_arrays(run, parameters) for run in store.runs(place, first - reach, last)]
    return _states(runs, rows, (_hour(first) - rows + 1, _hour(last)), len(parameters))


def forecast_place(station: Station, store: WeatherForecastStore) -> ForecastPlace | None:
    """Whose forecasts are a station's: its own where it has any, else those of the nearest grid point.

    Returns:
        None where there are none of its own and no grid point within `NEAREST_POINT_M`.

    Raises:
        Unavailable: The store does not answer.
    """
    own = at_station(station.id)
    if store.has_runs(own):
        return own
    cells = cover(box_around(station.point, NEAREST_POINT_M), _RANGES)
    near = [
        (distance, point)
        for point in (point for each in cells for point in store.points_in(each))
        if (distance := distance_m(station.point, point)) <= NEAREST_POINT_M
    ]
    if not near:
        return None
    point: Point = min(near, key=lambda each: (each[0], each[1].latitude, each[1].longitude))[1]
    return at_point(point.latitude, point.longitude)


def _arrays(run: WeatherRun, parameters: Sequence[str]) -> _Run:
    known_hours = sorted({_hour(edition.known_at, up=True) for edition in run.editions})
    values = []
    for hour in known_hours:
        cells = cells_at(run.editions, _EPOCH + hour * HOUR)
        rows = np.full((_ROWS, len(parameters)), np.nan, dtype=np.float32)
        for column, parameter in enumerate(parameters):
            given = cells.get(parameter, {})
            rows[list(given), column] = list(given.values())
        values.append(rows)
    return _Run(_hour(run.issue_time), tuple(known_hours), tuple(values))


def _states(runs: Sequence[_Run], rows: int, span: tuple[int, int], parameters: int) -> WeatherRuns:
    issued = [run.first_hour for run in runs]
    known_hours = sorted(
        {
            hour
            for run in runs
            for hour in run.known_hours
            if span[0] <= hour <= span[1] and run.first_hour >= hour - OLDEST_RUN_HOURS
        }
    )
    if not known_hours:
        return no_runs(parameters)
    values = np.stack(
        [
            _state(
                runs[bisect_left(issued, hour - OLDEST_RUN_HOURS) : bisect_right(issued, hour)],
                hour,
                np.full((rows, parameters), np.nan, dtype=np.float32),
            )
            for hour in known_hours
        ]
    )
    return WeatherRuns(np.asarray(known_hours, dtype=np.int64), values)


def _state(runs: Sequence[_Run], hour: int, state: _Values) -> _Values:
    """What was known at an hour, from runs in the order of issue; `state` has no value yet and is filled from it on."""
    for run in reversed(runs):
        edition = bisect_right(run.known_hours, hour) - 1
        if edition < 0:
            continue
        begin = hour - run.first_hour
        rows = run.values[edition][begin : begin + len(state)]
        part = state[: len(rows)]
        np.copyto(part, rows, where=np.isnan(part))
        if not np.isnan(state).any():
            break
    return state


def _hour(instant: dt.datetime, *, up: bool = False) -> int:
    """Hours since 1970 of the hour that holds an instant, or of the first hour that begins at it or after it."""
    hours, rest = divmod(instant - _EPOCH, HOUR)
    return hours + (1 if up and rest else 0)
