"""What is known of the hours to come: weather forecasts, the calendar, and the same hour a day before."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geoclimate.features.calendar import hour_phases, week_phases
from geoclimate.features.input_spec import Column, InputSpec
from geoclimate.features.region import Floats, channels_of, to_channels

_DAY = 24
_USUAL_DAYS = 14
LONGEST_LOOKBACK_HOURS = _DAY * _USUAL_DAYS
"""Hours before an origin that reach what is told of the hours to come."""


def future_columns(spec: InputSpec) -> tuple[Column, ...]:
    """The columns of the hours to come, in order."""
    hours = np.zeros(1, dtype=np.int64)
    channels = channels_of(spec.weather)
    return (
        Column("day_before", "target"),
        Column("usual_at_hour", "target"),
        *(column for column, _ in (*hour_phases(hours, 0.0), *week_phases(hours, 0.0)[2:])),
        *(Column(f"{name}_forecast", "other") for name in channels),
        *(Column(f"{name}_forecast_so_far", "other") for name in channels),
        Column("forecast_known", "mask"),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Origins of one or more series, as the hours to come need them.

    Attributes:
        hours: int64 [n]: the origins, in hours since the epoch.
        rows: int64 [n]: the row that each origin has, or would have, in the series of its target.
        longitude: float64 [n]: degrees east.
    """

    hours: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]
    longitude: Floats


def future_at(
    moments: Moments, target: npt.NDArray[np.float32], weather: npt.NDArray[np.float32], spec: InputSpec
) -> npt.NDArray[np.float32]:
    """The hours to come at some origins, float32 [n, lead times, columns].

    The column `day_before` is the newest value of the target at the lead time's hour of the day that was known at the
    origin. `_so_far` is the mean of a forecast from the origin to the lead time.

    Args:
        moments: The origins.
        target: float32 [rows]: the target as observed, never filled.
        weather: float32 [n, longest lead time, weather parameters]: what was forecast for each hour from the origin on.
        spec: What a model is shown.
    """
    leads = np.asarray(spec.lead_hours, dtype=np.int64)
    hours = moments.hours[:, None] + leads - 1
    rows = moments.rows[:, None] + leads - 1 - _DAY * (1 + (leads - 1) // _DAY)
    before = np.where(rows >= 0, target[np.maximum(rows, 0)], np.float32(np.nan))
    longitude = moments.longitude[:, None]
    phases = [*hour_phases(hours, longitude), *week_phases(hours, longitude)[2:]]
    known = to_channels(weather.astype(np.float64), spec.weather)
    present = ~np.isnan(known)
    count = np.cumsum(present, axis=1)
    so_far = np.cumsum(np.where(present, known, 0.0), axis=1) / np.maximum(count, 1)
    so_far = np.where(count > 0, so_far, np.nan)
    return np.concatenate(
        [
            before[..., None],
            _usual(target, rows)[..., None],
            np.stack([phase for _, phase in phases], axis=2),
            known[:, leads - 1],
            so_far[:, leads - 1],
            present[:, leads - 1].mean(axis=2, keepdims=True),
        ],
        axis=2,
        dtype=np.float32,
    )


def _usual(target: npt.NDArray[np.float32], rows: npt.NDArray[np.int64]) -> Floats:
    """Mean of the target at the hour of the day over the newest days, [n, lead times]; NaN where none is known."""
    back = rows[..., None] - _DAY * np.arange(_USUAL_DAYS)
    values = np.where(back >= 0, target[np.maximum(back, 0)], np.float32(np.nan)).astype(np.float64)
    known = ~np.isnan(values)
    count = known.sum(axis=-1)
    return np.where(count > 0, np.where(known, values, 0.0).sum(axis=-1) / np.maximum(count, 1), np.nan)
