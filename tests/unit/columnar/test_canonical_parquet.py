"""Parquet of the canonical schema as input."""

import datetime as dt
import io
import random
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.columnar import parquet_batches
from geoclimate.columnar.canonical_parquet import read_parquet_blocks
from geoclimate.columnar.columns import Vocabulary
from geoclimate.columnar.lake_table import observation_tables
from geoclimate.columnar.parquet_batches import refuse_encrypted
from geoclimate.domain.delivery import Delivery
from geoclimate.domain.errors import UnreadableFile
from tests.canonical_files import (
    DELIVERY,
    HOUR,
    NOW,
    ROW,
    START,
    blocks,
    encrypted,
    lake_file,
    packed,
    refused,
    row,
    table,
    taken,
    unreadable,
)


def test_a_row_is_an_observation() -> None:
    [seen] = taken(table(row(parameter="o3", unit="ppb", value=50.0)))
    assert (seen.station, seen.parameter, seen.instrument, seen.source) == ("city-mitte", "o3", "1", "city")
    assert (seen.start, seen.end) == (START, START + HOUR)
    assert (seen.delivered_value, seen.delivered_unit, round(seen.value, 2), seen.flag) == (50.0, "ppb", 98.09, "valid")
    assert (seen.line, seen.file_digest, seen.ingested_at) == (1, "ab" * 32, NOW)


def test_the_monitor_of_a_row_has_its_name_and_place() -> None:
    [block] = blocks(table(row(), row(station_name=None)))
    assert [block.columns.vocabulary.monitors[number][:4] for number in block.columns.monitor] == [
        ("city-mitte", "Mitte", 52.52, 13.4),
        ("city-mitte", "city-mitte", 52.52, 13.4),
    ]


@pytest.mark.parametrize(
    ("kind", "start"),
    [
        (pa.timestamp("s", "UTC"), START),
        (pa.timestamp("ms", "Asia/Shanghai"), START),
        (pa.timestamp("ns", "+02:00"), START),
        (pa.string(), "2024-05-01T02:00:00+02:00"),
        (pa.large_string(), "2024-05-01 00:00Z"),
        (pa.dictionary(pa.int8(), pa.string()), "2024-05-01T00:00+00:00"),
    ],
)
def test_times_are_timestamps_with_a_zone_or_text_with_an_offset(kind: pa.DataType, start: Any) -> None:
    assert taken(table(row(start=start), start=kind))[0].start == START


@pytest.mark.parametrize("kind", [pa.float32(), pa.int16(), pa.uint64(), pa.float16()])
def test_numbers_may_be_of_any_size(kind: pa.DataType) -> None:
    assert taken(table(row(value=np.float16(12) if kind == pa.float16() else 12), value=kind))[0].value == 12.0


@pytest.mark.parametrize("kind", [pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())])
def test_texts_may_be_of_any_size(kind: pa.DataType) -> None:
    assert taken(table(row(), station=kind, unit=kind))[0].station == "city-mitte"


@pytest.mark.parametrize(
    "options",
    [
        {"compression": "none"},
        {"compression": "gzip", "data_page_version": "2.0"},
        {"use_dictionary": False, "row_group_size": 3},
        {"row_group_size": 1, "store_schema": False},
        {
            "use_dictionary": False,
            "column_encoding": {"start": "DELTA_BINARY_PACKED", "value": "BYTE_STREAM_SPLIT"},
        },
    ],
)
def test_however_a_file_is_written_its_rows_and_lines_are_the_same(options: dict[str, Any]) -> None:
    rows = [
        row(station=f"city-{n % 3}", value=float(n), start=START + n * HOUR, end=START + (n + 1) * HOUR)
        for n in range(10)
    ]
    assert [(seen.station, seen.value, seen.line) for seen in taken(table(*rows), **options)] == [
        (f"city-{n % 3}", float(n), n + 1) for n in range(10)
    ]


