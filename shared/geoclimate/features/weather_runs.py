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

    def known_at(self, origins: npt.NDArray[np.int64], hours: int) -> npt.NDArray[np.float32]:
        """What the newest run known at each origin says of the hours from the origin on.

        Args:
            origins: int64 [n].
            hours: How many hours.

        Returns:
            float32 [n, hours, parameters], NaN where no run says anything.
        """
        result = np.full((len(origins), hours, self.values.shape[2]), np.nan, dtype=np.float32)
        run = np.searchsorted(self.issue_hours, origins, side="right") - 1
        age = (
            np.where(run >= 0, origins - self.issue_hours[np.maximum(run, 0)], self.values.shape[1])
            if len(self.issue_hours)
            else np.full(len(origins), self.values.shape[1])
        )
        row = age[:, None] + np.arange(hours)
        known = row < self.values.shape[1]
        index = np.broadcast_to(run[:, None], row.shape)
        result[known] = self.values[index[known], row[known]]
        return result


def no_runs(parameters: int) -> WeatherRuns:
    """Nothing is known of the weather to come."""
    return WeatherRuns(np.empty(0, dtype=np.int64), np.empty((0, 0, parameters), dtype=np.float32))
