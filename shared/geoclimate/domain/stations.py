"""Places that measure."""

import datetime as dt
from dataclasses import dataclass


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
