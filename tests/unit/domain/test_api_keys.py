"""Keys: how many, how long, and what a rotation leaves of them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.account_errors import TooManyKeys
from geoclimate.domain.api_keys import (
    KEYS_AT_MOST,
    LONGEST_LIFE,
    ROTATION_OVERLAP,
    replaced,
    require_current,
    require_life,
    require_room,
)
from geoclimate.domain.errors import Conflict, InvalidBody
from tests.key_fakes import START, key_of

HOUR = dt.timedelta(hours=1)
FULL = [key_of(key_id=f"key{place}") for place in range(KEYS_AT_MOST)]


def test_an_account_may_have_no_more_than_ten_keys() -> None:
    require_room(FULL[1:], START)
    with pytest.raises(TooManyKeys, match="has 10"):
        require_room(FULL, START)


def test_keys_that_have_ended_or_were_replaced_leave_room() -> None:
    require_room([*FULL[1:], key_of(expires_at=START)], START)
    require_room([*FULL[1:], key_of(replaced_by="other")], START)


def test_a_key_ends_in_the_second_that_it_names() -> None:
    key = key_of(expires_at=START + HOUR)
    assert not key.expired(START + HOUR - dt.timedelta(microseconds=1))
    assert key.expired(START + HOUR)


@pytest.mark.parametrize("end", [START, START - HOUR, START + LONGEST_LIFE + HOUR])
def test_refuses_an_end_in_the_past_or_beyond_ten_years(end: dt.datetime) -> None:
    with pytest.raises(InvalidBody, match="lies") as caught:
        require_life(end, START)
    assert caught.value.pointer == "/expires_at"


def test_a_key_needs_no_end() -> None:
    require_life(None, START)


@pytest.mark.parametrize("key", [key_of(expires_at=START), key_of(replaced_by="other")])
def test_a_key_that_ended_or_was_replaced_stays_as_it_is(key: object) -> None:
    with pytest.raises(Conflict):
        require_current(key, START)  # type: ignore[arg-type]  # the keys of the parameters


@given(st.none() | st.timedeltas(min_value=dt.timedelta(seconds=1), max_value=LONGEST_LIFE))
def test_a_replaced_key_ends_within_the_overlap_and_never_later_than_it_would_have(life: dt.timedelta | None) -> None:
    key = key_of(expires_at=None if life is None else START + life)
    old = replaced(key, "key002", START)
    assert old.replaced_by == "key002"
    assert old.expires_at is not None
    assert old.expires_at <= START + ROTATION_OVERLAP
    assert key.expires_at is None or old.expires_at <= key.expires_at
