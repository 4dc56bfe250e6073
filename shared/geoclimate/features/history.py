"""The rows of a history: what a station and those around it measured in each hour."""

import numpy as np

from geoclimate.features.calendar import hour_phases
from geoclimate.features.input_spec import Column, InputSpec
from geoclimate.features.region import Floats, Neighbours, Region
from geoclimate.features.surroundings import around, upwind


def history_columns(
    region: Region, position: int, neighbours: Neighbours, spec: InputSpec
) -> list[tuple[Column, Floats]]:
    """Values, masks, neighbours and the hour of the day: the columns of a station's history with their rows [hours]."""
    own = region.values[position].astype(np.float64)
    columns = [
        (Column(name, "target" if index == 0 else "other"), own[:, index]) for index, name in enumerate(region.channels)
    ]
    columns += [
        (Column(f"{name}_observed", "mask"), region.observed[position, :, index].astype(np.float64))
        for index, name in enumerate(spec.parameters)
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
