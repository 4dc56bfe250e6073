"""The state of the stations around one: distance- and wind-weighted, any number of them, none at all."""

import numpy as np

from geoclimate.features.region import Floats, Neighbours

SECTORS = ("north", "east", "south", "west")
_CALM = 0.5


def weighted_mean(values: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Mean over known values along axis 0, and the share of the weight that is known.

    Args:
        values: [k, ...], NaN where missing.
        weights: Broadcasts against `values`.

    Returns:
        Means [...], NaN where nothing is known, and shares [...] from 0 to 1.
    """
    known = ~np.isnan(values)
    weight = np.broadcast_to(weights, values.shape)
    total = (weight * known).sum(axis=0)
    mean = (weight * np.where(known, values, 0.0)).sum(axis=0) / np.where(total > 0, total, 1.0)
    everything = weight.sum(axis=0)
    return np.where(total > 0, mean, np.nan), total / np.where(everything > 0, everything, 1.0)


def around(neighbours: Neighbours, values: Floats) -> tuple[Floats, Floats]:
    """Distance-weighted mean of the neighbours' values [k, hours], and the known share of the weight."""
    return weighted_mean(values, neighbours.weight[:, None])


def upwind(neighbours: Neighbours, values: Floats, wind: tuple[Floats, Floats]) -> Floats:
    """Mean of the neighbours' values weighted by distance and by how much they lie where the wind comes from.

    Args:
        neighbours: k stations around.
        values: [k, hours], NaN where missing.
        wind: Parts towards the east and towards the north, [hours], m/s.

    Returns:
        [hours], NaN where the wind or all that lies in it is unknown.
    """
    u, v = wind
    speed = np.hypot(u, v)
    towards = -(neighbours.east[:, None] * u + neighbours.north[:, None] * v) / np.maximum(speed, _CALM)
    weight = neighbours.weight[:, None] * np.maximum(towards, 0.0) ** 2
    mean, _ = weighted_mean(values, np.nan_to_num(weight))
    return np.where(np.isnan(speed), np.nan, mean)


def by_sector(neighbours: Neighbours, values: Floats) -> Floats:
    """Distance-weighted mean of the neighbours in each of the four sectors: [4, hours], order of `SECTORS`."""
    angle = np.arctan2(neighbours.east, neighbours.north)
    sector = np.floor_divide(angle + np.pi / 4, np.pi / 2).astype(np.int64) % len(SECTORS)
    rows = [
        weighted_mean(values[sector == number], neighbours.weight[sector == number, None])[0]
        for number in range(len(SECTORS))
    ]
    return np.stack(rows)
