"""What was measured in a window of time."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from geoclimate.domain.errors import InvalidQuery
from geoclimate.domain.observations import Observation
from geoclimate.services.ports import Clock, ObservationStore, StationStore
from geoclimate.services.read_stations import read_series

DEFAULT_SPAN: Final = dt.timedelta(hours=24)
LONGEST_SPAN: Final = dt.timedelta(days=31)
"""A month: 32 packed items at most."""
MOST_OBSERVATIONS: Final = 16_000
"""A month of one instrument's values every minute has nearly three times as many. One takes 200 to 300 bytes of the
answer, and Lambda's answers end at 6 MB."""


@dataclass(frozen=True, slots=True)
class ObservationWindow:
    """Observations of one series.

    Attributes:
        start: Beginning of the window, UTC.
        end: End of the window, not included, UTC.
        observations: Those whose interval starts in the window, ordered by start, then instrument.
    """

    start: dt.datetime
    end: dt.datetime
    observations: Sequence[Observation]


@dataclass(frozen=True, slots=True)
class ObservationQuery:
    """Which observations are asked for.

    Attributes:
        station: Station id.
        parameter: Parameter code.
        start: Beginning of the window; None for 24 hours before its end.
        end: End of the window, not included; None for 24 hours after `start`, and without both for the series' end.
        as_of: Asks for the answer that would have been given then: only uploads up to this instant count.
    """

    station: str
    parameter: str
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    as_of: dt.datetime | None = None


def read_observations(
    stations: StationStore, observations: ObservationStore, clock: Clock, query: ObservationQuery
) -> ObservationWindow:
    """Observations of a series whose interval starts in the window asked for.

    Raises:
        UnknownStation: There is no such station.
        UnknownSeries: The station does not measure the parameter.
        InvalidQuery: The window is empty, longer than 31 days, or holds more than 16,000 observations; `as_of` lies in
            the future, comes without a window, or lies before what is kept.
    """
    station, parameter, start, end, as_of = query.station, query.parameter, query.start, query.end, query.as_of
    series = read_series(stations, station, parameter)
    if as_of is not None:
        _check_as_of(as_of, clock(), has_window=start is not None or end is not None)
    if end is None:
        end = series.last if start is None else start + DEFAULT_SPAN
    if start is None:
        start = end - DEFAULT_SPAN
    if start >= end:
        raise InvalidQuery("from", f"must lie before 'to': {start.isoformat()} is not before {end.isoformat()}")
    if end - start > LONGEST_SPAN:
        raise InvalidQuery(
            "to",
            f"lies {end - start} after 'from'; one request gives {LONGEST_SPAN.days} days at most, so ask in parts",
        )
    found = observations.read(station, parameter, start, end, as_of)
    if len(found) > MOST_OBSERVATIONS:
        raise InvalidQuery(
            "to",
            f"ends a window of {len(found):,} observations; one request gives {MOST_OBSERVATIONS:,} at most, so ask in"
            " parts",
        )
    return ObservationWindow(start, end, found)


def _check_as_of(as_of: dt.datetime, now: dt.datetime, *, has_window: bool) -> None:
    if as_of > now:
        raise InvalidQuery("as_of", f"lies in the future: it is {now:%Y-%m-%dT%H:%M:%SZ}, and files may still come")
    if not has_window:
        raise InvalidQuery(
            "as_of", "needs 'from' or 'to' beside it: without them the window is the last day that the series has now"
        )
