"""The rows of a history: what a station and those around it measured in each hour."""

import numpy as np

from geoclimate.features.calendar import hour_phases
from geoclimate.features.input_spec import Column, InputSpec
from geoclimate.features.region import Floats, Neighbours, Region, channels_of
from geoclimate.features.surroundings import around, upwind

SHOWN = ("dewpoint", "pressure", "wind_u", "wind_v")
"""Channels shown hour by hour beside the target, where a station has them.

What else is measured enters through the context. Networks that were shown every channel hour by hour learned the past
by heart: on the year after their training a GRU's mean absolute error rose from 36.1 to 37.0 µg/m³ (docs/accuracy.md).
"""


def history_columns(
    region: Region, position: int, neighbours: Neighbours, spec: InputSpec
) -> list[tuple[Column, Floats]]:
    """Values, masks, neighbours and the hour of the day: the columns of a station's history with their rows [hours]."""
    own = region.values[position].astype(np.float64)
    columns = [(Column(spec.target, "target"), own[:, 0])]
    columns += [
        (Column(name, "other"), own[:, region.channels.index(name)]) for name in SHOWN if name in region.channels[1:]
    ]
    codes = [code for code in spec.parameters if code == spec.target or set(channels_of([code])) & set(SHOWN)]
    columns += [
        (
            Column(f"{code}_observed", "mask"),
            region.observed[position, :, spec.parameters.index(code)].astype(np.float64),
        )
        for code in codes
    ]
    if spec.neighbours:
        targets = region.values[neighbours.index, :, 0].astype(np.float64)
        near, share = around(neighbours, targets)
        columns += [
            (Column("around", "target"), near),
            (Column("around_upwind", "target"), upwind(neighbours, targets, wind_of(region, position))),
            (Column("around_known", "mask"), share),
        ]
    hours = region.first_hour + np.arange(len(own), dtype=np.int64)
    columns += hour_phases(hours, float(region.longitudes[position]))
    return columns


def wind_of(region: Region, position: int) -> tuple[Floats, Floats]:
    """The wind at a station as parts towards east and north, NaN where it is not measured."""
    if "wind_u" not in region.channels:
        unknown = np.full(region.values.shape[1], np.nan)
        return unknown, unknown
    u, v = (region.values[position, :, region.channels.index(name)].astype(np.float64) for name in ("wind_u", "wind_v"))
    return u, v
