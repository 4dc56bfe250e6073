"""A day of observations: packed without loss."""

import base64
import datetime as dt
import math
import struct
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.day_items import pack_day, unpack_day
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
        revision=draw(st.integers(1, 9)),
    )


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


def test_reads_what_was_packed_before_there_were_revisions() -> None:
    """As the platform's first version wrote it: format 1 without a column of revisions, with zlib's usual window."""
    packed = base64.b64decode(
        "eNqljksOwiAQQO8ya6JQqFavYpqGyBRJKFU+3RhPZbxATyY0dtG1wGJ48+bzhH70g4xwZgRClD5HF8abpuZC0N8h/LCGLQGL"
        "Tsdb1jZ0kjZhhqLaUSL4ri6mcQVVhOWPcRpDRNXJdcTxtOmg0JoJfTaSM8WB+aP3w/yGpTpEnwZ0S6KmjObHSqa3UheWFzCq"
        "gDAmfy1zYbyjk49FMhY7ZcoGS33/34X29QUbcF0u"
    )
    assert list(unpack_day("openaq-501001", "pm25", packed)) == [observation(0), observation(1, value=43.5)]
