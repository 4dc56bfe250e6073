"""The Beijing data beside the repository as a training data set."""

import datetime as dt
from typing import Final

import numpy as np

from geoclimate.features.dataset import TrainingDataset
from geoclimate.features.grid import hour_of
from geoclimate.features.input_spec import InputSpec
from tests.beijing import CHINA, measured, stations

TRAIN_END: Final = hour_of(dt.datetime(2015, 3, 1, tzinfo=CHINA))
"""Training knows nothing from this hour on, and the test begins."""
TEST_END: Final = hour_of(dt.datetime(2016, 2, 29, tzinfo=CHINA))
ISSUE_EVERY_HOURS: Final = 6
ISSUE_HOUR: Final = 4
"""The hours of the day at which test forecasts are issued, UTC: this one and every sixth from it on, noon in China."""
LEFT_OUT: Final = ("Dingling", "Dongsi")
"""Left out of training in the run on stations never seen: one outside the city, one in its middle."""


def beijing(spec: InputSpec) -> TrainingDataset:
    """Hourly grids of the eight stations."""
    names, places, first_hours, grids = [], [], [], []
    for row in stations():
        found = measured(row["station"])
        hours = [hour_of(begin) for _, begin in found]
        first, last = min(hours), max(hours)
        grid = np.full((last - first + 1, len(spec.parameters)), np.nan, dtype=np.float32)
        for (parameter, begin), value in found.items():
            if parameter in spec.parameters:
                grid[hour_of(begin) - first, spec.parameters.index(parameter)] = value
        names.append(row["station"])
        places.append((float(row["latitude"]), float(row["longitude"])))
        first_hours.append(first)
        grids.append(grid)
    return TrainingDataset(tuple(names), spec.parameters, tuple(first_hours), tuple(grids), tuple(places))
