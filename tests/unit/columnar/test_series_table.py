"""Tables of callers: the same rows whatever their form, or what is wrong with them."""

import datetime as dt
import io
import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from geoclimate.columnar.series_table import read_series_table, table_file
from geoclimate.domain.errors import InvalidInput

PARAMETERS = ("pm25", "temperature")
CSV = b"""series,latitude,longitude,start,pm25,temperature
a,39.9,116.4,2014-01-31T04:00:00Z,81,-3.5
b,10,20,2014-01-31T04:00:00Z,12.5,
a,39.9,116.4,2014-01-31T06:00:00+01:00,,-4
"""
A = {"series": "a", "latitude": 39.9, "longitude": 116.4}
ROWS = [
    A | {"start": "2014-01-31T04:00:00Z", "pm25": 81, "temperature": -3.5},
    {"series": "b", "latitude": 10, "longitude": 20, "start": "2014-01-31T04:00:00Z", "pm25": 12.5},
    A | {"start": "2014-01-31T05:00:00Z", "temperature": -4.0},
]
HOUR = 386_428


def _parquet() -> bytes:
    table = pa.Table.from_pylist(ROWS).set_column(
        3, "start", pa.array([HOUR * 3600, HOUR * 3600, (HOUR + 1) * 3600], pa.timestamp("s", tz="UTC"))
    )
    sink = io.BytesIO()
    pa.parquet.write_table(table, sink)
    return sink.getvalue()


@pytest.mark.parametrize("form", ["csv", "ndjson", "parquet"])
def test_the_rows_are_the_same_in_every_form(form: str) -> None:
    contents = {"csv": CSV, "ndjson": "\n".join(map(json.dumps, ROWS)).encode(), "parquet": _parquet()}
    table = read_series_table(contents[form], form, PARAMETERS, 10)  # type: ignore[arg-type]  # a parameter of the test
    assert table.names == ("a", "b")
    assert table.series.tolist() == [0, 1, 0]
    assert table.hours.tolist() == [HOUR, HOUR, HOUR + 1]
    assert table.latitudes.tolist() == [39.9, 10.0, 39.9]
    np.testing.assert_array_equal(table.values["pm25"], [81.0, 12.5, np.nan])
    np.testing.assert_array_equal(table.values["temperature"], [-3.5, np.nan, -4.0])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"pm25", b"pm2.5", "they must be series, latitude, longitude, start and some of pm25, temperature"),
        (b"latitude,", b"lat,", "they must be"),
        (b"temperature\n", b"pm25\n", "each once"),
        (b"81", b"high", "Row 1: 'pm25' is no number"),
        (b",,-4", b",,cold", "Row 3: 'temperature' is no number"),
        (b"T04:00:00Z,81", b"T04:00:00,81", "with the offset"),
        (b"T04:00:00Z,81", b"T04:30:00Z,81", "Row 1: 'start' must be a whole hour"),
        (b"2014-01-31T04:00:00Z,81", b"1014-01-31T04:00:00Z,81", "Row 1: 'start' lies outside the years"),
        (b"2014-01-31T04:00:00Z,81", b"yesterday,81", "Row 1: 'start' cannot be read: write 2014"),
        (b"b,10", b"b,91", "Row 2: 'latitude' is 91"),
        (b"b,10,20", b"b,10,", "Row 2: 'longitude' is empty"),
        (b"b,10", b",10", "Row 2: 'series' is empty"),
        (b"a,39.9,116.4,2014-01-31T04:00:00Z,81,-3.5", b"a,39.9", "cannot be read as csv"),
    ],
)
def test_what_is_wrong_is_said(old: bytes, new: bytes, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        read_series_table(CSV.replace(old, new, 1), "csv", PARAMETERS, 10)


def test_a_reason_is_told_without_arrow_s_advice_to_programmers() -> None:
    with pytest.raises(InvalidInput, match=r"expected a zone offset\)\.$"):
        read_series_table(CSV.replace(b"T04:00:00Z,81", b"T04:00:00,81", 1), "csv", PARAMETERS, 10)


@pytest.mark.parametrize("form", ["csv", "ndjson", "parquet"])
@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe", b"{", b"PAR1"])
def test_what_is_no_table_is_refused(form: str, content: bytes) -> None:
    with pytest.raises(InvalidInput):
        read_series_table(content, form, PARAMETERS, 10)  # type: ignore[arg-type]  # a parameter of the test


@pytest.mark.parametrize("name", ["latitude", "pm25"])
def test_truth_values_are_no_numbers(name: str) -> None:
    rows = [ROWS[0] | {name: True}, ROWS[1] | {name: False}]
    with pytest.raises(InvalidInput, match=f"'{name}' holds true or false"):
        read_series_table("\n".join(map(json.dumps, rows)).encode(), "ndjson", PARAMETERS, 10)


def test_more_rows_than_are_taken_are_refused() -> None:
    with pytest.raises(InvalidInput, match="has 3 rows; 1 to 2 are taken"):
        read_series_table(CSV, "csv", PARAMETERS, 2)


def test_results_are_written_as_asked() -> None:
    schema = pa.schema([("a", pa.string()), ("b", pa.float64())])
    columns: dict[str, list[object]] = {"a": ["x", None], "b": [1.5, None]}
    assert table_file(columns, schema, "csv") == b'"a","b"\n"x",1.5\n,\n'
    assert pa.parquet.read_table(io.BytesIO(table_file(columns, schema, "parquet"))).to_pydict() == columns


def test_the_times_of_a_csv_are_iso_8601_in_utc() -> None:
    schema = pa.schema([("start", pa.timestamp("s", tz="UTC"))])
    columns: dict[str, list[object]] = {"start": [dt.datetime(2014, 1, 31, 4, tzinfo=dt.UTC), None]}
    assert table_file(columns, schema, "csv") == b'"start"\n"2014-01-31T04:00:00Z"\n\n'


def test_the_times_of_a_csv_are_as_fine_as_their_column() -> None:
    schema = pa.schema([("made_at", pa.timestamp("us", tz="UTC"))])
    columns: dict[str, list[object]] = {"made_at": [dt.datetime(2014, 1, 31, 4, 0, 7, 250, tzinfo=dt.UTC)]}
    assert table_file(columns, schema, "csv") == b'"made_at"\n"2014-01-31T04:00:07.000250Z"\n'
