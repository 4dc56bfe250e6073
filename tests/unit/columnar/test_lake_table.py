"""Rows with the lake's columns, and as Parquet files."""

import dataclasses
import datetime as dt
from collections.abc import Sequence

import hypothesis.strategies as st
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given

from geoclimate.columnar.columns import Monitor, ObservationColumns, Vocabulary
from geoclimate.columnar.lake_table import observation_tables, parquet_file, refused_table, schema_of
from geoclimate.contracts.lake import LAKE_TABLES, OBSERVATIONS, REFUSED, LakeTable, Month
from geoclimate.domain.observations import Observation
from geoclimate.domain.parameters import canonical_unit
from geoclimate.domain.quality import Refusal
from tests.lake_rows import DELIVERY, LOS_ANGELES, UPLOADED, batch_of, columns_of, observation

FRESNO = LOS_ANGELES._replace(station="epa-06-019-0011", name="Fresno", latitude=36.78, longitude=-119.77)
SECOND = LOS_ANGELES._replace(instrument="2")
SULFUR = LOS_ANGELES._replace(parameter="so2", delivered_unit="ppb")
MONITORS = (LOS_ANGELES, FRESNO, SECOND, SULFUR)


def tables_of(observations: Sequence[Observation]) -> dict[Month, pa.Table]:
    return dict(observation_tables(batch_of(observations, MONITORS).columns, DELIVERY))


def read(table: pa.Table, layout: LakeTable = OBSERVATIONS) -> pa.Table:
    """The table as it comes back from its Parquet file."""
    return pq.read_table(pa.BufferReader(parquet_file(table, layout)))


def test_a_row_has_all_that_is_known_of_it() -> None:
    [(month, table)] = tables_of([observation("2014-01-31T05:00", 41.5, flag="below-detection", line=7)]).items()
    assert month == Month("o3", 2014, 1)
    assert read(table).to_pylist() == [
        {
            "station": "epa-06-037-1103",
            "station_name": "epa-06-037-1103",
            "latitude": 34.06659,
            "longitude": -118.22688,
            "instrument": "1",
            "start": dt.datetime(2014, 1, 31, 5, tzinfo=dt.UTC),
            "end": dt.datetime(2014, 1, 31, 6, tzinfo=dt.UTC),
            "value": 41.5,
            "unit": "µg/m³",
            "delivered_value": 20.75,
            "delivered_unit": "ppm",
            "flag": "below-detection",
            "source": "epa",
            "file_digest": DELIVERY.digest,
            "line": 7,
            "ingested_at": UPLOADED,
        }
    ]


def test_the_month_is_that_of_the_start_in_utc() -> None:
    found = tables_of([observation("2013-12-31T23:00"), observation("2014-01-01T00:00")])
    assert [(str(month.prefix), table.num_rows) for month, table in found.items()] == [
        ("observations/parameter=o3/year=2013/month=12/", 1),
        ("observations/parameter=o3/year=2014/month=01/", 1),
    ]


def test_a_batch_over_leap_days_and_years_is_split_at_the_months() -> None:
    days = [dt.date(2011, 12, 30) + dt.timedelta(days) for days in range(430)]
    found = tables_of([observation(day.isoformat()) for day in days])
    for month, table in found.items():
        assert {(start.year, start.month) for start in table["start"].to_pylist()} == {(month.year, month.month)}
    assert sum(table.num_rows for table in found.values()) == len(days)
    assert len(found) == 1 + 12 + 3


def test_a_file_is_sorted_by_station_instrument_and_start() -> None:
    hours = ("2014-01-02T00:00", "2014-01-01T00:00")
    rows = [observation(hour, monitor=monitor) for monitor in (SECOND, LOS_ANGELES, FRESNO) for hour in hours]
    [table] = tables_of(rows).values()
    order = [(row["station"], row["instrument"], row["start"].day) for row in table.to_pylist()]
    assert order == sorted(order)
    assert {row["station_name"] for row in table.to_pylist()} == {"Fresno", "epa-06-037-1103"}


def test_each_parameter_has_files_of_its_own_with_its_own_unit() -> None:
    found = tables_of([observation("2014-01-01"), observation("2014-01-01", monitor=SULFUR)])
    assert [month.parameter for month in found] == ["o3", "so2"]
    for month, table in found.items():
        assert table["unit"].to_pylist() == [canonical_unit(month.parameter)]


def test_rows_of_two_monitors_of_one_series_stay_in_the_order_of_time() -> None:
    renamed = LOS_ANGELES._replace(name="Los Angeles-North Main Street", delivered_unit="ppb")
    rows = [observation(f"2014-01-01T{hour:02}:00", monitor=(LOS_ANGELES, renamed)[hour % 2]) for hour in range(6)]
    [table] = dict(observation_tables(batch_of(rows, (LOS_ANGELES, renamed)).columns, DELIVERY)).values()
    assert [start.hour for start in table["start"].to_pylist()] == list(range(6))
    assert table["delivered_unit"].to_pylist() == ["ppm", "ppb"] * 3
    assert table["station_name"].to_pylist() == [LOS_ANGELES.name, renamed.name] * 3


