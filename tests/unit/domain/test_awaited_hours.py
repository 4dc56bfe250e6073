"""Hours that wait for their truth."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.awaited_hours import Awaited, awaited_since, pack_awaited, unpack_awaited, without_leads
from geoclimate.domain.errors import IntegrityError

ISSUED = dt.datetime(2015, 3, 1, 5, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
LATER = ISSUED + 30 * HOUR

times = st.integers(0, 36_000_000).map(lambda seconds: ISSUED + dt.timedelta(seconds=seconds))
awaited_hours = st.dictionaries(
    times, st.builds(Awaited, st.frozensets(st.integers(1, 72), min_size=1), times), max_size=30
)


@given(awaited_hours)
def test_they_come_back_exactly(awaited: dict[dt.datetime, Awaited]) -> None:
    assert unpack_awaited(pack_awaited(awaited)) == awaited


def test_a_lead_time_that_was_scored_is_not_awaited_any_more() -> None:
    before = {ISSUED: Awaited(frozenset({1, 2}), LATER), LATER: Awaited(frozenset({1}), LATER)}
    assert without_leads(before, ISSUED, [1]) == {**before, ISSUED: Awaited(frozenset({2}), LATER)}


def test_a_forecast_that_waits_for_nothing_is_forgotten() -> None:
    assert without_leads({ISSUED: Awaited(frozenset({1}), LATER)}, ISSUED, [1]) == {}


def test_what_was_looked_for_too_long_is_given_up() -> None:
    awaited = {ISSUED: Awaited(frozenset({1}), LATER), LATER: Awaited(frozenset({1}), LATER + HOUR)}
    assert awaited_since(awaited, LATER) == awaited
    assert awaited_since(awaited, LATER + HOUR).keys() == {LATER}


def test_three_months_of_gaps_are_a_small_item() -> None:
    awaited = {
        ISSUED + hour * HOUR: Awaited(frozenset({1 + hour % 24, 24}), LATER + hour * HOUR + dt.timedelta(seconds=7))
        for hour in range(90 * 24)
    }
    assert len(pack_awaited(awaited)) < 4_096


@pytest.mark.parametrize("content", [b"?", b"x\x9cc\x00\x00"])
def test_bytes_that_are_no_awaited_hours_are_refused(content: bytes) -> None:
    with pytest.raises(IntegrityError):
        unpack_awaited(content)
