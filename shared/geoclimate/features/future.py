"""What is known of the hours to come: weather forecasts, the calendar, and the same hour a day before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from geoclimate.features.calendar import hour_phases, week_phases
from geoclimate.features.input_spec import Column, InputSpec
from geoclimate.features.region import channels_of, to_channels

if TYPE_CHECKING:
    from geoclimate.features.inputs import StationSeries
    from geoclimate.features.weather_runs import WeatherRuns

_DAY = 24


def future_columns(spec: InputSpec) -> tuple[Column, ...]:
    """The columns of the hours to come, in order."""
    hours = np.zeros(1, dtype=np.int64)
    channels = channels_of(spec.weather)
    return (
        Column("day_before", "target"),
        *(column for column, _ in (*hour_phases(hours, 0.0), *week_phases(hours, 0.0)[2:])),
        *(Column(f"{name}_forecast", "other") for name in channels),
        *(Column(f"{name}_forecast_so_far", "other") for name in channels),
        Column("forecast_known", "mask"),
    )


def future_at(
    series: StationSeries, weather: WeatherRuns, origins: npt.NDArray[np.int64], spec: InputSpec
) -> npt.NDArray[np.float32]:
    """The hours to come at some origins, float32 [n, lead times, columns].

    The column `day_before` is the newest value of the target at the lead time's hour of the day that was known at the
    origin. `_so_far` is the mean of a forecast from the origin to the lead time.
    """
    leads = np.asarray(spec.lead_hours, dtype=np.int64)
    hours = origins[:, None] + leads - 1
    rows = hours - _DAY * (1 + (leads - 1) // _DAY) - series.first_hour
    before = np.where(rows >= 0, series.target[np.maximum(rows, 0)], np.nan)
    phases = [*hour_phases(hours, series.longitude), *week_phases(hours, series.longitude)[2:]]
    longest = int(leads[-1])
    known = to_channels(weather.known_at(origins, longest).astype(np.float64), spec.weather)
    present = ~np.isnan(known)
    total = np.cumsum(np.where(present, known, 0.0), axis=1)
    count = np.cumsum(present, axis=1)
    so_far = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    share = present[:, leads - 1].mean(axis=2, keepdims=True) if known.shape[2] else np.zeros((*hours.shape, 1))
    return np.concatenate(
        [
            before[..., None],
            np.stack([phase for _, phase in phases], axis=2),
            known[:, leads - 1],
            so_far[:, leads - 1],
            share,
        ],
        axis=2,
        dtype=np.float32,
    )