@pytest.mark.parametrize(
    ("changes", "column", "rule"),
    [
        ({"station": None}, "station", "required"),
        ({"station": "mitte"}, "station", "identifier"),
        ({"station": "City-mitte"}, "station", "identifier"),
        ({"station": "city-../mitte"}, "station", "identifier"),
        ({"station": "city-" + "x" * 124}, "station", "identifier"),
        ({"source": "epa"}, "source", "identifier"),
        ({"instrument": ""}, "instrument", "required"),
        ({"instrument": "a b"}, "instrument", "identifier"),
        ({"latitude": None}, "latitude", "required"),
        ({"latitude": float("nan")}, "latitude", "number"),
        ({"latitude": 152.0}, "latitude", "coordinates"),
        ({"latitude": 0.0, "longitude": -0.0}, "latitude", "coordinates"),
        ({"parameter": "radon"}, "parameter", "parameter"),
        ({"unit": "furlong"}, "unit", "unit"),
        ({"unit": "hPa"}, "unit", "unit-of-parameter"),
        ({"unit": None}, "unit", "required"),
        ({"start": None}, "start", "required"),
        ({"end": None}, "end", "required"),
        ({"start": dt.datetime(1969, 1, 1, tzinfo=dt.UTC)}, "start", "timestamp"),
        ({"end": START}, "end", "timestamp"),
        ({"end": NOW + 2 * HOUR}, "end", "future"),
        ({"value": None}, "value", "required"),
        ({"value": float("nan")}, "value", "number"),
        ({"value": float("-inf")}, "value", "number"),
        ({"value": 1e308}, "value", "range"),
        ({"value": -999.0}, "value", "sentinel"),
        ({"value": -11.0}, "value", "range"),
        ({"flag": "good"}, "flag", "flag"),
    ],
)
def test_a_row_that_breaks_a_rule_is_refused_and_the_others_are_taken(
    changes: dict[str, Any], column: str, rule: str
) -> None:
    good = row(**dict.fromkeys(changes.keys() - ROW.keys()))
    [block] = blocks(table(good, {**good, **changes}, good))
    assert [(refusal.line, refusal.column, refusal.rule) for refusal in block.refusals] == [(2, column, rule)]
    assert block.columns.line.tolist() == [1, 3]


def test_a_refused_row_is_kept_as_json() -> None:
    [refusal] = refused(table(row(value=-999.0)))
    assert refusal.raw.startswith('{"station": "city-mitte", "parameter": "pm25"')
    assert '"value": "-999.0", "start": "2024-05-01T00:00:00+00:00"' in refusal.raw
    assert refusal.message == "'-999.0' stands for a missing value and is never a measurement: leave the row out"


def test_a_text_that_is_no_time_is_refused() -> None:
    rows = [row(start=text) for text in ("2024-05-01T00:00", "yesterday", "2024-02-30T00:00Z", "2024-05-01T00:00Z")]
    found = refused(table(*rows, start=pa.string()))
    assert [(refusal.line, refusal.value, refusal.rule) for refusal in found] == [
        (n + 1, rows[n]["start"], "timestamp") for n in range(3)
    ]


def test_the_flag_of_a_row_stays_and_a_flag_of_ours_stands_where_it_has_none() -> None:
    rows = [row(flag=flag, value=value) for flag in (None, "", "valid", "qualified") for value in (5.0, -5.0)]
    assert [seen.flag for seen in taken(table(*rows))] == [*["valid", "below-detection"] * 3, *["qualified"] * 2]


def test_the_real_time_feed_has_the_stations_of_its_agency() -> None:
    assert taken(table(row(station="epa-06-001-0007", source="airnow")))[0].source == "airnow"
    assert refused(table(row(station="airnow-1", source="airnow")))[0].rule == "identifier"


def test_a_file_of_the_lake_is_taken_by_its_delivered_values_and_comes_anew() -> None:
    [block] = blocks(table(row(parameter="o3", unit="ppb", value=50.0)))
    old = Delivery("cd" * 32, NOW - 24 * HOUR, NOW)
    [seen] = taken(lake_file(block.columns, old))
    assert (seen.delivered_value, seen.delivered_unit, seen.value) == (50.0, "ppb", block.columns.value[0])
    assert (seen.file_digest, seen.ingested_at) == (DELIVERY.digest, NOW)


