"""Hours that wait for their truth."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.awaited_hours import awaited_after, pack_awaited, unpack_awaited
from geoclimate.domain.errors import IntegrityError

ISSUED = dt.datetime(2015, 3, 1, 5, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)

awaited_hours = st.dictionaries(
    st.integers(0, 10_000).map(lambda hours: ISSUED + hours * HOUR),
    st.frozensets(st.integers(1, 72), min_size=1),
    max_size=30,
)


@given(awaited_hours)
def test_they_come_back_exactly(awaited: dict[dt.datetime, frozenset[int]]) -> None:
    assert unpack_awaited(pack_awaited(awaited)) == awaited


def test_what_a_forecast_waits_for_now_replaces_what_it_waited_for() -> None:
    before = {ISSUED: frozenset({1, 2}), ISSUED + HOUR: frozenset({1})}
    assert awaited_after(before, ISSUED, [2]) == {ISSUED: frozenset({2}), ISSUED + HOUR: frozenset({1})}


def test_a_forecast_that_waits_for_nothing_is_forgotten() -> None:
    assert awaited_after({ISSUED: frozenset({1})}, ISSUED, []) == {}


def test_three_months_of_gaps_are_a_small_item() -> None:
    awaited = {ISSUED + hour * HOUR: frozenset({1 + hour % 24, 24}) for hour in range(90 * 24)}
    assert len(pack_awaited(awaited)) < 4_096


@pytest.mark.parametrize("content", [b"?", b"x\x9cc\x00\x00"])
def test_bytes_that_are_no_awaited_hours_are_refused(content: bytes) -> None:
    with pytest.raises(IntegrityError):
        unpack_awaited(content)
