"""A small data set with something to learn: a daily wave, a slow drift and noise."""

import numpy as np

from geoclimate.features.dataset import TrainingDataset
from geoclimate.features.spec import default_spec

_FIRST_HOUR = 385_000


def synthetic_dataset(hours: int, stations: int = 2, seed: int = 5) -> TrainingDataset:
    """Stations of hourly pm25 with weather; every twentieth value of the target is missing."""
    chance = np.random.default_rng(seed)
    parameters = default_spec("pm25").parameters
    grids = []
    for station in range(stations):
        hour = np.arange(hours)
        wave = 40 + 10 * station + 25 * np.sin(2 * np.pi * hour / 24) + 10 * np.sin(2 * np.pi * hour / 400)
        values = np.stack([wave + chance.normal(0, 4, hours), *chance.normal(10, 3, (len(parameters) - 1, hours))])
        values[0, chance.random(hours) < 0.05] = np.nan
        grids.append(np.ascontiguousarray(values.T, dtype=np.float32))
    names = tuple(f"openaq-{number}" for number in range(1, stations + 1))
    return TrainingDataset(names, parameters, (_FIRST_HOUR,) * stations, tuple(grids))
