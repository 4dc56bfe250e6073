"""Places that measure."""

import datetime as dt
from dataclasses import dataclass, replace

from geoclimate.domain.geohash import geohash
from geoclimate.domain.places import Point
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
        described_at: When the file that gives its name and place was uploaded, UTC.
        country: ISO 3166-1 alpha-2 code of where it stands; None on the high sea, and where nobody looked yet.
    """

    id: str
    name: str
    latitude: float
    longitude: float
    source: str
    series: tuple[Series, ...]
    described_at: dt.datetime
    country: str | None = None

    @property
    def point(self) -> Point:
        """Where it stands."""
        return Point(self.latitude, self.longitude)


def place_key(station: Station) -> str:
    """`<geohash>#<station id>`: sorts by place, and no two stations have the same."""
    return f"{geohash(station.point)}#{station.id}"


def widen(known: Station | None, seen: Station) -> Station:
    """What is known of a station after it was seen again; the order in which it was seen does not matter.

    Its name and place are those of the newest upload, of two in the same instant those that sort last; its country is
    that of its place. A series only ever grows: its beginning moves back and its end forward, never the other way. Of
    two sources that deliver it, such as EPA and AirNow, the one of higher precedence stays.
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
    newer, older = sorted((seen, known), key=_description, reverse=True)
    country = newer.country
    if country is None and newer.point == older.point:
        country = older.country
    return replace(
        newer,
        source=source,
        country=country,
        series=tuple(spans[parameter] for parameter in sorted(spans)),
    )


def _description(station: Station) -> tuple[dt.datetime, str, float, float]:
    return station.described_at, station.name, station.latitude, station.longitude
