"""Forecasts as Arrow tables with the lake's columns: a row a lead time."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence

import pyarrow as pa

from geoclimate.columnar.lake_table import schema_of
from geoclimate.contracts.lake import ARCHIVED_LEVELS, FORECASTS, quantile_column
from geoclimate.domain.forecasts import Baselines, Forecast

_HOUR = dt.timedelta(hours=1)
_NOTHING = Baselines(None, ())
_Rows = tuple[tuple[float, ...], ...] | None


def forecast_tables(forecasts: Sequence[Forecast]) -> Iterator[tuple[tuple[str, int, int], pa.Table]]:
    """The rows by parameter, year and month of the issue time, UTC, in the order of the forecasts."""
    parts: defaultdict[tuple[str, int, int], list[Forecast]] = defaultdict(list)
    for forecast in forecasts:
        issued = forecast.issue_time.astimezone(dt.UTC)
        parts[forecast.parameter, issued.year, issued.month].append(forecast)
    for part, rows in parts.items():
        columns: dict[str, list[object]] = {each.name: [] for each in FORECASTS.columns}
        for forecast in rows:
            _append(columns, forecast)
        yield part, pa.table(columns, schema=schema_of(FORECASTS))


def _append(columns: dict[str, list[object]], forecast: Forecast) -> None:
    size = len(forecast.lead_hours)
    baselines = forecast.baselines or _NOTHING
    starts = [forecast.issue_time + (lead - 1) * _HOUR for lead in forecast.lead_hours]
    columns["lead_hours"] += forecast.lead_hours
    columns["start"] += starts
    columns["end"] += [start + _HOUR for start in starts]
    columns["persistence"] += [baselines.persistence] * size
    columns["seasonal_naive"] += baselines.seasonal_naive or [None] * size
    for name in ("station", "issue_time", "made_at", "model_version", "engine", "station_group"):
        columns[name] += [getattr(forecast, name)] * size
    for prefix, rows in (
        ("", forecast.quantiles),
        ("raw_", forecast.raw_quantiles),
        ("climatology_", baselines.climatology),
    ):
        _append_quantiles(columns, prefix, forecast, rows)


def _append_quantiles(columns: dict[str, list[object]], prefix: str, forecast: Forecast, rows: _Rows) -> None:
    for level in ARCHIVED_LEVELS:
        values: list[object] = [None] * len(forecast.lead_hours)
        if rows is not None and level in forecast.levels:
            place = forecast.levels.index(level)
            values = [row[place] for row in rows]
        columns[quantile_column(prefix, level)] += values
