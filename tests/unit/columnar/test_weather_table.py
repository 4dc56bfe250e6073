"""Rows of weather forecasts as the lake keeps them."""

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from geoclimate.columnar.lake_table import parquet_file
from geoclimate.columnar.weather_columns import WeatherVocabulary
from geoclimate.columnar.weather_runs import RecordFile, WeatherPart
from geoclimate.columnar.weather_table import weather_tables
from geoclimate.contracts.lake import WEATHER_FORECASTS
from tests.weather_files import DELIVERY, ISSUED, STATION, UPLOADED, point_row, read_text, row, text


def part_of(rows: list[dict[str, str]], folder: Path) -> tuple[WeatherPart, WeatherVocabulary]:
    vocabulary = WeatherVocabulary()
    with RecordFile(folder) as records:
        for block in read_text(text(rows), vocabulary):
            records.add(block.records)
    [part] = records.parts(vocabulary)
    return part, vocabulary


def rows_in(rows: list[dict[str, str]], folder: Path) -> dict[tuple[int, int], list[dict[str, Any]]]:
    part, vocabulary = part_of(rows, folder)
    return {
        month: pq.read_table(pa.BufferReader(parquet_file(table, WEATHER_FORECASTS))).to_pylist()
        for month, table in weather_tables(part.records, vocabulary, DELIVERY)
    }


def test_a_row_of_a_station_keeps_all_that_was_delivered(tmp_path: Path) -> None:
    [[found]] = rows_in([row(value="268.35", unit="K")], tmp_path).values()
    assert abs(found.pop("value") + 4.8) < 1e-9
    assert found == {
        "station": STATION,
        "latitude": None,
        "longitude": None,
        "issue_time": ISSUED,
        "valid_time": ISSUED + dt.timedelta(hours=6),
        "known_at": UPLOADED,
        "parameter": "temperature",
        "unit": "c",
        "delivered_value": 268.35,
        "delivered_unit": "k",
        "file_digest": "cd" * 32,
        "line": 2,
        "ingested_at": UPLOADED,
    }


def test_a_row_of_a_grid_point_has_its_place_and_no_station(tmp_path: Path) -> None:
    [[found]] = rows_in([point_row()], tmp_path).values()
    assert (found["station"], found["latitude"], found["longitude"]) == (None, 40.0, 116.5)


def test_rows_lie_by_the_month_of_the_issue_time(tmp_path: Path) -> None:
    last_month = {"issue_time": "2013-12-31T18:00:00Z", "valid_time": "2014-01-01T00:00:00Z"}
    found = rows_in([row(), row(**last_month), row(parameter="pressure", unit="hpa", value="1020")], tmp_path)
    assert {month: len(rows) for month, rows in found.items()} == {(2013, 12): 1, (2014, 1): 2}


def test_the_same_rows_give_the_same_bytes_whatever_else_the_file_holds(tmp_path: Path) -> None:
    (tmp_path / "alone").mkdir()
    (tmp_path / "beside").mkdir()
    other = {"issue_time": "2013-12-31T18:00:00Z", "valid_time": "2014-01-01T00:00:00Z", "station": "openaq-9"}
    alone, vocabulary = part_of([row()], tmp_path / "alone")
    beside, larger = part_of([row(), row(**other, parameter="wind_speed", unit="kn")], tmp_path / "beside")
    [[_, table]] = weather_tables(alone.records, vocabulary, DELIVERY)
    tables = dict(weather_tables(beside.records, larger, DELIVERY))
    assert (
        parquet_file(table, WEATHER_FORECASTS).to_pybytes()
        == parquet_file(tables[2014, 1], WEATHER_FORECASTS).to_pybytes()
    )