def test_a_file_of_the_lake_without_its_parameter_is_refused_with_what_to_do() -> None:
    [block] = blocks(table(row()))
    [(_, part)] = observation_tables(block.columns, DELIVERY)
    found = unreadable(part)
    assert found.rule == "schema"
    assert "'parameter' is missing: in the lake the folder's name says it" in str(found)


def test_a_file_that_duckdb_makes_of_the_lake_is_taken(tmp_path: Path) -> None:
    [block] = blocks(table(row(), row(parameter="o3", unit="ppb", value=50.0)))
    for month, part in observation_tables(block.columns, DELIVERY):
        folder = tmp_path / month.prefix
        folder.mkdir(parents=True)
        (folder / "1.parquet").write_bytes(packed(part, store_schema=False))
    duckdb.execute(
        f"COPY (SELECT * FROM read_parquet('{tmp_path}/**/*.parquet', hive_partitioning = true))"  # noqa: S608 - a test's own folder
        f" TO '{tmp_path}/file.parquet'"
    )
    found = taken((tmp_path / "file.parquet").read_bytes())
    assert sorted((seen.parameter, seen.delivered_value) for seen in found) == [("o3", 50.0), ("pm25", 12.5)]


def test_the_columns_of_a_refusal_are_the_files_own() -> None:
    [block] = blocks(table(row()))
    content = lake_file(block.columns)
    bad = content.set_column(content.schema.get_field_index("delivered_value"), "delivered_value", pa.array([-999.0]))
    assert [refusal.column for refusal in refused(bad)] == ["delivered_value"]


@pytest.mark.parametrize(
    ("changes", "types", "message"),
    [
        ({"station": 7}, {}, "the column 'station' is of the type int64: write it as text"),
        ({"value": "12.5"}, {}, "the column 'value' is of the type string: write it as double"),
        ({"value": True}, {}, "the column 'value' is of the type bool: write it as double"),
        (
            {"start": START.replace(tzinfo=None)},
            {"start": pa.timestamp("us")},
            "'start' is of the type timestamp[us]: write",
        ),
        ({"start": 7}, {"start": pa.int64()}, "'start' is of the type int64: write it as timestamp with a time zone"),
        ({"station": ["a"]}, {}, "'station' is of the type list"),
        ({"pm25": 1.0}, {}, "the column 'pm25' is unknown: leave it out; known are delivered_unit"),
        ({"delivered_value": 1.0}, {}, "the column 'delivered_value' is there alone"),
        ({"line": [1]}, {"value": pa.string()}, "the column 'value'"),
    ],
)
def test_a_column_of_another_type_is_named(changes: dict[str, Any], types: dict[str, Any], message: str) -> None:
    rows = row(**changes)
    if "line" in changes:
        rows["value"] = "1"
    found = unreadable(table(rows, **types))
    assert found.rule == "schema"
    assert message in str(found)


@pytest.mark.parametrize("name", [name for name in ROW if name != "station_name"])
def test_a_missing_column_is_named(name: str) -> None:
    found = unreadable(table(row()).drop_columns([name]))
    assert (found.rule, str(found)) == ("schema", f"the column '{name}' is missing: add it")


def test_a_column_that_is_there_twice_is_refused() -> None:
    twice = table(row()).append_column("unit", pa.array(["ppb"]))
    assert "the column 'unit' is there twice" in str(unreadable(twice))


def test_a_file_without_rows_is_refused() -> None:
    assert unreadable(table(row()).slice(0, 0)).rule == "no-rows"


def test_row_groups_without_rows_are_passed_over() -> None:
    rows = table(row(), row(value=13.5, start=START + HOUR, end=START + 2 * HOUR))
    out = io.BytesIO()
    with pq.ParquetWriter(out, rows.schema) as writer:
        for part in (rows.slice(0, 0), rows.slice(0, 1), rows.slice(0, 0), rows.slice(1, 1)):
            writer.write_table(part)
    assert [(seen.line, seen.value) for seen in taken(out.getvalue())] == [(1, 12.5), (2, 13.5)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PAR1", "it does not begin as a Parquet file does"),
        (b"PAR1" + b"\0" * 20, "it ends too early, or is encrypted"),
        (b"PAR1" + b"\0" * 20 + b"\xff\xff\xff\x0fPAR1", "it ends too early, or is encrypted"),
        (b"PAR1" + b"\0" * 20 + b"\x04\0\0\0PAR1", "damaged"),
        (packed(table(row()))[:-100], "it ends too early"),
    ],
)
def test_a_damaged_file_is_refused(content: bytes, message: str) -> None:
    found = unreadable(content)
    assert found.rule == "parquet"
    assert message in str(found)


