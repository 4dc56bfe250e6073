"""One partition of the lake becomes a few sorted files; no row is lost, and none stands there twice."""

import datetime as dt
import itertools
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoclimate.contracts.compaction import CLAIMS_PREFIX, is_compacted
from geoclimate.contracts.workflows import CompactRequest, CompactResult
from geoclimate.domain.errors import Conflict, IntegrityError, Unavailable
from geoclimate.services.compact_partition import RoundBounds, compact_partition
from tests.lake_in_memory import (
    JANUARY,
    Killed,
    LakeFilesInMemory,
    Row,
    batch_key,
    lake_row,
    parquet,
    rows_in,
    rows_of,
)

REQUEST = CompactRequest(parameter="pm25", year=2014, month=1)
SMALL = RoundBounds(files=3, size=2**20, rows=6)
SIZE_OF_TWO = len(parquet([lake_row(line=1), lake_row(line=2)]))


def _compact(lake: LakeFilesInMemory, bounds: RoundBounds = SMALL) -> CompactResult:
    """As many rounds as it takes."""
    request = REQUEST
    while True:
        result = compact_partition(request, files=lake, bounds=bounds)
        if result.files_left == 0:
            return result
        assert result.rounds < 100
        request = REQUEST.model_copy(update={"progress": result})


def _lake(*files: Sequence[Row]) -> LakeFilesInMemory:
    """A lake with these files, each a batch of its own."""
    lake = LakeFilesInMemory()
    for number, rows in enumerate(files):
        lake.put(batch_key("a", number), parquet(rows))
    return lake


def _identity(row: Row) -> tuple[Any, ...]:
    return tuple(row.values())


def _by_identity(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=_identity)


def test_small_files_become_one_with_the_same_rows() -> None:
    rows = [lake_row(line=line, hour=line) for line in range(1, 6)]
    lake = _lake(rows[:1], rows[1:3], rows[3:])
    result = _compact(lake)
    assert (result.files_merged, result.files_written, result.rows, result.duplicates) == (3, 1, 5, 0)
    (file,) = lake.list_files("")
    assert file.key.startswith(f"{JANUARY.prefix}compacted-")
    assert rows_of(lake, file.key) == rows


def test_rows_are_sorted_by_station_instrument_start_and_ingested_at() -> None:
    later = dt.datetime(2015, 1, 1, tzinfo=dt.UTC)
    wanted = [
        lake_row(line=9, station="a", instrument="10", hour=5),
        lake_row(line=8, station="a", instrument="2", hour=1),
        lake_row("c", line=7, station="a", instrument="2", hour=2),
        lake_row("b", line=6, station="a", instrument="2", hour=2, ingested_at=later),
        lake_row(line=5, station="b", instrument="1", hour=0),
    ]
    lake = _lake(wanted[::-1][:2], wanted[::-1][2:])
    _compact(lake)
    assert rows_in(lake) == wanted


def test_every_revision_is_kept() -> None:
    revisions = [
        lake_row("a", line=2, value=1.0),
        lake_row("b", line=2, value=2.0),
        lake_row("b", line=3, value=2.0),
        lake_row("b", line=3, value=2.0, instrument="2"),
        lake_row("b", line=3, value=2.0, instrument="2", hour=1),
        # The same bytes uploaded later, read by another mapping, and then as at first.
        lake_row("b", line=3, value=2.5, instrument="2", hour=1, ingested_at=dt.datetime(2015, 1, 1, tzinfo=dt.UTC)),
        lake_row("b", line=3, value=2.0, instrument="2", hour=1, ingested_at=dt.datetime(2016, 1, 1, tzinfo=dt.UTC)),
    ]
    lake = _lake(*([row] for row in revisions))
    assert _compact(lake).duplicates == 0
    assert _by_identity(rows_in(lake)) == _by_identity(revisions)


def test_a_row_that_a_repeated_attempt_wrote_again_stands_there_once() -> None:
    lake = _lake([lake_row(line=2)], [lake_row(line=2), lake_row(line=3)])
    assert _compact(lake).duplicates == 1
    assert rows_in(lake) == [lake_row(line=2), lake_row(line=3)]


def test_a_row_that_comes_again_after_it_was_compacted_is_dropped() -> None:
    rows = [lake_row(line=line) for line in range(1, 5)]
    lake = _lake(rows[:2], rows[2:])
    _compact(lake)
    (full,) = lake.list_files("")
    lake.put(batch_key("a", 0), parquet(rows[:2]))
    result = _compact(lake)
    assert (result.files_merged, result.files_written, result.duplicates) == (1, 0, 2)
    assert list(lake.list_files("")) == [full]


def test_a_full_file_is_left_alone() -> None:
    lake = _lake([lake_row(line=line) for line in range(1, 5)])
    _compact(lake)
    (full,) = lake.list_files("")
    lake.put(batch_key("b"), parquet([lake_row("b", line=1)]))
    _compact(lake)
    assert full in list(lake.list_files(""))
    assert len(rows_in(lake)) == 5


