"""Stations on one time axis, with who stands around whom."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geoclimate.features.causal import hold
from geoclimate.features.grid import HourlyGrid
from geoclimate.features.input_spec import InputSpec

REACH_KM = 150.0
"""Stations further away than this say nothing here."""
MOST_NEIGHBOURS = 16
_EARTH_KM = 6371.0
_HALF_WEIGHT_KM = 10.0

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """What some stations measured, hour by hour, past-only filled.

    Attributes:
        stations: Station ids.
        latitudes: float64 [s], degrees north.
        longitudes: float64 [s], degrees east.
        first_hour: The first row's hour, in hours since the epoch.
        channels: Names of the channels: the parameters, with `wind_direction` given as `wind_u` and `wind_v`.
        values: float32 [s, hours, channels], known values held for up to the specification's gap, else NaN.
        observed: bool [s, hours, parameters]: whether a parameter was observed in that very hour.
        target: float32 [s, hours]: the target as observed, never filled.
    """

    stations: tuple[str, ...]
    latitudes: Floats
    longitudes: Floats
    first_hour: int
    channels: tuple[str, ...]
    values: npt.NDArray[np.float32]
    observed: npt.NDArray[np.bool_]
    target: npt.NDArray[np.float32]

    @property
    def end_hour(self) -> int:
        """The hour after the last row."""
        return self.first_hour + len(self.target[0])


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """The stations around one.

    Attributes:
        index: int64 [k]: their positions in the region, nearest first.
        weight: float64 [k]: weight by distance, in (0, 1].
        east: float64 [k]: east part of the unit vector that points to each.
        north: float64 [k]: its north part.
    """

    index: npt.NDArray[np.int64]
    weight: Floats
    east: Floats
    north: Floats


def channels_of(parameters: Sequence[str]) -> tuple[str, ...]:
    """Names of the channels of some parameters: a wind direction is two parts of a vector, in m/s."""
    return tuple(
        channel for code in parameters for channel in (("wind_u", "wind_v") if code == "wind_direction" else (code,))
    )


def to_channels(values: Floats, parameters: Sequence[str]) -> Floats:
    """Turn [..., parameters] into [..., channels]; where the wind's speed is not a parameter it counts as 1 m/s.

    `wind_u` blows towards the east and `wind_v` towards the north; a direction says where the wind comes from.
    """
    place = {code: position for position, code in enumerate(parameters)}
    speed = values[..., place["wind_speed"]] if "wind_speed" in place else np.ones(values.shape[:-1])
    columns = []
    for position, code in enumerate(parameters):
        if code == "wind_direction":
            angle = np.radians(values[..., position])
            columns += [-speed * np.sin(angle), -speed * np.cos(angle)]
        else:
            columns.append(values[..., position])
    return np.stack(columns, axis=-1)


def to_region(
    stations: Sequence[str], places: Sequence[tuple[float, float]], grids: Sequence[HourlyGrid], spec: InputSpec
) -> Region:
    """Lay the grids of some stations on one time axis and fill short gaps from the past.

    Args:
        stations: Station ids.
        places: Latitude and longitude of each.
        grids: What each measured, columns in the order of `spec.parameters`.
        spec: What a model is shown.

    Raises:
        ValueError: A grid has not a column a parameter; the message names its station.
    """
    first = min(grid.first_hour for grid in grids)
    hours = max(grid.end_hour for grid in grids) - first
    channels = channels_of(spec.parameters)
    values = np.full((len(grids), hours, len(channels)), np.nan, dtype=np.float32)
    observed = np.zeros((len(grids), hours, len(spec.parameters)), dtype=np.bool_)
    target = np.full((len(grids), hours), np.nan, dtype=np.float32)
    for position, grid in enumerate(grids):
        if grid.values.shape[1:] != (len(spec.parameters),):
            message = (
                f"the grid of {stations[position]} has shape {grid.values.shape}, not [hours, {len(spec.parameters)}]"
            )
            raise ValueError(message)
        rows = slice(grid.first_hour - first, grid.end_hour - first)
        observed[position, rows] = ~np.isnan(grid.values)
        target[position, rows] = grid.values[:, 0]
        values[position, rows] = to_channels(grid.values.astype(np.float64), spec.parameters)
        values[position] = hold(values[position].astype(np.float64), spec.max_gap_hours)
    latitudes, longitudes = np.asarray(places, dtype=np.float64).reshape(-1, 2).T
    return Region(tuple(stations), latitudes, longitudes, first, channels, values, observed, target)


def neighbours_of(region: Region, position: int) -> Neighbours:
    """The stations within reach of one, nearest first, without itself."""
    return neighbours_at(region.latitudes, region.longitudes, position)


def neighbours_at(latitudes: Floats, longitudes: Floats, position: int) -> Neighbours:
    """The places within reach of one of some places in degrees, nearest first, without itself."""
    east, north = _offsets_km(latitudes, longitudes, position)
    distance = np.hypot(east, north)
    distance[position] = np.inf
    index = np.argsort(distance, kind="stable")[:MOST_NEIGHBOURS]
    index = index[distance[index] <= REACH_KM]
    distance, east, north = distance[index], east[index], north[index]
    length = np.maximum(distance, 1e-3)
    return Neighbours(
        index.astype(np.int64), _HALF_WEIGHT_KM / (_HALF_WEIGHT_KM + distance), east / length, north / length
    )


def _offsets_km(latitudes: Floats, longitudes: Floats, position: int) -> tuple[Floats, Floats]:
    """East and north distances from one station, on a plane that touches the globe there; good to 1% within reach."""
    latitude = np.radians(latitudes)
    turn = (longitudes - longitudes[position] + 180.0) % 360.0 - 180.0
    north = _EARTH_KM * (latitude - latitude[position])
    return _EARTH_KM * np.radians(turn) * np.cos((latitude + latitude[position]) / 2), north