def test_of_an_encrypted_file_it_is_said() -> None:
    assert "a column is encrypted" in str(unreadable(encrypted(table(row()), plaintext_footer=True)))
    with pytest.raises(UnreadableFile, match="encrypted: write it without encryption") as found:
        refuse_encrypted(io.BytesIO(encrypted(table(row()), plaintext_footer=False)))
    assert found.value.rule == "parquet"


@pytest.mark.parametrize("content", [b"", b"PA", b"PARE", b"PARENT,value\n1,2\n"])
def test_what_only_begins_like_an_encrypted_file_is_none(content: bytes) -> None:
    stream = io.BytesIO(content)
    refuse_encrypted(stream)
    assert stream.read() == content


def test_damage_at_the_end_is_found_before_the_first_row_is_given() -> None:
    rows = [row(value=float(n), station=f"city-{n}") for n in range(50)]
    content = bytearray(packed(table(*rows), row_group_size=10, compression="zstd", write_page_checksum=False))
    place = content.rindex(b"\x28\xb5\x2f\xfd")
    content[place : place + 4] = b"\0\0\0\0"
    with pytest.raises(UnreadableFile) as found:
        read_parquet_blocks(io.BytesIO(bytes(content)), DELIVERY, Vocabulary())
    assert found.value.rule == "parquet"


def test_a_text_that_is_not_utf_8_is_refused() -> None:
    raw = table(row()).set_column(1, "station_name", pa.array([b"M\xfcller"]).view(pa.string()))
    assert unreadable(raw).rule == "parquet"


@given(st.randoms(use_true_random=False), st.integers(1, 8))
def test_whatever_bytes_are_damaged_the_file_is_read_or_refused(chance: random.Random, count: int) -> None:
    content = bytearray(packed(table(row(), row(value=1.0), row(station=None)), store_schema=False))
    for _ in range(count):
        content[chance.randrange(len(content))] = chance.randrange(256)
    try:
        rows = sum(len(block.columns) + len(block.refusals) for block in blocks(bytes(content)))
    except UnreadableFile:
        return
    assert rows >= 1


def test_the_file_stays_open() -> None:
    content = io.BytesIO(packed(table(row())))
    list(read_parquet_blocks(content, DELIVERY, Vocabulary()))
    assert not content.closed


@pytest.mark.parametrize(
    ("name", "bound"), [("MOST_ROWS", 1), ("MOST_PAGES", 3), ("MOST_UNPACKED_BYTES", 10), ("MOST_FOOTER_BYTES", 100)]
)
def test_a_file_that_asks_for_too_much_is_refused(name: str, bound: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_batches, name, bound)
    assert unreadable(table(row(), row())).rule == "too-large"


def test_a_page_that_unpacks_to_more_than_a_page_has_is_refused() -> None:
    huge = table(row(station_name="x" * (parquet_batches.MOST_PAGE_BYTES + 1)))
    content = packed(huge, compression="zstd", use_dictionary=False, write_statistics=False, store_schema=False)
    assert len(content) < 100_000
    assert unreadable(content).rule == "too-large"


@pytest.mark.parametrize(("name", "number"), [("DELTA_LENGTH_BYTE_ARRAY", 6), ("DELTA_BYTE_ARRAY", 7)])
def test_texts_of_an_encoding_that_could_fill_the_memory_are_refused(name: str, number: int) -> None:
    found = unreadable(table(row()), use_dictionary=False, column_encoding={"station": name})
    assert found.rule == "parquet"
    assert f"has the encoding {number}, which is not read: write texts plain" in str(found)


def test_a_long_dictionary_costs_no_more_than_its_rows() -> None:
    many = [row(station=f"city-{n}") for n in range(70_000)]
    assert taken(table(*many))[-1].station == "city-69999"
