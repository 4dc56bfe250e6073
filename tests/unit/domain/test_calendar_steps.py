"""Hours, days and months as clocks count them."""

import datetime as dt
from itertools import pairwise
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoclimate.domain.calendar_steps import Interval, Step, step_start, steps_between

_HOUR = dt.timedelta(hours=1)
_STEPS = st.sampled_from(get_args(Step))
_ZONES = st.sampled_from(
    [
        "UTC",
        "Asia/Shanghai",
        "Asia/Kolkata",
        "Asia/Kathmandu",
        "America/New_York",
        "America/St_Johns",  # went back at 00:01, over midnight, until 2011
        "America/Havana",
        "America/Sao_Paulo",  # left midnight out
        "Australia/Lord_Howe",  # changes its clocks by half an hour
        "Pacific/Apia",  # left out 30 December 2011
        "Africa/Monrovia",
    ]
)
_INSTANTS = st.integers(0, 2**31).map(lambda seconds: dt.datetime.fromtimestamp(seconds, dt.UTC))


def _between(start: str, end: str, step: Step, zone: str) -> list[Interval]:
    return list(steps_between(dt.datetime.fromisoformat(start), dt.datetime.fromisoformat(end), step, ZoneInfo(zone)))


def _hours(interval: Interval) -> float:
    return (interval.end - interval.start) / _HOUR


@settings(deadline=None)
@given(_INSTANTS, st.timedeltas(dt.timedelta(microseconds=1), dt.timedelta(days=70)), _STEPS, _ZONES)
def test_steps_follow_each_other_and_hold_the_window(
    start: dt.datetime, span: dt.timedelta, step: Step, name: str
) -> None:
    steps = list(steps_between(start, start + span, step, ZoneInfo(name)))

    assert steps[0].start <= start < steps[0].end
    assert steps[-1].start < start + span <= steps[-1].end
    assert all(one.start < one.end for one in steps)
    assert all(before.end == after.start for before, after in pairwise(steps))
    assert all(step_start(one.start, step, ZoneInfo(name)) == one.start for one in steps)


@settings(deadline=None)
@given(_INSTANTS, _ZONES)
def test_the_steps_nest(instant: dt.datetime, name: str) -> None:
    zone = ZoneInfo(name)
    month = next(steps_between(instant, instant + _HOUR, "monthly", zone))
    days = list(steps_between(*month, "daily", zone))
    hours = list(steps_between(*next(steps_between(instant, instant + _HOUR, "daily", zone)), "hourly", zone))
    day = next(steps_between(instant, instant + _HOUR, "daily", zone))

    assert (days[0].start, days[-1].end) == month
    assert hours[0].start <= day.start
    assert hours[-1].end >= day.end


@pytest.mark.parametrize(
    ("date", "hours"), [("2014-03-09", 23), ("2014-03-10", 24), ("2014-11-02", 25), ("2014-11-03", 24)]
)
def test_a_day_on_which_the_clocks_are_changed_has_an_hour_less_or_more(date: str, hours: int) -> None:
    (day,) = _between(f"{date}T12:00:00Z", f"{date}T13:00:00Z", "daily", "America/New_York")

    assert _hours(day) == hours
    assert len(list(steps_between(*day, "hourly", ZoneInfo("America/New_York")))) == hours


def test_a_day_is_that_of_the_zone() -> None:
    assert _between("2014-01-31T16:00:00Z", "2014-02-01T15:00:00Z", "daily", "Asia/Shanghai") == [
        (dt.datetime(2014, 1, 31, 16, tzinfo=dt.UTC), dt.datetime(2014, 2, 1, 16, tzinfo=dt.UTC))
    ]


def test_a_month_is_that_of_the_zone() -> None:
    assert _between("2014-01-31T16:00:00Z", "2014-02-01T00:00:00Z", "monthly", "Asia/Shanghai") == [
        (dt.datetime(2014, 1, 31, 16, tzinfo=dt.UTC), dt.datetime(2014, 2, 28, 16, tzinfo=dt.UTC))
    ]


def test_hours_begin_on_the_full_hour_of_the_zones_clocks() -> None:
    first, second = _between("2014-01-31T05:00:00Z", "2014-01-31T06:00:00Z", "hourly", "Asia/Kolkata")

    assert first == (dt.datetime(2014, 1, 31, 4, 30, tzinfo=dt.UTC), dt.datetime(2014, 1, 31, 5, 30, tzinfo=dt.UTC))
    assert second.end == dt.datetime(2014, 1, 31, 6, 30, tzinfo=dt.UTC)


def test_where_clocks_are_changed_by_half_an_hour_an_hour_is_cut_short() -> None:
    steps = _between("2014-04-05T14:00:00Z", "2014-04-05T17:00:00Z", "hourly", "Australia/Lord_Howe")

    assert [_hours(one) for one in steps] == [1.0, 0.5, 1.0, 1.0]


def test_a_day_that_the_calendar_left_out_is_no_step() -> None:
    steps = _between("2011-12-29T12:00:00Z", "2011-12-31T12:00:00Z", "daily", "Pacific/Apia")

    assert [one.start.astimezone(ZoneInfo("Pacific/Apia")).day for one in steps] == [29, 31, 1]
    assert [_hours(one) for one in steps] == [24.0, 24.0, 24.0]
