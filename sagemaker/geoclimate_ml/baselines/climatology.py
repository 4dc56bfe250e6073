"""Climatology of the training years: quantiles by station, month and hour of the local solar day."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geoclimate.domain.errors import InvalidInput
from geoclimate.features.climatology import HOURS, MONTHS, Climatology, climatology_at, solar_month_and_hour
from geoclimate_ml.scoring.forecasts import Floats, Integers

# Below this many values the outer quantiles of a cell are guesswork, and a wider group of hours answers.
LEAST_VALUES = 40


@dataclass(frozen=True, slots=True, eq=False)
class StationSeries:
    """A station's target over the training years.

    Attributes:
        station: Station id.
        longitude: Degrees east.
        first_hour: First row's hour, in hours since 1970.
        values: float32 [hours], NaN where missing.
    """

    station: str
    longitude: float
    first_hour: int
    values: Floats


def fit_climatology(target: str, levels: tuple[float, ...], series: Sequence[StationSeries]) -> Climatology:
    """Quantiles of every station and of all together.

    A cell of month and hour with few values takes the next wider group that has enough: the station's month, then the
    hour of that month over all stations, that month over all stations, and at last everything.

    Raises:
        InvalidInput: There is no value at all.
    """
    cells = [_cells(one) for one in series]
    everything = np.concatenate([values for _, values in cells]) if cells else np.empty(0, dtype=np.float32)
    if not len(everything):
        raise InvalidInput(f"a climatology of {target} needs observations, but there are none")
    overall = np.broadcast_to(np.quantile(everything, levels), (MONTHS, HOURS, len(levels)))
    together = _quantiles(np.concatenate([cell for cell, _ in cells]), everything, levels, overall)
    tables = [_quantiles(cell, values, levels, together) for cell, values in cells]
    return Climatology(
        target=target,
        levels=levels,
        stations=tuple(one.station for one in series),
        quantiles=np.stack([*tables, together]).astype(np.float32),
    )


def climatology_forecasts(
    climatology: Climatology,
    longitudes: Sequence[float],
    stations: Sequence[str],
    station: Integers,
    issue_hours: Integers,
    lead_hours: Sequence[int],
) -> Floats:
    """What is usual at the forecast hours: float32 [n, lead times, levels]."""
    hours = issue_hours[:, None] + np.asarray(lead_hours, dtype=np.int64) - 1
    quantiles = np.empty((*hours.shape, len(climatology.levels)), dtype=np.float32)
    for place, (name, longitude) in enumerate(zip(stations, longitudes, strict=True)):
        rows = station == place
        quantiles[rows] = climatology_at(climatology, name, longitude, hours[rows])
    return quantiles


def _cells(series: StationSeries) -> tuple[Integers, Floats]:
    """Cell number (month and hour) and value of every observed hour."""
    known = np.flatnonzero(~np.isnan(series.values))
    month, hour = solar_month_and_hour(series.first_hour + known, series.longitude)
    return month * HOURS + hour, series.values[known]


def _quantiles(
    cell: Integers, values: Floats, levels: tuple[float, ...], fallback: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """[12, 24, levels] from values with their cells."""
    table = np.array(fallback)
    order = np.argsort(cell, kind="stable")
    edges = np.searchsorted(cell[order], np.arange(MONTHS * HOURS + 1))
    by_cell = values[order]
    for month in range(MONTHS):
        whole = by_cell[edges[month * HOURS] : edges[(month + 1) * HOURS]]
        if len(whole) < LEAST_VALUES:
            continue
        of_month = np.quantile(whole, levels)
        for hour in range(HOURS):
            one = by_cell[edges[month * HOURS + hour] : edges[month * HOURS + hour + 1]]
            table[month, hour] = np.quantile(one, levels) if len(one) >= LEAST_VALUES else of_month
    return table
