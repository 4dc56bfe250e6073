"""Persistence and seasonal naive: the last known value, and the value of the same hour of the day before."""

from collections.abc import Sequence

import numpy as np

from geoclimate_ml.scoring.forecasts import Floats, Integers

_DAY = 24


def persistence(last: Floats, leads: int) -> Floats:
    """The newest known value at every lead time: [n, lead times]."""
    return np.repeat(last[:, None], leads, axis=1)


def seasonal_naive(series: Floats, first_hour: int, issue_hours: Integers, lead_hours: Sequence[int]) -> Floats:
    """The newest value of the target's hour of day that was known at the issue time.

    Args:
        series: float32 [hours] of one station's target, NaN where missing.
        first_hour: First row's hour, in hours since 1970.
        issue_hours: int64 [n].
        lead_hours: Lead times.

    Returns:
        float32 [n, lead times], NaN where that hour was not observed.
    """
    leads = np.asarray(lead_hours, dtype=np.int64)
    # Beyond a day ahead the day before is not yet known.
    days_back = -(-leads // _DAY)
    rows = issue_hours[:, None] + leads - 1 - _DAY * days_back - first_hour
    inside = (rows >= 0) & (rows < len(series))
    return np.where(inside, series[np.where(inside, rows, 0)], np.float32(np.nan)).astype(np.float32)


def filled_with_last(values: Floats, last: Floats) -> Floats:
    """A forecast for every lead time: the newest known value where the hour of the day before is missing."""
    return np.where(np.isnan(values), last[:, None], values).astype(np.float32)
