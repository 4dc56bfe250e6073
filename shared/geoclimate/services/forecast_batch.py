"""Some stations at their issue times: what an engine is asked about in one call."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geoclimate.domain.stations import Station
from geoclimate.features.inputs import Inputs

RECENT_HOURS = 24
"""Hours of the target that simple rules are shown: they repeat the day before."""


@dataclass(frozen=True, slots=True, eq=False)
class ForecastBatch:
    """Up to `MAX_ROWS` stations, each at its own issue time.

    Attributes:
        stations: The stations.
        origins: int64 [n]: their issue times, in hours since the epoch; the first lead time is this very hour.
        inputs: What a model is shown of them.
        recent: float32 [n, RECENT_HOURS]: the target before the issue time, the newest last, NaN where not observed.
    """

    stations: tuple[Station, ...]
    origins: npt.NDArray[np.int64]
    inputs: Inputs
    recent: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.stations)
