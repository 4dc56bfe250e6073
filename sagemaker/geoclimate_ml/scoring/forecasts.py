"""Forecasts of one forecaster beside what came."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Forecasts:
    """Forecasts and their truth; one row is one station and issue time.

    Attributes:
        levels: Quantile levels, ascending and symmetric about .5, which is among them.
        lead_hours: Lead times, ascending.
        quantiles: float32 [n, lead times, levels], never decreasing along the levels.
        observed: float32 [n, lead times], NaN where nothing was observed.
        last: float32 [n]: the newest known target at the issue time.
        issue_hours: int64 [n]: hours since 1970; lead time h is the hour `issue hour + h - 1`.
        station: int64 [n]: place in `stations`.
        stations: Station ids.
    """

    levels: tuple[float, ...]
    lead_hours: tuple[int, ...]
    quantiles: Floats
    observed: Floats
    last: Floats
    issue_hours: Integers
    station: Integers
    stations: tuple[str, ...]

    def __post_init__(self) -> None:
        count = len(self.issue_hours)
        expected = {
            "quantiles": (count, len(self.lead_hours), len(self.levels)),
            "observed": (count, len(self.lead_hours)),
            "last": (count,),
            "station": (count,),
        }
        for name, shape in expected.items():
            found = getattr(self, name).shape
            if found != shape:
                message = f"{name} must have the shape {shape}, but has {found}"
                raise ValueError(message)
        levels = np.asarray(self.levels)
        if 0.5 not in self.levels or (np.diff(levels) <= 0).any() or not np.allclose(levels, 1 - levels[::-1]):
            message = f"levels must ascend, be symmetric about .5 and hold it, but are {self.levels}"
            raise ValueError(message)
        if np.isnan(self.quantiles).any() or (np.diff(self.quantiles, axis=-1) < 0).any():
            raise ValueError("quantiles must be known and never decrease along the levels")

    def __len__(self) -> int:
        return len(self.issue_hours)

    @property
    def median(self) -> Floats:
        """float32 [n, lead times]."""
        return self.quantiles[..., self.levels.index(0.5)]

    def chosen(self, rows: npt.NDArray[np.bool_]) -> "Forecasts":
        """The rows where a mask holds."""
        return replace(
            self,
            quantiles=self.quantiles[rows],
            observed=self.observed[rows],
            last=self.last[rows],
            issue_hours=self.issue_hours[rows],
            station=self.station[rows],
        )
