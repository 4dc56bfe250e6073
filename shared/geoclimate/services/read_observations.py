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
"""A month of hourly values: 32 packed items at most, and an answer far below Lambda's 6 MB."""


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
        InvalidQuery: The window is empty or longer than 31 days.
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
    return ObservationWindow(start, end, observations.read(station, parameter, start, end))
