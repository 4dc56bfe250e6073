"""Phases of the day, the week and the year at a place."""

import numpy as np
import numpy.typing as npt

from geoclimate.features.input_spec import Column
from geoclimate.features.region import Floats

_WEEK_HOURS = 168
_YEAR_HOURS = 365.2425 * 24
# The epoch was a Thursday; the first hour of a Monday is 96 hours later.
_FIRST_MONDAY = 96


def hour_phases(hours: npt.NDArray[np.int64], longitude: float | Floats) -> list[tuple[Column, Floats]]:
    """Harmonics of the mean solar hour at a place, with one overtone."""
    solar = hours + longitude / 15.0 + 0.5
    return [
        (Column(name, "calendar"), wave(2 * np.pi * solar / period))
        for period, label in ((24, "day"), (12, "half_day"))
        for name, wave in ((f"{label}_sin", np.sin), (f"{label}_cos", np.cos))
    ]


def week_phases(hours: npt.NDArray[np.int64], longitude: float | Floats) -> list[tuple[Column, Floats]]:
    """The phase of the week, and whether the solar day is a Saturday or Sunday."""
    solar = hours + longitude / 15.0 + 0.5
    turn = 2 * np.pi * solar / _WEEK_HOURS
    weekend = ((solar - _FIRST_MONDAY) % _WEEK_HOURS >= 5 * 24).astype(np.float64)
    return [
        (Column("week_sin", "calendar"), np.sin(turn)),
        (Column("week_cos", "calendar"), np.cos(turn)),
        (Column("weekend", "calendar"), weekend),
    ]


def year_phases(hours: npt.NDArray[np.int64]) -> list[tuple[Column, Floats]]:
    """Harmonics of the day of the year, with one overtone."""
    turn = 2 * np.pi * hours / _YEAR_HOURS
    return [
        (Column(name, "season"), wave(times * turn))
        for times, label in ((1, "year"), (2, "half_year"))
        for name, wave in ((f"{label}_sin", np.sin), (f"{label}_cos", np.cos))
    ]
