"""What was measured in a window of time."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from geoclimate.domain.errors import InvalidQuery
from geoclimate.domain.observations import Observation
from geoclimate.services.ports import ObservationStore, StationStore
from geoclimate.services.read_stations import read_series

DEFAULT_SPAN: Final = dt.timedelta(hours=24)
LONGEST_SPAN: Final = dt.timedelta(days=31)
"""A month: 32 packed items at most."""
MOST_OBSERVATIONS: Final = 20_000
"""A month of one instrument's values every minute has twice as many. One takes 160 to 220 bytes of the answer, and
Lambda's answers end at 6 MB."""


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


def read_observations(
    stations: StationStore,
    observations: ObservationStore,
    station: str,
    parameter: str,
    *,
    start: dt.datetime | None,
    end: dt.datetime | None,
) -> ObservationWindow:
    """Observations of a series whose interval starts in `[start, end)`.

    Without `end` the window ends 24 hours after `start`, and without both at the end of the series; without `start` it
    begins 24 hours before its end.

    Raises:
        UnknownStation: There is no such station.
        UnknownSeries: The station does not measure the parameter.
        InvalidQuery: The window is empty, longer than 31 days, or holds more than 20,000 observations.
    """
    series = read_series(stations, station, parameter)
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
    found = observations.read(station, parameter, start, end)
    if len(found) > MOST_OBSERVATIONS:
        raise InvalidQuery(
            "to",
            f"ends a window of {len(found):,} observations; one request gives {MOST_OBSERVATIONS:,} at most, so ask in"
            " parts",
        )
    return ObservationWindow(start, end, found)
