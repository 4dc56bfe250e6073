"""One step of a bulk prediction: some of a table's series."""

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geoclimate.columnar.series_table import SeriesTable
from geoclimate.contracts.predict import AHEAD, MOST_HOURS
from geoclimate.domain.errors import InvalidInput
from geoclimate.domain.forecasts import DECIMALS
from geoclimate.domain.parameters import PARAMETERS
from geoclimate.domain.places import EARTH_RADIUS_M, SAME_PLACE_METRES
from geoclimate.features.grid import time_of
from geoclimate.services.own_series import OwnSeries
from geoclimate.services.predict_series import SeriesPredictor

SERIES_A_STEP: Final = 250
_SECONDS_AN_HOUR: Final = 3600
SCHEMA: Final = pa.schema(
    [
        ("series", pa.string()),
        ("latitude", pa.float64()),
        ("longitude", pa.float64()),
        ("parameter", pa.string()),
        ("unit", pa.string()),
        ("issue_time", pa.timestamp("s", tz="UTC")),
        ("lead_hours", pa.int32()),
        ("level", pa.float64()),
        ("value", pa.float64()),
        ("engine", pa.string()),
        ("model_version", pa.string()),
        ("problem", pa.string()),
    ]
)
"""A row a series, lead time and quantile level, and where the series is, as its first row says; one that cannot be
forecast has a row with its problem."""

Columns = dict[str, list[object]]


@dataclass(frozen=True, slots=True, eq=False)
class PredictedPart:
    """What a step came to.

    Attributes:
        columns: Rows of the result, see `SCHEMA`.
        done: Series that are done.
        total: Series in all.
    """

    columns: Columns
    done: int
    total: int


def require_sound(table: SeriesTable, now: dt.datetime) -> None:
    """Refuse a table whose values or hours cannot be, or that gives an hour of a series twice or a series two places.

    Args:
        table: All series.
        now: The present, behind which hours may not end.

    Raises:
        InvalidInput: The first row that is wrong is named.
    """
    for name, values in table.values.items():
        parameter = PARAMETERS[name]
        wrong = np.flatnonzero((values < parameter.low - parameter.noise) | (values > parameter.high))
        if len(wrong):
            row = int(wrong[0])
            raise InvalidInput(
                f"Row {row + 1}: {name} is {values[row]:g}, which is not credible: it lies from {parameter.low:g} to"
                f" {parameter.high:g} {parameter.unit}. Leave a missing value empty."
            )
    ahead = np.flatnonzero((table.hours + 1) * _SECONDS_AN_HOUR > (now + AHEAD).timestamp())
    if len(ahead):
        row = int(ahead[0])
        raise InvalidInput(f"Row {row + 1}: 'start' lies ahead: nobody has measured that hour yet.")
    order = np.lexsort((table.hours, table.series))
    same = (np.diff(table.series[order]) == 0) & (np.diff(table.hours[order]) == 0)
    if same.any():
        row = int(order[int(np.flatnonzero(same)[0]) + 1])
        raise InvalidInput(f"Row {row + 1} gives an hour of {table.names[table.series[row]]} for the second time.")
    moved = _moved(table)
    if len(moved):
        row = int(moved[0])
        raise InvalidInput(
            f"Row {row + 1} has {table.names[table.series[row]]} at {table.latitudes[row]:g},"
            f" {table.longitudes[row]:g}, more than {SAME_PLACE_METRES:g} m from where its first row has it: give each"
            " place a series of its own."
        )


def _moved(table: SeriesTable) -> npt.NDArray[np.int64]:
    """Rows that stand elsewhere than the first row of their series: by haversines, as `distance_m` has them."""
    _, firsts = np.unique(table.series, return_index=True)
    south, north = np.radians(table.latitudes[firsts][table.series]), np.radians(table.latitudes)
    across = np.sin(np.radians(table.longitudes - table.longitudes[firsts][table.series]) / 2)
    square = np.sin((north - south) / 2) ** 2 + np.cos(south) * np.cos(north) * across**2
    return np.flatnonzero(square > math.sin(SAME_PLACE_METRES / (2 * EARTH_RADIUS_M)) ** 2)


def predict_part(table: SeriesTable, position: int, predictor: SeriesPredictor, version: str) -> PredictedPart:
    """Predict the next series of a table, each from its own newest hour on.

    Those of one issue time are taken together, by place, so that neighbours are shown to each other.

    Args:
        table: All series.
        position: How many are done.
        predictor: Who predicts.
        version: The model that is meant.

    Raises:
        InvalidInput: The table has no column of the parameter that is forecast.
        Unavailable: Nobody can answer.
    """
    target = predictor.spec.target
    if target not in table.values:
        raise InvalidInput(f"The table has no column '{target}': it is what is forecast.")
    newest, firsts = _newest(table)
    order = np.lexsort((table.longitudes[firsts].round(), table.latitudes[firsts].round(), newest))
    first = order[position]
    together = [int(one) for one in order[position : position + SERIES_A_STEP] if newest[one] == newest[first]]
    own = _own(table, together, int(newest[first]) + 1, firsts)
    made = predictor.predict(own, version)
    columns: Columns = {name: [] for name in SCHEMA.names}
    what = target, PARAMETERS[target].unit, own.issue_time

    def append(series: int, *said: object) -> None:
        where = table.names[together[series]], own.latitudes[series], own.longitudes[series]
        for column, value in zip(columns.values(), (*where, *what, *said), strict=True):
            column.append(value)

    if made.prediction is not None:
        quantiles = made.prediction.quantiles.astype(np.float64).round(DECIMALS)
        for row, series in zip(quantiles, made.rows.tolist(), strict=True):
            for lead, values in zip(made.prediction.lead_hours, row.tolist(), strict=True):
                for level, value in zip(made.prediction.levels, values, strict=True):
                    append(series, lead, level, value, made.engine, made.prediction.model_version, None)
    for series, problem in made.problems.items():
        append(series, None, None, None, None, None, problem)
    return PredictedPart(columns, position + len(together), len(table.names))


def _newest(table: SeriesTable) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The newest hour of each series, and the row in which it first comes."""
    newest = np.full(len(table.names), np.iinfo(np.int64).min, dtype=np.int64)
    np.maximum.at(newest, table.series, table.hours)
    _, firsts = np.unique(table.series, return_index=True)
    return newest, firsts.astype(np.int64)


def _own(table: SeriesTable, series: list[int], origin: int, firsts: npt.NDArray[np.int64]) -> OwnSeries:
    place: Mapping[int, int] = {one: position for position, one in enumerate(series)}
    rows = np.flatnonzero(np.isin(table.series, series) & (table.hours >= origin - MOST_HOURS))
    hours = int(origin - table.hours[rows].min())
    names = tuple(table.values)
    values = np.full((len(series), hours, len(names)), np.nan, dtype=np.float32)
    where = np.array([place[int(one)] for one in table.series[rows]], dtype=np.int64)
    at = table.hours[rows] - (origin - hours)
    for column, name in enumerate(names):
        values[where, at, column] = table.values[name][rows]
    return OwnSeries(
        issue_time=time_of(origin),
        latitudes=tuple(table.latitudes[firsts[series]].tolist()),
        longitudes=tuple(table.longitudes[firsts[series]].tolist()),
        parameters=names,
        values=values,
    )
