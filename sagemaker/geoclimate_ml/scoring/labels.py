"""What forecasts are grouped by."""

import numpy as np
import numpy.typing as npt

from geoclimate_ml.scoring.forecasts import Forecasts, Integers

Labels = npt.NDArray[np.str_]

_SEASONS = ("Dec-Feb", "Mar-May", "Jun-Aug", "Sep-Nov")


def station_labels(forecasts: Forecasts) -> Labels:
    """Station ids."""
    return np.asarray(forecasts.stations, dtype=np.str_)[forecasts.station]


def season_labels(forecasts: Forecasts) -> Labels:
    """Meteorological season of the issue time in UTC, by its months, which hold on both hemispheres."""
    return np.asarray(_SEASONS)[_months(forecasts.issue_hours) % 12 // 3]


def quarter_labels(forecasts: Forecasts) -> Labels:
    """Calendar quarter of the issue time in UTC, such as `2015-Q1`."""
    months = _months(forecasts.issue_hours)
    years = 1970 + (months - 1) // 12
    quarters = (months - 1) % 12 // 3 + 1
    return np.asarray([f"{year}-Q{quarter}" for year, quarter in zip(years, quarters, strict=True)], dtype=np.str_)


def held_out_labels(forecasts: Forecasts, trained_on: frozenset[str]) -> Labels:
    """`trained on` or `held out`, by whether the station was in the training data."""
    names = np.asarray(["trained on" if name in trained_on else "held out" for name in forecasts.stations])
    return names[forecasts.station]


def _months(issue_hours: Integers) -> Integers:
    """Months since 1970-01, counted from 1."""
    hours = issue_hours.astype("datetime64[h]")
    return hours.astype("datetime64[M]").astype(np.int64) + 1
