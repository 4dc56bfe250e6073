"""A day of observations: packed without loss, merged by law."""

import datetime as dt
import math
import struct
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.day_items import merge_day, pack_day, unpack_day
from geoclimate.domain.errors import IntegrityError
from geoclimate.domain.observations import Observation

DAY = dt.datetime(2014, 1, 1, tzinfo=dt.UTC)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
TEXT = st.text(max_size=12)


def observation(hour: int = 0, value: float = 42.0, **changes: Any) -> Observation:
    known = Observation(
        station="openaq-501001",
        parameter="pm25",
        start=DAY + dt.timedelta(hours=hour),
        end=DAY + dt.timedelta(hours=hour + 1),
        value=value,
        delivered_value=value,
        delivered_unit="µg/m³",
        instrument="50100101",
        flag="valid",
        source="openaq",
        file_digest="5f" * 32,
        line=hour + 2,
        ingested_at=DAY + dt.timedelta(days=3),
    )
    return replace(known, **changes)


@st.composite
def observations(draw: st.DrawFn, values: st.SearchStrategy[float] = FINITE) -> Observation:
    start = DAY + draw(st.timedeltas(min_value=dt.timedelta(0), max_value=dt.timedelta(hours=24, microseconds=-1)))
    return observation(
        value=draw(values),
        delivered_value=draw(FINITE),
        start=start,
        end=start + draw(st.timedeltas(min_value=dt.timedelta(microseconds=1), max_value=dt.timedelta(days=1))),
        delivered_unit=draw(TEXT),
        instrument=draw(TEXT),
        flag=draw(TEXT),
        file_digest=draw(TEXT),
        line=draw(st.integers(1, 10**7)),
        ingested_at=draw(st.datetimes(timezones=st.just(dt.UTC), min_value=dt.datetime(1970, 1, 1))),  # noqa: DTZ001
    )


def hour_of_upload(hour: int, upload: int) -> Observation:
    return observation(
        hour,
        value=upload + hour / 10,
        file_digest=f"{upload:064x}",
        ingested_at=DAY + dt.timedelta(days=3, seconds=upload // 2),
    )


# Observations that meet: few hours, few uploads, some of them in the same second, each with its own value of an hour.
MEETING = st.builds(hour_of_upload, st.integers(0, 3), st.integers(0, 3))


@given(day=st.lists(observations(), min_size=1, max_size=30))
def test_unpacking_gives_back_what_was_packed(day: list[Observation]) -> None:
    assert list(unpack_day("openaq-501001", "pm25", pack_day(day))) == day


@given(value=FINITE, delivered=FINITE)
def test_no_bit_of_a_number_is_lost(value: float, delivered: float) -> None:
    [back] = unpack_day("s", "p", pack_day([observation(value=value, delivered_value=delivered)]))
    assert struct.pack("<dd", back.value, back.delivered_value) == struct.pack("<dd", value, delivered)


def test_a_negative_zero_stays_one_beside_a_positive() -> None:
    [back] = unpack_day("s", "p", pack_day([observation(value=0.0, delivered_value=-0.0)]))
    assert (math.copysign(1, back.value), math.copysign(1, back.delivered_value)) == (1, -1)


def test_a_whole_day_of_one_file_takes_less_than_one_write_unit() -> None:
    day = [observation(hour, value=round(17.3 * hour % 211, 1), line=2 + 12 * hour) for hour in range(24)]
    assert len(pack_day(day)) < 512


def test_a_day_that_was_converted_from_another_unit_takes_less_than_one_write_unit() -> None:
    day = [observation(hour, value=math.pi * (hour + 1), delivered_value=hour + 1.5) for hour in range(24)]
    assert len(pack_day(day)) < 800


@pytest.mark.parametrize("packed", [b"", b"not zlib", pack_day([observation()])[:-4]], ids=["empty", "foreign", "cut"])
def test_refuses_bytes_that_are_no_packed_day(packed: bytes) -> None:
    with pytest.raises(IntegrityError, match="a packed day of openaq-501001 pm25 cannot be read"):
        unpack_day("openaq-501001", "pm25", packed)


def test_refuses_a_format_that_it_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geoclimate.domain.day_items.FORMAT", 2)
    packed = pack_day([observation()])
    monkeypatch.undo()
    with pytest.raises(IntegrityError, match="unknown format 2"):
        unpack_day("openaq-501001", "pm25", packed)


def test_a_new_interval_is_added() -> None:
    merge = merge_day([observation(0)], [observation(1)])
    assert merge.observations == (observation(0), observation(1))
    assert (merge.added, merge.unchanged, merge.revised, merge.changed) == (1, 0, 0, True)


def test_the_same_value_from_another_file_leaves_the_first_file_as_its_source() -> None:
    later = observation(0, file_digest="ff" * 32, ingested_at=DAY + dt.timedelta(days=9))
    merge = merge_day([observation(0)], [later])
    assert merge.observations == (observation(0),)
    assert (merge.added, merge.unchanged, merge.revised, merge.changed) == (0, 1, 0, False)


def test_a_newer_upload_revises() -> None:
    newer = observation(0, value=43.0, ingested_at=DAY + dt.timedelta(days=4))
    merge = merge_day([observation(0)], [newer])
    assert merge.observations == (newer,)
    assert (merge.added, merge.unchanged, merge.revised, merge.changed) == (0, 0, 1, True)


def test_an_older_upload_that_comes_late_changes_nothing() -> None:
    older = observation(0, value=43.0, ingested_at=DAY + dt.timedelta(days=2))
    assert merge_day([observation(0)], [older]).observations == (observation(0),)


def test_two_instruments_have_a_value_each() -> None:
    assert len(merge_day([observation(0)], [observation(0, instrument="2", value=9.0)]).observations) == 2


@given(day=st.lists(MEETING), more=st.lists(MEETING))
def test_merging_twice_is_merging_once(day: list[Observation], more: list[Observation]) -> None:
    once = merge_day(merge_day([], day).observations, more)
    again = merge_day(once.observations, more)
    assert again.observations == once.observations
    assert not again.changed


@given(rows=st.lists(MEETING, max_size=12), data=st.data())
def test_the_order_in_which_uploads_arrive_does_not_matter(rows: list[Observation], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(rows))
    one_by_one: tuple[Observation, ...] = ()
    for row in shuffled:
        one_by_one = merge_day(one_by_one, [row]).observations
    assert one_by_one == merge_day([], rows).observations


@given(rows=st.lists(MEETING, max_size=12))
def test_the_counts_add_up(rows: list[Observation]) -> None:
    merge = merge_day([], rows)
    assert merge.added + merge.unchanged + merge.revised == len(rows)
    assert merge.added == len(merge.observations)
