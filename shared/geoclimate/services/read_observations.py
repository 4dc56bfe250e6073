"""What was measured in a window of time, observation by observation."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from geoclimate.contracts.observations import MOST_OBSERVATIONS
from geoclimate.domain.observations import Observation
from geoclimate.services.observation_window import PAGE_SPAN, WHOLE, ObservationQuery, PageRequest, window_of
from geoclimate.services.ports import Clock, ObservationStore, StationStore
from geoclimate.services.read_stations import read_series


@dataclass(frozen=True, slots=True)
class ObservationPage:
    """Some observations of one series.

    Attributes:
        start: Beginning of the window, UTC.
        end: End of the window, not included, UTC.
        observations: Those of the page, whose interval starts in the window, ordered by start, then instrument.
        after: Where the next page begins; None where the window ends with this one.
    """

    start: dt.datetime
    end: dt.datetime
    observations: Sequence[Observation]
    after: dt.datetime | None


def read_observations(
    stations: StationStore,
    observations: ObservationStore,
    clock: Clock,
    query: ObservationQuery,
    page: PageRequest = WHOLE,
) -> ObservationPage:
    """A page of the observations of a series whose interval starts in the window asked for.

    Observations of one instant are never parted, so a page may be a few longer than its limit. Where the window is
    asked for by one of its ends, only its days are read, unless there are none and the reason must be found.

    Args:
        stations: Catalogue of stations.
        observations: Hot store.
        clock: Tells the time.
        query: What is asked for.
        page: Which page; its limit counts observations, up to 16,000.

    Raises:
        UnknownStation: There is no such station.
        UnknownSeries: The station does not measure the parameter.
        InvalidQuery: See `window_of`; `as_of` lies before what is kept.
    """
    start, end = window_of(query, "raw", lambda: read_series(stations, query.station, query.parameter).last, clock())
    first = start if page.begin is None else page.begin
    last = min(first + PAGE_SPAN, end)
    read = observations.read(query.station, query.parameter, first, last, query.as_of)
    if not read:
        read_series(stations, query.station, query.parameter)
    found = [one for one in read if _takes(query, one)]
    limit = min(page.limit or MOST_OBSERVATIONS, MOST_OBSERVATIONS)
    if len(found) > limit:
        # The observations of the first instant stay together even where they are more than the limit.
        after = next((one.start for one in found[limit:] if one.start > found[0].start), None)
        if after is not None:
            return ObservationPage(start, end, [one for one in found if one.start < after], after)
    return ObservationPage(start, end, found, last if last < end else None)


def _takes(query: ObservationQuery, observation: Observation) -> bool:
    return (query.flags is None or observation.flag in query.flags) and (
        query.instrument is None or observation.instrument == query.instrument
    )
