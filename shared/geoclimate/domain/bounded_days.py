"""A day with its revisions as bytes that fit into one item, and cost an ordinary reader little.

Whoever reads a day pays for the whole item, so its past may take a few times what the present takes. A longer past is
cut: first what only confirms, which no answer misses, and where that does not do, the oldest. The item says from when
on it is complete, so that a question about an earlier instant is refused and not answered wrongly.
"""

import datetime as dt
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from geoclimate.domain.day_items import pack_day, unpack_day
from geoclimate.domain.errors import RefusedValue
from geoclimate.domain.observations import Observation
from geoclimate.domain.quality import RowRule
from geoclimate.domain.revisions import DayRevisions, superseded_at, without_confirmations, without_past

MOST_BYTES: Final = 400_000
"""Of both parts: DynamoDB takes 409,600 bytes an item, its keys and the names of its attributes included."""
SMALLEST_PAST: Final = 3072
"""Bytes: with the some 400 of a day of hours it stays within one read unit, 4 KB."""
PAST_TO_PRESENT: Final = 4
"""How many times the bytes of what is served the superseded observations may take, where that is more."""


@dataclass(frozen=True, slots=True)
class PackedDay:
    """A day as bytes.

    Attributes:
        current: What is served, by `pack_day`.
        superseded: What was served before, by `pack_day`; empty where there is nothing.
        complete_since: As in `DayRevisions`.
        thinned_until: As in `DayRevisions`.
    """

    current: bytes
    superseded: bytes = b""
    complete_since: dt.datetime | None = None
    thinned_until: dt.datetime | None = None


def pack_within_bounds(day: DayRevisions) -> PackedDay:
    """Pack a day of one series, without the oldest of its past where that would be too large.

    Raises:
        RefusedValue: `full-day`: what is served takes more than `MOST_BYTES` by itself.
    """
    current = pack_day(day.current)
    if len(current) > MOST_BYTES:
        first = day.current[0]
        message = (
            f"with it {first.station} would have {len(day.current):,} values of {first.parameter} on"
            f" {first.start:%Y-%m-%d}, more than a day can hold: deliver hourly values, or fewer instruments a station"
        )
        raise RefusedValue(RowRule.FULL_DAY, None, "", message)
    most = min(max(SMALLEST_PAST, PAST_TO_PRESENT * len(current)), MOST_BYTES - len(current))
    superseded = _pack(day.superseded)
    if len(superseded) > most:
        day = without_confirmations(day)
        superseded = _pack(day.superseded)
    if len(superseded) > most:
        # To the half, or every further revision would cut again.
        day = _with_past_of(day, most // 2)
        superseded = _pack(day.superseded)
    return PackedDay(current, superseded, day.complete_since, day.thinned_until)


def _with_past_of(day: DayRevisions, most: int) -> DayRevisions:
    """The day with as much of its past as takes at most so many bytes."""
    instants = superseded_at(day)
    fitting = bisect_left(instants, x=True, key=lambda since: len(_pack(without_past(day, since).superseded)) <= most)
    return without_past(day, instants[fitting])


def unpack_bounded(station: str, parameter: str, packed: PackedDay) -> DayRevisions:
    """The day that was packed.

    Raises:
        IntegrityError: The bytes are none that this version of the platform can read.
    """
    return DayRevisions(
        unpack_day(station, parameter, packed.current),
        unpack_day(station, parameter, packed.superseded) if packed.superseded else (),
        packed.complete_since,
        packed.thinned_until,
    )


def _pack(observations: Sequence[Observation]) -> bytes:
    return pack_day(observations) if observations else b""
