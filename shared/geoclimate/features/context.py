"""The context of an hour: what a station's past and its surroundings come to, one number a column."""

import numpy as np

from geoclimate.features.calendar import hour_phases, week_phases, year_phases
from geoclimate.features.causal import lagged, rolling_deviation, rolling_extreme, rolling_mean
from geoclimate.features.history import wind_of
from geoclimate.features.input_spec import WEATHER, Column, InputSpec
from geoclimate.features.region import Floats, Neighbours, Region, channels_of
from geoclimate.features.surroundings import SECTORS, around, by_sector, upwind, weighted_mean

_LAGS = (1, 2, 3, 4, 6, 9, 12, 18, 23, 24, 47, 71)
_DEVIATIONS = (6, 24, 168, 720)
_MEANS = (3, 6, 12, 24, 48, 72, 168, 336, 720)
LONGEST_LOOKBACK_HOURS = 720
"""Hours before an origin that reach its context. What is usual over a month tells where values return to, without
telling the date (docs/accuracy.md)."""
_TENDENCIES = (1, 3, 6, 12, 24)

Columns = list[tuple[Column, Floats]]


def context_columns(region: Region, position: int, neighbours: Neighbours, spec: InputSpec) -> Columns:
    """The columns of a station's context with their rows [hours]."""
    own = region.values[position].astype(np.float64)
    last = own[:, 0]
    hours = region.first_hour + np.arange(len(own), dtype=np.int64)
    longitude = float(region.longitudes[position])
    columns = [*_target(last), *_others(region, own)]
    if spec.neighbours:
        columns += [*_neighbours(region, position, neighbours, last), *_regional(region, position, neighbours)]
    columns += [*hour_phases(hours, longitude), *week_phases(hours, longitude), *year_phases(hours)]
    columns += [
        (Column("latitude", "place"), np.full(len(own), region.latitudes[position])),
        (Column("longitude", "place"), np.full(len(own), longitude)),
    ]
    return columns


def _target(last: Floats) -> Columns:
    columns: Columns = [(Column("newest", "target"), last)]
    columns += [(Column(f"change_{hours}h", "change"), last - lagged(last, hours)) for hours in _LAGS]
    columns += [(Column(f"above_mean_{hours}h", "change"), last - rolling_mean(last, hours)) for hours in _MEANS]
    columns += [(Column(f"mean_{hours}h", "target"), rolling_mean(last, hours)) for hours in (24, 168, 336, 720)]
    columns += [(Column(f"deviation_{hours}h", "change"), rolling_deviation(last, hours)) for hours in _DEVIATIONS]
    for hours in (12, 24, 72):
        columns += [
            (Column(f"below_highest_{hours}h", "change"), rolling_extreme(last, hours, largest=True) - last),
            (Column(f"above_lowest_{hours}h", "change"), last - rolling_extreme(last, hours, largest=False)),
        ]
    return columns


def _others(region: Region, own: Floats) -> Columns:
    columns: Columns = []
    weather = set(channels_of(WEATHER))
    for index, name in enumerate(region.channels[1:], start=1):
        values = own[:, index]
        columns.append((Column(name, "other"), values))
        for hours in (3, 6, 24) if name not in weather else _TENDENCIES:
            columns.append((Column(f"{name}_change_{hours}h", "other"), values - lagged(values, hours)))
        if name in weather:
            columns += [(Column(f"{name}_mean_{hours}h", "other"), rolling_mean(values, hours)) for hours in (6, 24)]
        else:
            columns.append((Column(f"{name}_above_mean_24h", "other"), values - rolling_mean(values, 24)))
    return columns


def _neighbours(region: Region, position: int, neighbours: Neighbours, last: Floats) -> Columns:
    targets = region.values[neighbours.index, :, 0].astype(np.float64)
    near, share = around(neighbours, targets)
    wind = wind_of(region, position)
    recent_wind = rolling_mean(wind[0], 6), rolling_mean(wind[1], 6)
    lowest, highest = _extremes(targets)
    columns: Columns = [
        (Column("around_known", "mask"), share),
        (Column("around_above", "change"), near - last),
        (Column("around_upwind_above", "change"), upwind(neighbours, targets, wind) - last),
        (Column("around_upwind_6h_above", "change"), upwind(neighbours, targets, recent_wind) - last),
        (Column("around_lowest_above", "change"), lowest - last),
        (Column("around_highest_above", "change"), highest - last),
    ]
    columns += [
        (Column(f"around_change_{hours}h", "change"), near - lagged(near, hours)) for hours in (1, 2, 3, 6, 12, 24)
    ]
    columns += [
        (Column(f"around_above_mean_{hours}h", "change"), near - rolling_mean(near, hours)) for hours in (6, 24, 72)
    ]
    sectors = by_sector(neighbours, targets)
    for name, values in zip(SECTORS, sectors, strict=True):
        columns += [
            (Column(f"around_{name}_above", "change"), values - last),
            (Column(f"around_{name}_change_3h", "change"), values - lagged(values, 3)),
        ]
    return columns


def _regional(region: Region, position: int, neighbours: Neighbours) -> Columns:
    """Mean of every other channel over the station and those around, and its tendencies."""
    members = np.append(neighbours.index, position)
    weights = np.ones((len(members), 1))
    weather = set(channels_of(WEATHER))
    columns: Columns = []
    for index, name in enumerate(region.channels[1:], start=1):
        mean, _ = weighted_mean(region.values[members, :, index].astype(np.float64), weights)
        columns.append((Column(f"around_{name}", "other"), mean))
        for hours in _TENDENCIES if name in weather else (3, 12):
            columns.append((Column(f"around_{name}_change_{hours}h", "other"), mean - lagged(mean, hours)))
    return columns


def _extremes(values: Floats) -> tuple[Floats, Floats]:
    known = ~np.isnan(values)
    lowest = np.where(known, values, np.inf).min(axis=0, initial=np.inf)
    highest = np.where(known, values, -np.inf).max(axis=0, initial=-np.inf)
    return np.where(np.isinf(lowest), np.nan, lowest), np.where(np.isinf(highest), np.nan, highest)
