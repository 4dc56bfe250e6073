"""Weather forecasts of one place as a model is shown them: by the hour from which each run was known."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True, eq=False)
class WeatherRuns:
    """Runs of a weather forecast for one place.

    Attributes:
        issue_hours: int64 [r], ascending: the hour from which each run was known, in hours since the epoch.
        values: float32 [r, hours, parameters]: row j is the hour `issue_hours + j`; canonical
            units, NaN where not given.
    """

    issue_hours: npt.NDArray[np.int64]
    values: npt.NDArray[np.float32]

    def __post_init__(self) -> None:
        if self.values.ndim != 3 or len(self.values) != len(self.issue_hours):
            message = f"{len(self.issue_hours)} issue hours and values of shape {self.values.shape} do not fit"
            raise ValueError(message)
        if (np.diff(self.issue_hours) <= 0).any():
            message = "the issue hours of weather runs must ascend"
            raise ValueError(message)

    def newest_at(self, origins: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """The newest run known at each origin, -1 where there is none, and its age in hours: int64 [n] each."""
        run = np.searchsorted(self.issue_hours, origins, side="right") - 1
        age = origins - self.issue_hours[run] if len(self.issue_hours) else np.zeros_like(origins)
        return run, age


def no_runs(parameters: int) -> WeatherRuns:
    """Nothing is known of the weather to come."""
    return WeatherRuns(np.empty(0, dtype=np.int64), np.empty((0, 0, parameters), dtype=np.float32))
