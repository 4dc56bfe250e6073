"""Which observations a request asks for, and the window of time that they lie in."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from geoclimate.domain.calendar_steps import Every, Interval, Step
from geoclimate.domain.errors import InvalidQuery
from geoclimate.domain.local_time import zone_named
from geoclimate.domain.parameters import Parameter
from geoclimate.domain.units import Rescaling, rescaling, unit_named, units_of

DEFAULT_SPANS: Final[Mapping[Every, dt.timedelta]] = MappingProxyType(
    {
        "raw": dt.timedelta(hours=24),
        "hourly": dt.timedelta(hours=24),
        "daily": dt.timedelta(days=30),
        "monthly": dt.timedelta(days=365),
    }
)
"""How long a window is of which one end or none is given."""
LONGEST_SPANS: Final[Mapping[Every, dt.timedelta]] = MappingProxyType(
    {
        "raw": dt.timedelta(days=366),
        "hourly": dt.timedelta(days=366),
        "daily": dt.timedelta(days=3_660),
        "monthly": dt.timedelta(days=36_600),
    }
)
"""How long a window may be; it comes in pages."""
_A_ROW: Final[Mapping[Every, dt.timedelta]] = MappingProxyType(
    {
        "raw": dt.timedelta(hours=1),
        "hourly": dt.timedelta(hours=1),
        "daily": dt.timedelta(days=1),
        "monthly": dt.timedelta(days=31),
    }
)
"""How much of the window an entry of a page takes, usually."""
PAGE_SPAN: Final = dt.timedelta(days=31)
"""What one page of observations looks at: 32 packed items at most."""
MOST_STEPS: Final[Mapping[Step, int]] = MappingProxyType({"hourly": 744, "daily": 366, "monthly": 12})
"""Of a page of means: at most 369 packed items, which is what limits it."""
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ObservationQuery:
    """Which observations are asked for.

    Attributes:
        station: Station id.
        parameter: Parameter code.
        start: Beginning of the window; None for a usual span before its end.
        end: End of the window, not included; None for a usual span after `start`, and without both for the series' end.
        as_of: Asks for the answer that would have been given then: only uploads up to this instant count.
        flags: Flags of the observations that count; None for the usual ones.
        instrument: The one instrument whose observations count; None for all.
    """

    station: str
    parameter: str
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    as_of: dt.datetime | None = None
    flags: frozenset[str] | None = None
    instrument: str | None = None


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page of the answer.

    Attributes:
        limit: How many entries it may have; None for as many as a page takes.
        begin: Where it begins, from `after` of the page before; None for the window's beginning.
    """

    limit: int | None = None
    begin: dt.datetime | None = None


WHOLE: Final = PageRequest()
"""The first page, as long as a page may be."""


def window_of(
    query: ObservationQuery, every: Every, series_end: Callable[[], dt.datetime], now: dt.datetime
) -> Interval:
    """Beginning and end of the window that a request asks for.

    Args:
        query: What is asked for.
        every: What step of means, or `raw`.
        series_end: Tells where the series ends; asked only where the query names neither end of its window.
        now: The time.

    Raises:
        InvalidQuery: The window is empty or too long; `as_of` lies in the future or comes without a window.
    """
    start, end = query.start, query.end
    if query.as_of is not None:
        _check_as_of(query.as_of, now, has_window=start is not None or end is not None)
    if end is None:
        end = series_end() if start is None else start + DEFAULT_SPANS[every]
    if start is None:
        start = end - DEFAULT_SPANS[every]
    if start >= end:
        raise InvalidQuery("from", f"must lie before 'to': {start.isoformat()} is not before {end.isoformat()}")
    longest = LONGEST_SPANS[every]
    if end - start > longest:
        coarser = "" if every == "monthly" else ", or for a coarser step with 'every'"
        raise InvalidQuery(
            "to",
            f"lies {-((start - end) // _DAY):,} days after 'from'; 'every={every}' gives {longest.days:,} days at most,"
            f" so ask in parts{coarser}",
        )
    return Interval(start, end)


def days_of_page(start: dt.datetime | None, end: dt.datetime | None, every: Every, limit: int | None) -> int:
    """How many days have to be read for a page, at most: those of the window, or of as many entries as it may have."""
    span = DEFAULT_SPANS[every] if start is None or end is None else end - start
    span = min(span, PAGE_SPAN if every == "raw" else MOST_STEPS[every] * _A_ROW[every])
    if limit is not None:
        span = min(span, limit * _A_ROW[every])
    return max(1, -(-span // _DAY))


def parse_flags(text: str) -> frozenset[str]:
    """The flags of a list with commas.

    Raises:
        InvalidQuery: `flags`: one is none of ours; all that there are are named.
    """
    # It knows the formats that set the flags, which no other request needs.
    from geoclimate.domain.flags import FLAGS  # noqa: PLC0415

    flags = frozenset(text.split(","))
    unknown = _quoted(flags - FLAGS)
    if unknown:
        raise InvalidQuery("flags", f"names {unknown}, which is no flag; the flags are {', '.join(sorted(FLAGS))}")
    return flags


def parse_zone(name: str) -> dt.tzinfo:
    """The time zone of an IANA name, of `UTC`, or of a fixed offset such as `-05:00`.

    Raises:
        InvalidQuery: `tz`: there is none of this name; names like it are said.
    """
    zone = zone_named(name)
    if zone is not None:
        return zone
    if name.startswith(" "):
        raise InvalidQuery("tz", "begins with a space: in a URL a '+' reads as one, so write %2B08:00")
    # Hundreds of names in a folder, looked at only to help.
    from difflib import get_close_matches  # noqa: PLC0415
    from zoneinfo import available_timezones  # noqa: PLC0415

    near = [like for like in get_close_matches(name, sorted(available_timezones()), n=3) if zone_named(like)]
    meant = f"did you mean {' or '.join(near)}?" if near else "write one such as Asia/Shanghai or America/New_York"
    raise InvalidQuery("tz", f"is not the name of an IANA time zone; {meant}")


def parse_units(text: str, parameter: Parameter) -> Rescaling:
    """The way from a parameter's canonical unit to one in any spelling.

    Raises:
        InvalidQuery: `units`: it is unknown, or none that the parameter can have; those that it can have are said.
    """
    unit = unit_named(text)
    found = None if unit is None else rescaling(unit, parameter)
    if found is None:
        raise InvalidQuery(
            "units", f"cannot be '{text}' for {parameter.code}; they can be {', '.join(units_of(parameter))}"
        )
    return found


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in sorted(names))


def _check_as_of(as_of: dt.datetime, now: dt.datetime, *, has_window: bool) -> None:
    if as_of > now:
        raise InvalidQuery("as_of", f"lies in the future: it is {now:%Y-%m-%dT%H:%M:%SZ}, and files may still come")
    if not has_window:
        raise InvalidQuery(
            "as_of", "needs 'from' or 'to' beside it: without them the window is the last day that the series has now"
        )
