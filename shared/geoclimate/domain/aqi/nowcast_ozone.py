"""The NowCast of ozone: the 8-hour mean around the current hour, of which half is still to come.

Source: Reff, Mintz and Naess, "The O3 NowCast: U.S. EPA's Method for Characterizing and Communicating Current Air
Quality", and EPA's own program, github.com/USEPA/O3-Nowcast (GetNowcast.r and NowcastFun_Upd.r, 2019). There is
no table of coefficients: each hour, a partial least squares regression is fitted to the last two weeks of the same
monitor. Its predictors are the 96 hours up to an hour, its response is the mean of eight hours, from the fourth before
that hour to the third after it. Where two weeks are not complete enough, EPA has a surrogate: a fixed line through the
hour. The program was read whole; of the paper only the beginning was within reach.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from geoclimate.domain.aqi.fill_gaps import fill_gaps
from geoclimate.domain.aqi.partial_least_squares import predict

WINDOW_HOURS: Final = 336
"""Two weeks."""
RECENT_HOURS: Final = 3
NOWCAST_HOURS: Final = WINDOW_HOURS + RECENT_HOURS - 1

_PREDICTORS: Final = 96
_HOURS_BEFORE: Final = 4
_HOURS_AFTER: Final = 3
_LEAST_COMPLETE: Final = 0.75
_LONGEST_GAP: Final = 7
_SLOPE: Final = 0.85
_INTERCEPT: Final = 0.0045
"""EPA's 4.5 ppb, in ppm."""


@dataclass(frozen=True, slots=True)
class OzoneNowCast:
    """A NowCast of ozone.

    Attributes:
        value: ppm, 0 or more.
        span: Hours that were looked at.
        hours_used: Those of them that have a value.
        age: Which hour it is of, 0 for the newest.
        regression: Whether the regression gave it; otherwise the surrogate did.
    """

    value: float
    span: int
    hours_used: int
    age: int
    regression: bool


def nowcast_ozone(hours: Sequence[float | None]) -> OzoneNowCast | None:
    """The NowCast of the newest of the last three hours that has a value.

    The regression needs two weeks of which three quarters are measured and no gap is longer than seven hours; otherwise
    the surrogate stands, 0.85 of the hour plus 4.5 ppb. EPA gives nothing where the response itself is too incomplete;
    here the surrogate stands then, too.

    Args:
        hours: Hourly means in ppm, the newest first, None where there is none.

    Returns:
        None where none of the last three hours has a value.
    """
    for age, value in enumerate(hours[:RECENT_HOURS]):
        if value is not None:
            window = list(reversed(hours[age : age + WINDOW_HOURS]))
            fitted = _fitted(window)
            if fitted is None:
                return OzoneNowCast(_SLOPE * value + _INTERCEPT, 1, 1, age, regression=False)
            measured = sum(one is not None for one in window)
            return OzoneNowCast(max(fitted, 0.0), WINDOW_HOURS, measured, age, regression=True)
    return None


def _fitted(window: Sequence[float | None]) -> float | None:
    """What the regression expects at the last hour; None where the window is not complete enough for one."""
    measured = sum(value is not None for value in window)
    if len(window) < WINDOW_HOURS or measured < _LEAST_COMPLETE * WINDOW_HOURS or _longest_gap(window) > _LONGEST_GAP:
        return None
    if not any(window):
        return 0.0
    filled = fill_gaps(window)
    rows = []
    responses = []
    for last in range(_PREDICTORS - 1, WINDOW_HOURS):
        response = _mean_around(window, last)
        if response is not None:
            rows.append(filled[last - _PREDICTORS + 1 : last + 1])
            responses.append(response)
    if len(rows) < _LEAST_COMPLETE * (WINDOW_HOURS - _PREDICTORS + 1):
        return None
    return predict(rows, responses, filled[-_PREDICTORS:])


def _mean_around(window: Sequence[float | None], hour: int) -> float | None:
    around = window[hour - _HOURS_BEFORE : hour + _HOURS_AFTER + 1]
    values = [value for value in around if value is not None]
    whole = _HOURS_BEFORE + _HOURS_AFTER + 1
    if len(around) < whole or len(values) < _LEAST_COMPLETE * whole:
        return None
    return math.fsum(values) / len(values)


def _longest_gap(window: Sequence[float | None]) -> int:
    gaps = (sum(1 for _ in run) for missing, run in groupby(window, lambda value: value is None) if missing)
    return max(gaps, default=0)