def test_compacted_files_that_are_not_full_go_together() -> None:
    lake = _lake([lake_row(line=1)])
    _compact(lake)
    for digest in "bc":
        lake.put(batch_key(digest), parquet([lake_row(digest, line=1)]))
        _compact(lake)
    (file,) = lake.list_files("")
    assert len(rows_of(lake, file.key)) == 3


def test_a_partition_that_is_compact_is_not_touched() -> None:
    lake = _lake([lake_row()])
    _compact(lake)
    before = dict(lake.bodies)
    result = _compact(lake)
    assert (result.rounds, result.files_merged, lake.bodies) == (1, 0, before)


def test_an_empty_partition_is_compact() -> None:
    assert _compact(LakeFilesInMemory()).files_left == 0


@pytest.mark.parametrize("bounds", [RoundBounds(files=2), RoundBounds(rows=4), RoundBounds(size=2 * SIZE_OF_TWO)])
def test_a_round_takes_only_so_much(bounds: RoundBounds) -> None:
    lake = _lake(*([lake_row(line=2 * n), lake_row(line=2 * n + 1)] for n in range(1, 6)))
    first = compact_partition(REQUEST, files=lake, bounds=bounds)
    assert first.files_merged == 2
    assert first.files_left > 0
    assert _compact(lake, bounds).files_left == 0
    assert len(rows_in(lake)) == 10


def test_a_file_over_the_bounds_is_taken_alone() -> None:
    lake = _lake([lake_row(line=line) for line in range(1, 9)], [lake_row(line=9)])
    assert compact_partition(REQUEST, files=lake, bounds=SMALL).files_merged == 1
    _compact(lake)
    assert len(rows_in(lake)) == 9


def test_what_is_not_a_file_of_the_partition_stays() -> None:
    lake = _lake([lake_row(line=1)], [lake_row(line=2)])
    others = {f"{JANUARY.prefix}_SUCCESS", f"{JANUARY.prefix}deep/a.parquet", "refused/year=2014/month=01/a.parquet"}
    for key in others:
        lake.put(key, b"anything")
    _compact(lake)
    assert others < lake.bodies.keys()


def test_an_input_that_is_overwritten_meanwhile_is_not_deleted() -> None:
    lake = _lake([lake_row(line=1)], [lake_row(line=2)])
    newer = [lake_row(line=2), lake_row(line=3)]
    lake.before_delete = lambda: lake.put(batch_key("a", 1), parquet(newer))
    first = compact_partition(REQUEST, files=lake, bounds=SMALL)
    assert first.files_left > 0
    assert _compact(lake).duplicates == 1
    assert rows_in(lake) == [lake_row(line=1), *newer]


def test_an_input_that_is_gone_before_it_is_read_is_left_out() -> None:
    lake = _lake([lake_row(line=1)], [lake_row(line=2)])
    listed = list(lake.list_files(JANUARY.prefix))
    lake.put(listed[0].key, parquet([lake_row(line=3)]))
    del lake.bodies[listed[1].key]
    lists = iter([listed])
    real = lake.list_files
    lake.list_files = lambda prefix: iter(next(lists, None) or real(prefix))  # type: ignore[method-assign]
    _compact(lake)
    assert rows_in(lake) == [lake_row(line=3)]


def test_a_damaged_input_stops_the_partition_and_loses_nothing() -> None:
    lake = _lake([lake_row(line=1)], [lake_row(line=2)])
    key = batch_key("a", 1)
    body = lake.bodies[key][0]
    lake.put(key, body[:-20])
    with pytest.raises(IntegrityError, match=r"00001\.parquet is not a file of the lake"):
        _compact(lake)
    assert batch_key("a", 0) in lake.bodies
    lake.put(key, body)
    _compact(lake)
    assert len(rows_in(lake)) == 2


def test_a_file_that_does_not_come_back_as_it_was_written_replaces_nothing() -> None:
    lake = _lake([lake_row(line=1)], [lake_row(line=2)])
    lake.damage = lambda body: body[:-1] + bytes([body[-1] ^ 1])
    with pytest.raises(IntegrityError, match="does not hold what was written"):
        _compact(lake)
    assert not [file.key for file in lake.list_files(JANUARY.prefix) if is_compacted(file.key)]
    _compact(lake)
    assert len(rows_in(lake)) == 2


def test_rows_that_would_be_lost_on_the_way_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    lake = _lake([lake_row(line=1)], [lake_row(line=2)])
    halved = pa.py_buffer(parquet([lake_row(line=1)]))
    monkeypatch.setattr("geoclimate.services.compact_partition.parquet_of", lambda *_: halved)
    with pytest.raises(IntegrityError, match="would not hold the rows of the 2 files"):
        _compact(lake)
    assert len(rows_in(lake)) == 2


