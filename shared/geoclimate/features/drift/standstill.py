"""Sensors that stand still: runs of equal hourly values.

What an instrument says in clean air or calm stands still for good reasons: `domain/series_rules.py` says up to which
value.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from geoclimate.domain.series_rules import SERIES_RULES
from geoclimate.features.drift.scales import Values

LEAST_HOURS: Final = 24
"""A run shorter than a day is never called a sensor that stands still."""
_MARGIN: Final = 1.5
"""A sensor stands still when it does so for this many times the longest run of its reference: an overcast night keeps
its temperature, and a vane rests in a calm."""


@dataclass(frozen=True, slots=True)
class Run:
    """Equal values in a row, up to now.

    Attributes:
        value: The value; NaN before the first one.
        hours: How many of them.
        since: Day of the first, in days since 1970-01-01.
    """

    value: float = float("nan")
    hours: int = 0
    since: int = 0


NO_RUN: Final = Run()
"""Nothing was measured yet."""


def stands_for_nothing(parameter: str, value: float) -> bool:
    """Whether this value may stand for as long as it likes."""
    rules = SERIES_RULES.get(parameter)
    return rules is not None and not rules.flat_line.above < value < rules.flat_line.below


def longest_run(values: Values) -> int:
    """The most equal values in a row; missing hours neither count nor break a run."""
    there = values[~np.isnan(values)]
    if not len(there):
        return 0
    ends = np.flatnonzero(np.append(there[1:] != there[:-1], True))
    return int(np.diff(ends, prepend=-1).max())


def run_after(before: Run, first_day: int, values: Values) -> Run:
    """The run at the end of further days.

    Args:
        before: The run before them.
        first_day: Day of the first row, in days since 1970-01-01.
        values: [days, 24], NaN where missing.
    """
    flat = values.ravel()
    places = np.flatnonzero(~np.isnan(flat))
    if not len(places):
        return before
    there = flat[places]
    changes = np.flatnonzero(there[1:] != there[:-1])
    value = float(there[-1])
    if not len(changes) and value == before.value:
        return Run(value, before.hours + len(there), before.since)
    begin = int(changes[-1]) + 1 if len(changes) else 0
    return Run(value, len(there) - begin, first_day + int(places[begin]) // values.shape[1])


def run_threshold(longest: int) -> float:
    """Hours after which a sensor stands still, by the longest run of its reference."""
    return max(float(LEAST_HOURS), _MARGIN * longest)
