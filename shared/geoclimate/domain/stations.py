"""Places that measure."""

import datetime as dt
from dataclasses import dataclass, replace

from geoclimate.domain.sources import precedence


@dataclass(frozen=True, slots=True)
class Series:
    """What is known of one parameter at one station.

    Attributes:
        parameter: Parameter code.
        first: Start of the oldest observation, UTC.
        last: End of the newest observation, UTC.
    """

    parameter: str
    first: dt.datetime
    last: dt.datetime


@dataclass(frozen=True, slots=True)
class Station:
    """A place that measures.

    Attributes:
        id: `<source>-<the source's own id>`, such as `openaq-8118`.
        name: Name as the source gives it.
        latitude: Degrees north, WGS84.
        longitude: Degrees east, WGS84.
        source: Who delivers it.
        series: One entry a parameter, ordered by parameter code.
    """

    id: str
    name: str
    latitude: float
    longitude: float
    source: str
    series: tuple[Series, ...]


def widen(known: Station | None, seen: Station) -> Station:
    """What is known of a station after it was seen again: its name and place as seen last, its series grown.

    A series only ever grows: its beginning moves back and its end forward, never the other way. Of two sources that
    deliver it, such as EPA and AirNow, the one of higher precedence stays.
    """
    if known is None:
        return seen
    spans = {series.parameter: series for series in known.series}
    for series in seen.series:
        before = spans.get(series.parameter, series)
        spans[series.parameter] = Series(
            series.parameter, min(before.first, series.first), max(before.last, series.last)
        )
    source = max(seen.source, known.source, key=precedence)
    return replace(seen, source=source, series=tuple(spans[parameter] for parameter in sorted(spans)))
