"""The three matrices that a model is shown, for training and for serving alike.

An origin is an issue time in whole hours since the epoch. A history's last row is the hour before its origin, and the
context describes that same hour; lead time h is the hour `origin + h - 1`. Nothing from the origin on reaches them, but
for weather forecasts that were known at the origin and the calendar.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geoclimate.features.context import context_columns
from geoclimate.features.future import coming_rows, future_at, future_columns
from geoclimate.features.grid import HourlyGrid
from geoclimate.features.history import history_columns
from geoclimate.features.input_spec import Column, InputSpec
from geoclimate.features.region import Region, neighbours_of, to_region
from geoclimate.features.weather_runs import WeatherRuns
from geoclimate.features.weather_shown import shown_weather

MIN_OBSERVED_SHARE = 0.5
"""Of the target's hours in a history, this share must have been observed."""


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """What a model is shown of n series, float32, NaN where missing.

    Attributes:
        history: [n, history_hours, columns].
        context: [n, columns].
        future: [n, lead times, columns].
    """

    history: npt.NDArray[np.float32]
    context: npt.NDArray[np.float32]
    future: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.history)


@dataclass(frozen=True, slots=True)
class InputColumns:
    """The columns of the three matrices, in order."""

    history: tuple[Column, ...]
    context: tuple[Column, ...]
    future: tuple[Column, ...]


@dataclass(frozen=True, slots=True, eq=False)
class StationSeries:
    """All that the inputs of one station are cut from.

    Attributes:
        station: Station id.
        latitude: Degrees north.
        longitude: Degrees east.
        first_hour: The first row's hour.
        history: float32 [hours, columns].
        context: float32 [hours, columns]: row i describes the hour `first_hour + i` and those before.
        coming: float32 [days, hours + longest lead time, columns]: what is told of an hour beforehand.
        target: float32 [hours]: the target as observed, never filled.
    """

    station: str
    latitude: float
    longitude: float
    first_hour: int
    history: npt.NDArray[np.float32]
    context: npt.NDArray[np.float32]
    coming: npt.NDArray[np.float32]
    target: npt.NDArray[np.float32]

    @property
    def end_hour(self) -> int:
        """The hour after the last row: the latest origin."""
        return self.first_hour + len(self.target)


def input_columns(spec: InputSpec) -> InputColumns:
    """The columns of the inputs that a specification asks for."""
    nothing = HourlyGrid(0, np.zeros((1, len(spec.parameters)), dtype=np.float32))
    empty = to_region(("",), ((0.0, 0.0),), (nothing,), spec)
    return InputColumns(
        history=tuple(column for column, _ in history_columns(empty, 0, neighbours_of(empty, 0), spec)),
        context=tuple(column for column, _ in context_columns(empty, 0, neighbours_of(empty, 0), spec)),
        future=future_columns(spec),
    )


def contract_fields(spec: InputSpec) -> dict[str, Any]:
    """What a model that is shown this was built for: its contract by field, without the quantile levels."""
    columns = input_columns(spec)
    return asdict(spec) | {
        "history_columns": tuple(column.name for column in columns.history),
        "context_columns": tuple(column.name for column in columns.context),
        "future_columns": tuple(column.name for column in columns.future),
    }


def station_series(region: Region, position: int, spec: InputSpec) -> StationSeries:
    """Compute everything that the inputs of one station of a region are cut from."""
    neighbours = neighbours_of(region, position)
    longitude = float(region.longitudes[position])
    return StationSeries(
        station=region.stations[position],
        latitude=float(region.latitudes[position]),
        longitude=longitude,
        first_hour=region.first_hour,
        history=_stacked([rows for _, rows in history_columns(region, position, neighbours, spec)]),
        context=_stacked([rows for _, rows in context_columns(region, position, neighbours, spec)]),
        coming=coming_rows(region.target[position], region.first_hour, longitude, spec),
        target=region.target[position],
    )


def inputs_at(series: StationSeries, weather: WeatherRuns, origins: npt.NDArray[np.int64], spec: InputSpec) -> Inputs:
    """The inputs of one station at some origins, each inside the series or at its end.

    Args:
        series: The station.
        weather: Weather forecasts of its place.
        origins: int64 [n], hours since the epoch.
        spec: What a model is shown.

    Raises:
        ValueError: An origin lies outside the series.
    """
    rows = origins - series.first_hour
    end = len(series.history)
    if len(rows) and (rows.min() < 1 or rows.max() > end):
        message = f"origins must be from {series.first_hour + 1} to {series.end_hour}"
        raise ValueError(message)
    hours = spec.history_hours
    start = rows - hours
    if len(rows) and start.min() >= 0:
        view = np.lib.stride_tricks.sliding_window_view(series.history, (hours, series.history.shape[1]))[:, 0]
        history = view[start]
    else:
        index = start[:, None] + np.arange(hours)
        history = series.history[np.maximum(index, 0)]
        history[index < 0] = np.nan
    shown = shown_weather([weather], spec)
    return Inputs(
        history=history,
        context=series.context[rows - 1],
        future=future_at(series.coming, rows, shown, shown.rows_at(0, origins), spec),
    )


def _stacked(columns: list[npt.NDArray[np.float64]]) -> npt.NDArray[np.float32]:
    return np.stack(columns, axis=1).astype(np.float32)