def test_no_rows_make_no_table() -> None:
    assert list(observation_tables(ObservationColumns.empty(Vocabulary()), DELIVERY)) == []


_HOURS = st.integers(min_value=-8_800, max_value=700_000)


@given(
    st.lists(
        st.tuples(st.sampled_from(MONITORS), _HOURS, st.floats(allow_nan=False, allow_infinity=False)),
        min_size=1,
        max_size=40,
        unique_by=lambda row: row[:2],
    )
)
def test_every_row_is_in_the_file_of_its_month_once_and_unchanged(rows: list[tuple[Monitor, int, float]]) -> None:
    epoch = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - `observation` reads it as UTC
    given_rows = [
        observation((epoch + dt.timedelta(hours=hour)).isoformat(), value, monitor, line=line)
        for line, (monitor, hour, value) in enumerate(rows, start=2)
    ]
    found = []
    for month, table in tables_of(given_rows).items():
        for row in read(table).to_pylist():
            assert (row["start"].year, row["start"].month) == (month.year, month.month)
            found.append((row["line"], row["station"], row["instrument"], month.parameter, row["start"], row["value"]))
    assert sorted(found) == [
        (each.line, each.station, each.instrument, each.parameter, each.start, each.value) for each in given_rows
    ]


def test_the_same_rows_give_the_same_bytes_whatever_else_the_file_holds() -> None:
    rows = [observation("2014-01-01T00:00"), observation("2014-01-01T01:00", flag="spike")]
    alone = columns_of(rows)
    vocabulary = Vocabulary()
    vocabulary.monitor(FRESNO)
    vocabulary.flag("flat-line")
    later = columns_of(rows)
    vocabulary.monitor(LOS_ANGELES)
    vocabulary.flag("spike")
    later = dataclasses.replace(
        later, vocabulary=vocabulary, monitor=later.monitor + 1, flag=(later.flag * 2).astype(np.int16)
    )
    files = [
        parquet_file(table, OBSERVATIONS).to_pybytes()
        for columns in (alone, later)
        for _, table in observation_tables(columns, DELIVERY)
    ]
    assert files[0] == files[1]


@pytest.mark.parametrize("layout", LAKE_TABLES, ids=lambda layout: layout.name)
def test_a_file_has_the_columns_of_the_layout_as_plain_types(layout: LakeTable) -> None:
    types = {"string": pa.string(), "double": pa.float64(), "int": pa.int32(), "timestamp": pa.timestamp("us", "UTC")}
    found = pq.read_schema(pa.BufferReader(parquet_file(schema_of(layout).empty_table(), layout)))
    assert [(each.name, each.type, each.nullable) for each in found] == [
        (each.name, types[each.type], not each.required) for each in layout.columns
    ]


def test_times_and_lines_are_deltas_texts_are_dictionaries_and_all_is_zstd() -> None:
    [table] = tables_of([observation(f"2014-01-01T{hour:02}:00", line=hour + 2) for hour in range(24)]).values()
    group = pq.ParquetFile(pa.BufferReader(parquet_file(table, OBSERVATIONS))).metadata.row_group(0)
    columns = {each.path_in_schema: each for each in map(group.column, range(group.num_columns))}
    assert {each.compression for each in columns.values()} == {"ZSTD"}
    for name in ("start", "end", "line", "ingested_at"):
        assert "DELTA_BINARY_PACKED" in columns[name].encodings
        assert not columns[name].has_dictionary_page
    for name in ("station", "unit", "file_digest"):
        assert columns[name].has_dictionary_page
    assert columns["start"].statistics.max == dt.datetime(2014, 1, 1, 23, tzinfo=dt.UTC)
    assert columns["station"].statistics.min == "epa-06-037-1103"


def test_a_month_of_hours_takes_few_bytes_a_row() -> None:
    rows = [
        observation((dt.datetime(2014, 1, 1) + dt.timedelta(hours=hour)).isoformat(), 40.0 + hour % 30, line=hour)  # noqa: DTZ001 - `observation` reads it as UTC
        for hour in range(744)
    ]
    [table] = tables_of(rows).values()
    assert parquet_file(table, OBSERVATIONS).size < 744 * 15


def test_a_refused_row_keeps_its_raw_text_and_its_file() -> None:
    whole = Refusal(3, None, "", "columns", "the row has 2 columns", raw='a;"ü\0')
    cell = Refusal(9, "value", "-999", "sentinel", "leave the row out", raw="a,b,-999")
    found = read(refused_table([whole, cell], DELIVERY), REFUSED).to_pylist()
    assert found[0] == {
        "file_digest": DELIVERY.digest,
        "file_key": "epa/hourly.csv",
        "line": 3,
        "column": None,
        "value": "",
        "rule": "columns",
        "message": "the row has 2 columns",
        "raw": 'a;"ü\0',
        "ingested_at": UPLOADED,
    }
    assert [found[1][name] for name in ("line", "column", "value", "raw")] == [9, "value", "-999", "a,b,-999"]
