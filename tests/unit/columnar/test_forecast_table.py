"""Forecasts as rows of the lake."""

import datetime as dt
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq

from geoclimate.columnar.forecast_table import forecast_tables
from geoclimate.columnar.lake_table import parquet_file
from geoclimate.contracts.lake import FORECASTS
from geoclimate.domain.forecasts import Baselines, Forecast
from tests.api_fakes import LAST, forecast
from tests.verification_fakes import HOUR, issued


def rows_of(*forecasts: Forecast) -> dict[tuple[str, int, int], list[dict[str, object]]]:
    """The rows by partition, as a reader of the Parquet files finds them."""
    return {
        part: pq.read_table(pa.BufferReader(parquet_file(table, FORECASTS))).to_pylist()
        for part, table in forecast_tables(forecasts)
    }


def test_a_lead_time_is_a_row_with_all_that_was_issued() -> None:
    made = replace(issued(), raw_quantiles=tuple(tuple(value + 1 for value in row) for row in issued().quantiles))
    [row] = [row for row in rows_of(made)["pm25", 2014, 12] if row["lead_hours"] == 10]
    quantiles = dict(zip(("q05", "q10", "q25", "q50", "q75", "q90", "q95"), made.quantiles[9], strict=True))
    assert row == {
        "station": "openaq-900001",
        "issue_time": LAST,
        "made_at": LAST + dt.timedelta(minutes=12),
        "lead_hours": 10,
        "start": LAST + 9 * HOUR,
        "end": LAST + 10 * HOUR,
        "model_version": "20150101T000000Z",
        "engine": "endpoint",
        "station_group": "north",
        **quantiles,
        **{f"raw_{name}": value + 1 for name, value in quantiles.items()},
        "persistence": 44.0,
        "seasonal_naive": 45.0,
        **dict(
            zip((f"climatology_{name}" for name in quantiles), (30.0, 33.0, 38.0, 44.0, 51.0, 60.0, 70.0), strict=True)
        ),
    }


def test_what_was_not_written_down_is_null() -> None:
    rows = rows_of(forecast(), replace(forecast(), baselines=Baselines(None, (None,) * 24)))["pm25", 2014, 12]
    assert len(rows) == 48
    assert {row["q05"] for row in rows} == {row["raw_q50"] for row in rows} == {None}
    assert {row["persistence"] for row in rows} == {row["climatology_q50"] for row in rows} == {None}
    assert None not in {row["q50"] for row in rows}


def test_forecasts_lie_by_parameter_and_month_of_issue() -> None:
    parts = rows_of(issued(), issued(-8), replace(issued(), parameter="no2"))
    assert {part: len(rows) for part, rows in parts.items()} == {
        ("pm25", 2014, 12): 24,
        ("pm25", 2015, 1): 24,
        ("no2", 2014, 12): 24,
    }


def test_the_same_forecasts_give_the_same_bytes() -> None:
    files = [
        parquet_file(table, FORECASTS).to_pybytes()
        for _ in range(2)
        for _, table in forecast_tables([issued(age) for age in range(3)])
    ]
    assert files[0] == files[1]


def test_a_day_of_a_station_takes_few_bytes_a_row() -> None:
    [(_, table)] = forecast_tables([issued(age) for age in range(16)])
    assert parquet_file(table, FORECASTS).size < 16 * 24 * 60
