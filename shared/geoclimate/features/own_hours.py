"""Every station's series over its own hours, however far apart in time the stations measured."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from geoclimate.features.context import LONGEST_LOOKBACK_HOURS
from geoclimate.features.dataset import TrainingDataset
from geoclimate.features.grid import HourlyGrid
from geoclimate.features.input_spec import InputSpec
from geoclimate.features.inputs import StationSeries, station_series
from geoclimate.features.region import neighbours_at, to_region


def own_series(dataset: TrainingDataset, spec: InputSpec) -> Iterator[StationSeries]:
    """The series of each station, in the order of the data set.

    A station is laid on one time axis with those around it alone, from the hours before its first known target to those
    after its last: one station with a date years away must not stretch the series of all others over those years.

    Args:
        dataset: Grids with columns in the order of `spec.parameters`, and places.
        spec: What a model is shown.
    """
    grids = dataset.hourly_grids()
    latitudes, longitudes = np.asarray(dataset.places, dtype=np.float64).reshape(-1, 2).T
    for position, grid in enumerate(grids):
        members = [position, *neighbours_at(latitudes, longitudes, position).index.tolist()]
        first, end = _own_hours(grid, spec)
        region = to_region(
            [dataset.stations[member] for member in members],
            [dataset.places[member] for member in members],
            [_between(grids[member], first, end) for member in members],
            spec,
        )
        yield station_series(region, 0, spec)


def _own_hours(grid: HourlyGrid, spec: InputSpec) -> tuple[int, int]:
    """The first hour that can reach an input of the station, and the hour after the last that a target can lie in."""
    known = np.flatnonzero(~np.isnan(grid.values[:, 0]))
    if not len(known):
        return grid.first_hour, grid.first_hour + 1
    first, last = grid.first_hour + int(known[0]), grid.first_hour + int(known[-1])
    return first - LONGEST_LOOKBACK_HOURS, last + spec.max_gap_hours + spec.lead_hours[-1]


def _between(grid: HourlyGrid, first: int, end: int) -> HourlyGrid:
    """A grid over other hours, NaN where it has none."""
    values: npt.NDArray[np.float32] = np.full((end - first, grid.values.shape[1]), np.nan, dtype=np.float32)
    low, high = max(first, grid.first_hour), min(end, grid.end_hour)
    if low < high:
        values[low - first : high - first] = grid.values[low - grid.first_hour : high - grid.first_hour]
    return HourlyGrid(first, values)
