"""Observations as hours counted back from an instant."""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping

from geoclimate.domain.observations import Observation

HOUR = dt.timedelta(hours=1)
_LEAST_COVERED = 0.75 * HOUR


def hours_before(observations: Iterable[Observation], at: dt.datetime, count: int) -> Mapping[str, list[float | None]]:
    """The hourly means of each instrument, the newest first.

    Place i holds what ended after `at` - (i + 1) hours and by `at` - i hours, so that half-hour time zones fit and no
    hour knows what came after it. Intervals shorter than an hour are averaged by their length and must cover three
    quarters of it. Left out are intervals longer than an hour: a day's mean says nothing about one hour.

    Args:
        observations: Observations of one series.
        at: Where counting back begins.
        count: How many hours.

    Returns:
        By instrument, `count` values each, None where there is none; only instruments that have one.
    """
    cells: defaultdict[tuple[str, int], list[tuple[float, dt.timedelta]]] = defaultdict(list)
    for one in observations:
        length = one.end - one.start
        place = (at - one.end) // HOUR
        if length <= HOUR and 0 <= place < count:
            cells[one.instrument, place].append((one.value, length))
    found: dict[str, list[float | None]] = {}
    for (instrument, place), members in sorted(cells.items()):
        covered = sum((length for _, length in members), dt.timedelta())
        if covered >= _LEAST_COVERED:
            mean = math.fsum(value * (length / covered) for value, length in members)
            found.setdefault(instrument, [None] * count)[place] = members[0][0] if len(members) == 1 else mean
    return found
