"""Hours, days and months as the clocks of a time zone count them.

Steps follow each other without gap or overlap. A day has 23 or 25 hours where the clocks are changed; an hour is
shorter than 60 minutes where they are changed within it, as on Lord Howe Island. Hours begin on the full hour of the
zone's clocks, so in India at half past one of UTC.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from geoclimate.domain.local_time import day_start, offset_change

Step = Literal["hourly", "daily", "monthly"]
"""How long a step is."""
Every = Literal["raw", "hourly", "daily", "monthly"]
"""Each observation by itself, or means over steps."""

_HOUR: Final = dt.timedelta(hours=1)
_DAY: Final = dt.timedelta(days=1)
_LONGEST_MONTH: Final = dt.timedelta(days=31)


class Interval(NamedTuple):
    """A stretch of time, `[start, end)`.

    Attributes:
        start: Beginning, UTC.
        end: End, not included, UTC.
    """

    start: dt.datetime
    end: dt.datetime


def steps_between(start: dt.datetime, end: dt.datetime, step: Step, zone: dt.tzinfo) -> Iterator[Interval]:
    """The whole steps that hold some of `[start, end)`, in order; the first and the last may reach beyond it."""
    begin = step_start(start, step, zone)
    while begin < end:
        following = _step_end(begin, step, zone)
        yield Interval(begin, following)
        begin = following


def step_start(instant: dt.datetime, step: Step, zone: dt.tzinfo) -> dt.datetime:
    """When the step that holds an instant begins, UTC."""
    if step == "hourly":
        begin = (instant - _past_full_hour(instant.astimezone(zone))).astimezone(dt.UTC)
        if _offset(begin, zone) == _offset(instant, zone):
            return begin
        return offset_change(zone, begin, instant)
    first = _first_day(instant.astimezone(zone).date(), step)
    # Where the clocks go back over midnight, the date is that of the day before once more, but the new day has begun.
    following = day_start(_next_first_day(first, step), zone)
    return following if following <= instant else day_start(first, zone)


def _step_end(begin: dt.datetime, step: Step, zone: dt.tzinfo) -> dt.datetime:
    if step == "hourly":
        end = begin + _HOUR - _past_full_hour(begin.astimezone(zone))
        return end if _offset(begin, zone) == _offset(end, zone) else offset_change(zone, begin, end)
    return day_start(_next_first_day(_first_day(begin.astimezone(zone).date(), step), step), zone)


def _past_full_hour(local: dt.datetime) -> dt.timedelta:
    return dt.timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)


def _offset(instant: dt.datetime, zone: dt.tzinfo) -> dt.timedelta | None:
    return instant.astimezone(zone).utcoffset()


def _first_day(date: dt.date, step: Step) -> dt.date:
    return date.replace(day=1) if step == "monthly" else date


def _next_first_day(first: dt.date, step: Step) -> dt.date:
    return (first + _LONGEST_MONTH).replace(day=1) if step == "monthly" else first + _DAY
