"""From what a clock on the wall showed to UTC, where daylight-saving time leaves hours out and shows others twice.

A time that the clocks left out (the gap in spring) never was, so it is refused; nearly always the provider's instrument
keeps standard time all year, and the message says what to write then.

A time that they showed twice (the fold in autumn) is decided by the order of the lines, for each series apart: it is
the instant that is one step from the line before. Where neither is, it is in lines that go forward the earlier instant,
and once the series has reached that, the later one; in lines that go backward the other way round. The order is the
only evidence, so such values carry the flag `ambiguous-time`. A stamp with an offset needs none of this.

Rules of zones are those of the IANA time zone database, as `zoneinfo` finds it.
"""

import datetime as dt
import re
import zoneinfo
from collections.abc import Hashable
from typing import Final, NamedTuple

from geoclimate.domain.errors import RefusedValue
from geoclimate.domain.quality import RowRule

AMBIGUOUS_TIME: Final = "ambiguous-time"
"""Flag of a value whose local time was shown twice, so that the order of the lines had to decide."""
_AHEAD: Final = dt.timedelta(days=1)

_ZONE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*", re.ASCII)
_OFFSET: Final = re.compile(r"(?P<sign>[+-])(?P<hours>0\d|1[0-4]):(?P<minutes>[0-5]\d)", re.ASCII)
_NO_ZONES: Final = re.compile(r"(?:factory|localtime|posixrules)|(?:posix|right)/.*", re.ASCII | re.IGNORECASE)
"""Files that lie among the zones: of this machine, or with leap seconds."""


class Instant(NamedTuple):
    """A point in time that a local time stands for.

    Attributes:
        time: The point in time, UTC.
        ambiguous: Whether the local time was shown twice.
    """

    time: dt.datetime
    ambiguous: bool


def zone_named(name: str) -> dt.tzinfo | None:
    """The zone of an IANA name such as `Asia/Shanghai`, of `UTC`, or of a fixed offset such as `+08:00`.

    Returns:
        None where there is no such zone.
    """
    offset = _OFFSET.fullmatch(name)
    if offset is not None:
        ahead = dt.timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"]))
        return dt.timezone(ahead if offset["sign"] == "+" else -ahead, name)
    if name == "UTC":
        return dt.UTC
    if not _ZONE.fullmatch(name) or _NO_ZONES.fullmatch(name):
        return None
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        # A folder of the database, such as America, is an OSError; a file that is no zone, a ValueError.
        return None


class _Course(NamedTuple):
    """How the lines of a series went so far.

    Attributes:
        last: The newest line's instant.
        backward: Whether that lies before the one of the line before it.
        step: The shortest time between two lines, or none where all were of one instant.
    """

    last: dt.datetime
    backward: bool = False
    step: dt.timedelta | None = None


class LocalClock:
    """Turns the local times of one file into instants; keeps three values a series."""

    def __init__(self, zone: dt.tzinfo, column: str, uploaded_at: dt.datetime) -> None:
        """Begin a file.

        Args:
            zone: Zone of stamps without an offset.
            column: Column of the stamps, for messages.
            uploaded_at: When the file was uploaded; a stamp far beyond it is a slip, and no part of the lines' order.
        """
        self._zone = zone
        self._column = column
        self._latest = uploaded_at + _AHEAD
        self._courses: dict[Hashable, _Course] = {}

    def instant(self, series: Hashable, stamp: dt.datetime, text: str) -> Instant:
        """The instant that a stamp of a series stands for; the lines must come in the order of the file.

        Args:
            series: What the order of the lines is looked at for, such as a station.
            stamp: As delivered; its own offset, where it has one, decides.
            text: Delivered text, for the message.

        Raises:
            RefusedValue: `local-time`: the clocks of the zone never showed it.
        """
        if stamp.tzinfo is not None:
            time, ambiguous = stamp.astimezone(dt.UTC), False
        else:
            first = _utc(stamp, self._zone, fold=0)
            second = _utc(stamp, self._zone, fold=1)
            if first > second:
                raise self._never_shown(first, second, text)
            ambiguous = first != second
            time = self._decide(series, first, second) if ambiguous else first
        self._remember(series, time)
        return Instant(time, ambiguous)

    def day(self, date: dt.date) -> tuple[dt.datetime, dt.datetime]:
        """Beginning and end of a local day, UTC: 24 hours, and another number where the clocks are changed."""
        return day_start(date, self._zone), day_start(date + dt.timedelta(days=1), self._zone)

    def local(self, stamp: dt.datetime) -> dt.datetime:
        """What the clocks show at a stamp: the stamp itself where it has no offset."""
        return stamp if stamp.tzinfo is None else stamp.astimezone(self._zone).replace(tzinfo=None)

    def _decide(self, series: Hashable, first: dt.datetime, second: dt.datetime) -> dt.datetime:
        course = self._courses.get(series)
        if course is None:
            return first
        last, backward, step = course
        if step is not None:
            ahead = -step if backward else step
            for instant in (first, second):
                if instant - last == ahead:
                    return instant
        if backward:
            return second if last > second else first
        return first if last < first else second

    def _remember(self, series: Hashable, time: dt.datetime) -> None:
        if time > self._latest:
            return
        course = self._courses.get(series)
        if course is None:
            self._courses[series] = _Course(time)
        elif time != course.last:
            step = abs(time - course.last)
            shortest = step if course.step is None else min(step, course.step)
            self._courses[series] = _Course(time, time < course.last, shortest)

    def _never_shown(self, late: dt.datetime, early: dt.datetime, text: str) -> RefusedValue:
        change = offset_change(self._zone, early, late)
        before = (change - dt.timedelta(seconds=1)).astimezone(self._zone)
        after = change.astimezone(self._zone)
        left = (before + dt.timedelta(seconds=1)).replace(tzinfo=None)
        standard = min(before.utcoffset() or dt.timedelta(), after.utcoffset() or dt.timedelta())
        message = (
            f"'{text}' never was in {self._zone}: the clocks went from {left:%Y-%m-%d %H:%M} to {after:%H:%M}; where"
            f" the instrument keeps standard time all year, give the zone as {_written(standard)}"
        )
        return RefusedValue(RowRule.LOCAL_TIME, self._column, text, message)


def _utc(local: dt.datetime, zone: dt.tzinfo, *, fold: int) -> dt.datetime:
    return local.replace(tzinfo=zone, fold=fold).astimezone(dt.UTC)


def day_start(date: dt.date, zone: dt.tzinfo) -> dt.datetime:
    """When a local day begins, UTC: at its first midnight, or where the clocks leave midnight out, at their change."""
    midnight = dt.datetime.combine(date, dt.time())
    first = _utc(midnight, zone, fold=0)
    second = _utc(midnight, zone, fold=1)
    return first if first <= second else offset_change(zone, second, first)


def offset_change(zone: dt.tzinfo, early: dt.datetime, late: dt.datetime) -> dt.datetime:
    """When, to the second, the offset of a zone changed after `early` and not after `late`."""
    early, late = early.replace(microsecond=0), late.replace(microsecond=0)
    before = early.astimezone(zone).utcoffset()
    while late - early > dt.timedelta(seconds=1):
        middle = (early + (late - early) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late


def _written(offset: dt.timedelta) -> str:
    minutes = offset // dt.timedelta(minutes=1)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
