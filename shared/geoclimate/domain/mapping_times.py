"""The part of a mapping that says when a wide file's values were measured."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from geoclimate.domain.local_time import zone_named
from geoclimate.domain.mapping_fields import Fields, refuse
from geoclimate.domain.wide_stamps import LONGEST_FORMAT, StampFormat

DEFAULT_MINUTES: Final = 60
LONGEST_MINUTES: Final = 1440
DAY: Final = "day"
"""Interval of a file that gives a value a local day, which has 23 or 25 hours where the clocks are changed."""


@dataclass(frozen=True, slots=True)
class Times:
    """How a line's interval is read.

    Attributes:
        columns: Columns whose texts, with a blank between them, are the stamp.
        form: How the stamp is written.
        zone: Zone of stamps that have no offset.
        ends: Whether the stamp ends the interval; otherwise it begins it.
        interval: Length of the interval, or None for the local day.
    """

    columns: tuple[str, ...]
    form: StampFormat
    zone: dt.tzinfo
    ends: bool
    interval: dt.timedelta | None


def parse_times(fields: Fields) -> Times:
    """The field `time` of a mapping.

    Raises:
        UnreadableFile: `mapping`.
    """
    fields.only("columns", "format", "zone", "stamp", "interval")
    form = _form(fields)
    times = Times(
        columns=fields.texts("columns"),
        form=form,
        zone=_zone(fields),
        ends=fields.one_of("stamp", ("begins", "ends")) == "ends",
        interval=_interval(fields),
    )
    fields.end()
    if times.interval is not None and not form.has_hour:
        message = f'says no hour: add %H, or give the interval as "{DAY}" where the file has a value a day'
        refuse(fields.path("format"), message)
    return times


def _form(fields: Fields) -> StampFormat:
    written = fields.text("format")
    if len(written) > LONGEST_FORMAT:
        refuse(fields.path("format"), f"is longer than {LONGEST_FORMAT} characters")
    try:
        return StampFormat(written)
    except ValueError as error:
        refuse(fields.path("format"), str(error))


def _zone(fields: Fields) -> dt.tzinfo:
    name = fields.text("zone")
    zone = zone_named(name)
    if zone is None:
        message = (
            f"'{name[:80]}' is no time zone: write its IANA name such as Europe/Berlin (capital letters matter), UTC,"
            " or a fixed offset such as +01:00"
        )
        refuse(fields.path("zone"), message)
    return zone


def _interval(fields: Fields) -> dt.timedelta | None:
    found = fields.maybe("interval", fields.value, DEFAULT_MINUTES)
    if found == DAY:
        return None
    if isinstance(found, bool) or not isinstance(found, int) or not 1 <= found <= LONGEST_MINUTES:
        refuse(fields.path("interval"), f'must be a number of whole minutes from 1 to {LONGEST_MINUTES}, or "{DAY}"')
    return dt.timedelta(minutes=found)
