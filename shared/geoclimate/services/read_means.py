"""What was measured in a window of time, as means over hours, days or months."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from geoclimate.domain.calendar_steps import Interval, Step, step_start, steps_between
from geoclimate.domain.interval_means import LONGEST_COUNTED, IntervalMean, interval_means
from geoclimate.domain.quality import COUNTED_FLAGS
from geoclimate.domain.stations import Series
from geoclimate.services.observation_window import MOST_STEPS, WHOLE, ObservationQuery, PageRequest, window_of
from geoclimate.services.ports import Clock, ObservationStore, StationStore
from geoclimate.services.read_stations import read_series


class Calendar(NamedTuple):
    """How time is cut into steps.

    Attributes:
        step: How long a step is.
        zone: By whose clocks steps are counted.
    """

    step: Step
    zone: dt.tzinfo


@dataclass(frozen=True, slots=True)
class MeansPage:
    """Means of one series.

    Attributes:
        window: What was asked for.
        start: Beginning of the window: that of its first step, UTC.
        end: End of the window: that of its last step, UTC.
        means: One a step of the page, in order.
        after: Where the next page begins; None where the window ends with this one.
    """

    window: Interval
    start: dt.datetime
    end: dt.datetime
    means: Sequence[IntervalMean]
    after: dt.datetime | None


def read_means(
    stations: StationStore,
    observations: ObservationStore,
    clock: Clock,
    query: ObservationQuery,
    calendar: Calendar,
    page: PageRequest = WHOLE,
) -> MeansPage:
    """A page of the means of a series over all steps that hold some of the window asked for.

    Args:
        stations: Catalogue of stations.
        observations: Hot store.
        clock: Tells the time.
        query: What is asked for.
        calendar: How long a step is, by whose clocks.
        page: Which page; its limit counts steps, up to `MOST_STEPS`.

    Raises:
        UnknownStation: There is no such station.
        UnknownSeries: The station does not measure the parameter.
        InvalidQuery: See `window_of`; `as_of` lies before what is kept.
    """
    series = read_series(stations, query.station, query.parameter)
    now = clock()
    step, zone = calendar
    window = window_of(query, step, lambda: series.last, now)
    most = min(page.limit or MOST_STEPS[step], MOST_STEPS[step])
    begin = window.start if page.begin is None else page.begin
    steps = list(islice(steps_between(begin, window.end, step, zone), most))
    (last,) = steps_between(window.end - dt.timedelta(microseconds=1), window.end, step, zone)
    return MeansPage(
        window=window,
        start=step_start(window.start, step, zone),
        end=last.end,
        means=means_over(observations, query, step, steps, series, now),
        after=steps[-1].end if steps[-1].end < window.end else None,
    )


def means_over(
    observations: ObservationStore,
    query: ObservationQuery,
    step: Step,
    steps: Sequence[Interval],
    series: Series,
    now: dt.datetime,
) -> list[IntervalMean]:
    """The mean of each of some steps, read at once.

    Raises:
        InvalidQuery: `as_of` lies before what is kept.
    """
    # What starts before the first step may still reach into it.
    earliest = steps[0].start - LONGEST_COUNTED[step]
    found = observations.read(query.station, query.parameter, earliest, steps[-1].end, query.as_of)
    if query.instrument is not None:
        found = [one for one in found if one.instrument == query.instrument]
    flags = COUNTED_FLAGS if query.flags is None else query.flags
    return interval_means(found, steps, step, flags, series, query.as_of or now)
