"""What is known of the hours to come: weather forecasts, the calendar, and the same hour a day before.

A row of what is told of an hour does not depend on the origin but by the days that lie between: it is computed once a
series, and the hours to come of an origin are a stretch of it.
"""

import numpy as np
import numpy.typing as npt

from geoclimate.features.calendar import hour_phases, week_phases
from geoclimate.features.causal import lagged
from geoclimate.features.input_spec import Column, InputSpec
from geoclimate.features.region import Floats
from geoclimate.features.weather_shown import ShownWeather, weather_columns
from geoclimate.features.windows import windows

_DAY = 24
_USUAL_DAYS = 14


def future_columns(spec: InputSpec) -> tuple[Column, ...]:
    """The columns of the hours to come, in order."""
    *shown, known = weather_columns(spec)
    return (
        Column("day_before", "target"),
        Column("usual_at_hour", "target"),
        *(column for column, _ in _calendar(np.zeros(1, dtype=np.int64), 0.0)),
        *(Column(name, "other") for name in shown),
        Column(known, "mask"),
    )


def coming_rows(
    target: npt.NDArray[np.float32], first_hour: int, longitude: float, spec: InputSpec
) -> npt.NDArray[np.float32]:
    """What is told of every hour without weather forecasts, float32 [days, hours + longest lead time, columns].

    The first of the days is told to origins up to 24 hours before, the second to those up to 48 hours before, and so
    on. The column `day_before` is the newest value of the target at the hour of the day that was known at such an
    origin, `usual_at_hour` the mean of what was known of two weeks.

    Args:
        target: float32 [hours]: the target as observed, never filled.
        first_hour: The first row's hour, in hours since the epoch.
        longitude: Degrees east.
        spec: What a model is shown.
    """
    longest = spec.lead_hours[-1]
    known = np.concatenate([target, np.full(longest, np.nan, dtype=np.float32)]).astype(np.float64)
    hours = first_hour + np.arange(len(known), dtype=np.int64)
    calendar = [rows for _, rows in _calendar(hours, longitude)]
    told = np.stack([lagged(known, _DAY), _usual(known), *calendar], axis=1)
    weather = len(weather_columns(spec))
    days = -(-longest // _DAY)
    coming = np.full((days, len(known), told.shape[1] + weather), np.nan, dtype=np.float32)
    coming[:, :, -1] = 0.0
    for day in range(days):
        coming[day, :, 2:-weather] = told[:, 2:]
        coming[day, :, :2] = lagged(told[:, :2], day * _DAY)
    return coming


def future_at(
    coming: npt.NDArray[np.float32],
    rows: npt.NDArray[np.int64],
    weather: ShownWeather,
    weather_rows: npt.NDArray[np.int64],
    spec: InputSpec,
) -> npt.NDArray[np.float32]:
    """The hours to come at some origins, float32 [n, lead times, columns].

    Weather columns named `_so_far` are the mean of a forecast from the origin to the lead time.

    Args:
        coming: `coming_rows` of one or more series.
        rows: int64 [n]: the row of each origin.
        weather: Weather forecasts.
        weather_rows: int64 [n]: where what was known of them at each origin begins.
        spec: What a model is shown.
    """
    longest = spec.lead_hours[-1]
    width = coming.shape[2]
    parts = [
        windows(told, min(_DAY, longest - begin))[rows + begin]
        for begin, told in zip(range(0, longest, _DAY), coming, strict=True)
    ]
    future = (parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)).reshape(len(rows), longest, width)
    weather.write(weather_rows, future)
    leads = np.asarray(spec.lead_hours, dtype=np.int64)
    return future if len(leads) == longest else future[:, leads - 1]


def _calendar(hours: npt.NDArray[np.int64], longitude: float) -> list[tuple[Column, Floats]]:
    return [*hour_phases(hours, longitude), *week_phases(hours, longitude)[2:]]


def _usual(target: Floats) -> Floats:
    """Mean of the target at the hour of the day over the days before, [hours]; NaN where none is known."""
    total, count = np.zeros_like(target), np.zeros_like(target)
    for day in range(1, _USUAL_DAYS + 1):
        before = lagged(target, day * _DAY)
        known = ~np.isnan(before)
        total += np.where(known, before, 0.0)
        count += known
    return np.where(count > 0, total / np.maximum(count, 1.0), np.nan)
