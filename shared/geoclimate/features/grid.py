"""Observations of one station laid on an hourly grid."""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geoclimate.domain.directions import direction_of, is_direction
from geoclimate.domain.observations import Observation
from geoclimate.domain.parameters import lowest_value
from geoclimate.domain.quality import COUNTED_FLAGS

_HOUR = dt.timedelta(hours=1)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True, eq=False)
class HourlyGrid:
    """Hourly values of one station.

    Attributes:
        first_hour: The first row's hour, in whole hours since 1970-01-01T00:00Z; row i is the hour `first_hour + i`.
        values: float32 [hours, parameters] in canonical units, NaN where missing.
    """

    first_hour: int
    values: npt.NDArray[np.float32]

    @property
    def end_hour(self) -> int:
        """The hour after the last row: the latest origin for which every row is in the past."""
        return self.first_hour + len(self.values)


def hour_of(instant: dt.datetime) -> int:
    """Whole hours since the epoch at the beginning of the hour that holds this instant."""
    return (instant - _EPOCH) // _HOUR


def time_of(hour: int) -> dt.datetime:
    """The beginning of an hour as a UTC time; the inverse of `hour_of` on whole hours."""
    return _EPOCH + hour * _HOUR


def to_grid(observations: Iterable[Observation], parameters: Sequence[str], first_hour: int, hours: int) -> HourlyGrid:
    """Average observations of one station into hours.

    An hour's value is the mean over the station's instruments and over intervals shorter than an hour, weighted by
    their length; it does not depend on the order of the observations. An interval counts for the hour in which it ends,
    so that no hour knows what came after it. Left out are intervals longer than an hour (a daily mean says nothing
    about one hour), values whose flag does not count, other parameters, and hours outside the grid.

    A mean below the least that its parameter can be is that: instruments' noise in clean air goes below zero. The mean
    of directions is that of unit vectors.

    Args:
        observations: Observations of one station in canonical units.
        parameters: Parameter codes of the columns, in order.
        first_hour: First row's hour, in hours since the epoch.
        hours: Number of rows.

    Returns:
        The grid, NaN where nothing was measured.
    """
    column = {code: index for index, code in enumerate(parameters)}
    cells: defaultdict[tuple[int, int], list[tuple[float, float]]] = defaultdict(list)
    for observation in observations:
        length = observation.end - observation.start
        if observation.parameter not in column or observation.flag not in COUNTED_FLAGS or length > _HOUR:
            continue
        row = -((_EPOCH - observation.end) // _HOUR) - 1 - first_hour
        if 0 <= row < hours:
            cells[row, column[observation.parameter]].append((observation.value, length.total_seconds()))
    values = np.full((hours, len(column)), np.nan, dtype=np.float32)
    means = [_mean_direction if is_direction(code) else _weighted_mean for code in parameters]
    for (row, place), members in cells.items():
        values[row, place] = members[0][0] if len(members) == 1 else means[place](members)
    return HourlyGrid(first_hour, floored(values, parameters))


def floored(values: npt.NDArray[np.float32], parameters: Sequence[str]) -> npt.NDArray[np.float32]:
    """Hourly values [..., parameters] as models are shown them: none below the least that its parameter can be."""
    lowest = [lowest_value(code) for code in parameters]
    floors = np.array([-np.inf if one is None else one for one in lowest], dtype=np.float32)
    return np.maximum(values, floors)


def _mean_direction(members: Sequence[tuple[float, float]]) -> float:
    east, north = (
        _weighted_mean([(part(math.radians(degrees)), seconds) for degrees, seconds in members])
        for part in (math.sin, math.cos)
    )
    mean = direction_of(east, north)
    return math.nan if mean is None else mean


def _weighted_mean(members: Sequence[tuple[float, float]]) -> float:
    total = math.fsum(seconds for _, seconds in members)
    return math.fsum(value * seconds for value, seconds in members) / total
