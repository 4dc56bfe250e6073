"""What the newest run of a weather forecast says, read from the runs themselves."""

import numpy as np
import numpy.typing as npt

from geoclimate.features.weather_runs import WeatherRuns


def known_at(runs: WeatherRuns, origins: npt.NDArray[np.int64], hours: int) -> npt.NDArray[np.float32]:
    """float32 [n, hours, parameters] of the hours from each origin on, NaN where no run says anything."""
    found = np.full((len(origins), hours, runs.values.shape[2]), np.nan, dtype=np.float32)
    for place, (run, age) in enumerate(zip(*runs.newest_at(origins), strict=True)):
        if run >= 0:
            said = runs.values[run, age : age + hours]
            found[place, : len(said)] = said
    return found
