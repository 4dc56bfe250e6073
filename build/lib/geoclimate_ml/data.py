"""A data set cut along the time line, and its windows made when they are asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from geoclimate.domain.errors import InvalidInput
from geoclimate.features.dataset import TrainingDataset
from geoclimate.features.grid import HourlyGrid
from geoclimate.features.spec import FeatureSpec
from geoclimate.features.windows import targets_at, usable_origins, windows_at

TEST_SHARE = 0.2
VALIDATION_SHARE = 0.15
MIN_TARGET_HOURS = 1000
MIN_ORIGINS = 48
_WEEK_HOURS = 168


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """Windows and targets of one part of the time line, made when they are asked for.

    Attributes:
        grid: All stations in one grid, so far apart that no window or target reaches from one into the next.
        spec: What a window holds.
        origins: int64 [n]: origins in that grid.
        issue_hours: int64 [n]: the true issue times, in hours since the epoch.
    """

    grid: HourlyGrid
    spec: FeatureSpec
    origins: npt.NDArray[np.int64]
    issue_hours: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.origins)

    def batch(self, indices: npt.NDArray[np.int64]) -> tuple[Tensor, Tensor]:
        """Windows [n, history_hours, features] and observed targets [n, lead times], NaN where missing."""
        origins = self.origins[indices]
        return (
            torch.from_numpy(windows_at(self.grid, origins, self.spec)),
            torch.from_numpy(targets_at(self.grid, origins, self.spec)),
        )

    def thinned(self, every_hours: int) -> "Windows":
        """The windows whose issue time is a multiple of some hours."""
        return self._only(self.issue_hours % every_hours == 0)

    def between(self, first: int, end: int) -> "Windows":
        """The windows with an issue time in `[first, end)`."""
        return self._only((self.issue_hours >= first) & (self.issue_hours < end))

    def _only(self, chosen: npt.NDArray[np.bool_]) -> "Windows":
        return Windows(self.grid, self.spec, self.origins[chosen], self.issue_hours[chosen])


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Three parts in the order of time, with a gap of history and longest lead time between them."""

    training: Windows
    validation: Windows
    test: Windows


def split_by_time(dataset: TrainingDataset, spec: FeatureSpec) -> Split:
    """Cut a data set in time: the newest fifth of the issue times is for the test, the part before for early stopping.

    No observation is in two parts: neither as history nor as target.

    Raises:
        InvalidInput: There is too little data, with how much there is and how much is needed.
    """
    if dataset.target_hours < MIN_TARGET_HOURS:
        message = (
            f"training needs at least {MIN_TARGET_HOURS} hours of {spec.target}, has {dataset.target_hours} "
            f"from {len(dataset.stations)} stations"
        )
        raise InvalidInput(message)
    everything = _all_windows(dataset.hourly_grids(), spec)
    if not len(everything):
        message = f"no hour of {spec.target} has enough observed hours before it to make a window"
        raise InvalidInput(message)
    # By shares of the issue times and not of the calendar: one early or late straggler must not empty a part.
    ordered = np.sort(everything.issue_hours)
    first, end = int(ordered[0]), int(ordered[-1]) + 1
    gap = spec.history_hours + spec.lead_hours[-1]
    test_start = _start_of_newest(ordered, round(TEST_SHARE * len(ordered)))
    before_test = ordered[ordered < test_start - gap]
    validation_start = (
        _start_of_newest(before_test, round(VALIDATION_SHARE * len(ordered))) if len(before_test) else first
    )
    split = Split(
        training=everything.between(first, validation_start - gap),
        validation=everything.between(validation_start, test_start - gap),
        test=everything.between(test_start, end),
    )
    for name, part in (("training", split.training), ("validation", split.validation), ("test", split.test)):
        if len(part) < MIN_ORIGINS:
            message = (
                f"the {name} part holds {len(part)} usable issue times of {spec.target}, needs at least {MIN_ORIGINS}; "
                f"the data spans {end - first} hours and has {dataset.target_hours} observed hours"
            )
            raise InvalidInput(message)
    return split


def _start_of_newest(ordered: npt.NDArray[np.int64], count: int) -> int:
    """The issue time at which the newest `count` of some sorted ones begin."""
    return int(ordered[max(0, len(ordered) - count)])


def _all_windows(grids: Sequence[HourlyGrid], spec: FeatureSpec) -> Windows:
    """Every origin with at least one observed target, over all stations laid one after the other.

    Stations are moved by whole weeks, which leaves the calendar columns as they are.
    """
    apart = spec.history_hours + spec.lead_hours[-1]
    parts: list[npt.NDArray[np.float32]] = []
    origins: list[npt.NDArray[np.int64]] = []
    issue_hours: list[npt.NDArray[np.int64]] = []
    length = 0
    for grid in grids:
        begin = length + (grid.first_hour - length) % _WEEK_HOURS
        parts += [_missing(begin - length, grid), grid.values, _missing(apart, grid)]
        length = begin + len(grid.values) + apart
        usable = usable_origins(grid, spec)
        usable = usable[(~np.isnan(targets_at(grid, usable, spec))).any(axis=1)]
        issue_hours.append(usable)
        origins.append(usable - grid.first_hour + begin)
    return Windows(HourlyGrid(0, np.concatenate(parts)), spec, np.concatenate(origins), np.concatenate(issue_hours))


def _missing(hours: int, like: HourlyGrid) -> npt.NDArray[np.float32]:
    return np.full((hours, like.values.shape[1]), np.nan, dtype=np.float32)