def test_the_second_of_two_at_once_is_told_so_and_does_nothing() -> None:
    lake = _lake([lake_row(line=1)], [lake_row(line=2)])

    def second() -> None:
        with pytest.raises(Conflict, match="somebody else works on compacting/pm25/2014/01"):
            compact_partition(REQUEST, files=lake, bounds=SMALL)

    lake.before_delete = second
    _compact(lake)
    assert rows_in(lake) == [lake_row(line=1), lake_row(line=2)]


def test_two_at_once_that_both_hold_the_claim_double_rows_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    lake = _lake([lake_row(line=1)], [lake_row(line=2)])
    monkeypatch.setattr(lake, "claim", nullcontext)

    def second() -> None:
        lake.put(batch_key("b"), parquet([lake_row("b", line=1)]))
        compact_partition(REQUEST, files=lake, bounds=SMALL)

    lake.before_delete = second
    compact_partition(REQUEST, files=lake, bounds=SMALL)
    assert len(rows_in(lake)) == 5
    assert _compact(lake).duplicates == 2
    assert len(rows_in(lake)) == 3


def test_what_was_broken_off_leaves_a_claim_that_the_next_one_takes() -> None:
    lake = _lake([lake_row(line=1)], [lake_row(line=2)])

    def break_off() -> None:
        raise Unavailable("S3 does not answer")

    lake.before_delete = break_off
    with pytest.raises(Unavailable):
        _compact(lake)
    assert list(lake.list_files(CLAIMS_PREFIX))
    assert len(rows_in(lake)) == 4
    assert _compact(lake).duplicates == 2
    assert len(rows_in(lake)) == 2
    assert not list(lake.list_files(CLAIMS_PREFIX))


# Few uploads, lines and batches, so that the same row and the same key come again and again.
_ROWS = st.lists(
    st.builds(
        lambda digest, line: lake_row(digest, line, hour=line % 3, station=f"station-{line % 2}"),
        st.sampled_from("abc"),
        st.integers(1, 5),
    ),
    min_size=1,
    max_size=5,
    unique_by=_identity,
)
_WRITE = st.tuples(st.just("write"), st.sampled_from("abc"), st.integers(0, 2), _ROWS)
_COMPACT = st.tuples(st.just("compact"), st.none() | st.integers(0, 8))
_BOUNDS = st.builds(
    RoundBounds, files=st.integers(2, 4), size=st.sampled_from([1, 3 * SIZE_OF_TWO, 2**20]), rows=st.integers(1, 12)
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_WRITE | _COMPACT, max_size=10), _BOUNDS)
def test_whatever_is_written_and_wherever_it_is_killed_each_row_stands_there_once(
    actions: list[tuple[Any, ...]], bounds: RoundBounds
) -> None:
    lake = LakeFilesInMemory()
    known: dict[tuple[Any, ...], Row] = {}
    for name, *given_ in actions:
        if name == "write":
            digest, number, rows = given_
            # An upload's batch is always of the same lines: it replaces itself with no fewer rows.
            key = batch_key(digest, number)
            before = rows_of(lake, key) if key in lake.bodies else []
            merged = {_identity(row): row for row in [*before, *rows]}
            lake.put(key, parquet(list(merged.values())))
            known |= merged
        else:
            (lake.steps_left,) = given_
            try:
                _compact(lake, bounds)
            except Killed:
                lake.let_the_holders_die()
            lake.steps_left = None
            assert {_identity(row) for row in rows_in(lake)} == known.keys()
    _compact(lake, bounds)
    assert _by_identity(rows_in(lake)) == [known[key] for key in sorted(known)]
    files = list(lake.list_files(""))
    assert all(is_compacted(file.key) for file in files)
    partial = [file for file in files if not bounds.is_full(file.size, len(rows_of(lake, file.key)))]
    assert len(partial) <= 1


@pytest.mark.parametrize("steps", range(8))
def test_killed_at_any_step_and_run_again_it_ends_the_same(steps: int) -> None:
    rows = [lake_row(line=line) for line in (1, 2, 3)]
    lake = _lake([rows[0]], [rows[1]], [rows[2], rows[0]])
    lake.steps_left = steps
    try:
        _compact(lake)
        killed = False
    except Killed:
        killed = True
    # Claim, file, three deletions, the end of the claim.
    assert killed is (steps < 6)
    lake.steps_left = None
    lake.let_the_holders_die()
    _compact(lake)
    assert rows_in(lake) == rows


def test_the_same_inputs_give_the_same_file() -> None:
    rows = [lake_row(digest, line=line) for digest, line in itertools.product("abc", range(1, 3))]
    lakes = [_lake(rows[:2], rows[2:4], rows[4:]) for _ in range(2)]
    for lake in lakes:
        _compact(lake)
    assert lakes[0].bodies.keys() == lakes[1].bodies.keys()
    assert [body for body, *_ in lakes[0].bodies.values()] == [body for body, *_ in lakes[1].bodies.values()]
