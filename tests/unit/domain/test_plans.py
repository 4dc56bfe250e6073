"""Where an account stands with its plan."""

import datetime as dt

from geoclimate.domain.plans import Allowance
from tests.key_fakes import PLANS, START


def test_what_is_left_of_the_day() -> None:
    allowance = Allowance(PLANS["free"], 140, START)
    assert allowance.remaining == 860
    assert allowance.resets_at == dt.datetime(2026, 3, 11, tzinfo=dt.UTC)
    assert allowance.seconds_to_reset == 12 * 3_600


def test_nothing_is_left_below_nothing() -> None:
    assert Allowance(PLANS["free"], 1_200, START).remaining == 0


def test_there_is_always_a_second_to_wait() -> None:
    midnight = dt.datetime(2026, 3, 11, tzinfo=dt.UTC)
    assert Allowance(PLANS["free"], 0, midnight - dt.timedelta(microseconds=1)).seconds_to_reset == 1
