"""Rows of the lake as columns: read, summed up, reordered and written without a change."""

import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from geoclimate.columnar.lake_duplicates import RowIdentities
from geoclimate.columnar.lake_rows import (
    Content,
    LakeRows,
    content_of,
    parquet_of,
    read_rows,
    read_rows_of,
    row_count,
)
from geoclimate.columnar.lake_table import ROW_GROUP_ROWS
from geoclimate.domain.errors import IntegrityError
from tests.lake_in_memory import Row, lake_row, parquet

ROWS = [
    lake_row("b", line=3, station="z"),
    lake_row("a", line=2, value=-0.0),
    lake_row("a", line=5, hour=2, flag="spike"),
]


def _rows(rows: list[Row]) -> LakeRows:
    return LakeRows.concatenate(list(read_rows(pa.py_buffer(parquet(rows)), "k")))


def test_rows_come_back_in_the_order_that_was_asked_for() -> None:
    written = parquet_of(_rows(ROWS), np.asarray([2, 0]))
    assert pq.read_table(pa.BufferReader(written)).to_pylist() == [ROWS[2], ROWS[0]]


def test_parts_with_different_texts_are_put_together() -> None:
    rows = LakeRows.concatenate([_rows([row]) for row in ROWS])
    assert pq.read_table(pa.BufferReader(parquet_of(rows, np.arange(3)))).to_pylist() == ROWS


def test_a_long_file_is_read_and_written_in_row_groups() -> None:
    rows = _rows(ROWS)
    order = np.arange(ROW_GROUP_ROWS + 5) % len(ROWS)
    file = parquet_of(rows, order)
    assert [len(part) for part in read_rows(file, "k")] == [ROW_GROUP_ROWS, 5]
    assert row_count(file, "k") == ROW_GROUP_ROWS + 5


def test_the_content_is_the_same_in_any_order_and_in_any_pieces() -> None:
    whole = content_of(_rows(ROWS))
    assert content_of(_rows(ROWS[::-1])) == whole
    assert sum((content_of(_rows([row])) for row in ROWS), Content()) == whole
    assert whole - content_of(_rows(ROWS[:1])) == content_of(_rows(ROWS[1:]))


@pytest.mark.parametrize("name", ROWS[0])
def test_the_content_changes_with_every_column(name: str) -> None:
    other = {str: "x", float: 0.25, int: 77}.get(type(ROWS[0][name])) or lake_row(hour=99)[name].replace(year=2015)
    assert content_of(_rows([ROWS[0] | {name: other}])) != content_of(_rows(ROWS[:1]))


def test_the_content_counts_a_row_that_is_there_twice() -> None:
    assert content_of(_rows([ROWS[0], ROWS[0]])) not in (content_of(_rows(ROWS[:1])), Content())


def test_only_rows_of_the_uploads_asked_for_are_read() -> None:
    source = pa.py_buffer(parquet(ROWS))
    (found,) = read_rows_of(source, "k", {"a" * 64})
    assert found.columns["line"].tolist() == [2, 5]
    assert list(read_rows_of(source, "k", {"c" * 64})) == []


def test_a_stream_is_read_as_a_buffer_is() -> None:
    (found,) = read_rows(io.BytesIO(parquet(ROWS)), "k")
    assert content_of(found) == content_of(_rows(ROWS))


@pytest.mark.parametrize("body", [b"", b"PAR1", b"not a Parquet file at all", parquet(ROWS)[:-9]])
def test_bytes_that_are_no_parquet_file_are_refused_with_their_key(body: bytes) -> None:
    with pytest.raises(IntegrityError, match=r"^the/key is not a file of the lake's observations: "):
        list(read_rows(pa.py_buffer(body), "the/key"))


def test_damage_inside_a_file_is_noticed() -> None:
    body = bytearray(parquet(ROWS))
    body[4:60] = bytes(56)
    with pytest.raises(IntegrityError, match="the/key is not a file"):
        list(read_rows(pa.py_buffer(bytes(body)), "the/key"))


def _with_texts_as_lines() -> pa.Table:
    table = pq.read_table(pa.BufferReader(parquet(ROWS)))
    return table.set_column(table.schema.get_field_index("line"), "line", pa.array(["2", "3", "5"]))


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (pa.table({"station": ["a"]}), "its columns are station$"),
        (_with_texts_as_lines(), "of its columns .*line is string$"),
    ],
)
def test_a_file_with_other_columns_is_refused(table: pa.Table, reason: str) -> None:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    with pytest.raises(IntegrityError, match=reason):
        list(read_rows(sink.getvalue(), "k"))


def test_rows_of_other_uploads_instruments_lines_or_hours_are_not_the_same() -> None:
    row = lake_row("a", line=2, hour=1)
    identities = RowIdentities(_rows([row]))
    others = [
        lake_row("b", line=2, hour=1),
        lake_row(line=3, hour=1),
        lake_row(line=2, hour=2),
        row | {"instrument": "2"},
    ]
    assert identities.found_in(_rows(others)).tolist() == []
    assert identities.found_in(_rows([*others, row])).tolist() == [0]


_LATER = {"ingested_at": lake_row()["ingested_at"].replace(year=2020)}


@pytest.mark.parametrize("other", [{"value": 9.0}, {"flag": "spike"}, {"unit": "ppb"}, {"latitude": 1.0}, _LATER])
def test_what_is_said_otherwise_of_the_same_line_is_not_the_same(other: Row) -> None:
    identities = RowIdentities(_rows([lake_row(), lake_row() | other]))
    assert not identities.repeated.any()
    assert identities.found_in(_rows([lake_row() | other])).tolist() == [1]


def test_one_line_may_have_several_hours() -> None:
    rows = [lake_row(line=2, hour=hour) for hour in range(5)]
    identities = RowIdentities(_rows([*rows, rows[2]]))
    assert identities.repeated.tolist() == [False] * 5 + [True]
    assert sorted(identities.found_in(_rows([rows[4], rows[2], rows[0]])).tolist()) == [0, 2, 4, 5]
