"""What was measured: one value of one instrument over one interval."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Observation:
    """One measured value over the half-open interval `[start, end)`.

    Attributes:
        station: Station id, such as `openaq-8118`.
        parameter: Parameter code, such as `pm25`.
        start: Beginning of the averaging interval, UTC.
        end: End of the averaging interval, UTC, after `start`.
        value: Value in the parameter's canonical unit.
        delivered_value: Value as the provider wrote it.
        delivered_unit: Unit as the provider wrote it, spelled our way.
        instrument: Sensor id or POC: which instrument at the station.
        flag: Quality flag: `valid` or the name of the rule that flagged it.
        source: Who delivered it, such as `openaq`.
        file_digest: SHA-256 of the file that brought it, hexadecimal.
        line: 1-based line in that file.
        ingested_at: When the file that brought it was uploaded, UTC: the same in every retry of that upload.
        revision: Which value of this interval it is, from 1: each other value or flag that is served makes a new one.
            Only the store knows it.
    """

    station: str
    parameter: str
    start: dt.datetime
    end: dt.datetime
    value: float
    delivered_value: float
    delivered_unit: str
    instrument: str
    flag: str
    source: str
    file_digest: str
    line: int
    ingested_at: dt.datetime
    revision: int = 1


@dataclass(frozen=True, slots=True)
class SeriesWindow:
    """A stretch of one series: the observations whose interval starts in `[start, end)`.

    Attributes:
        station: Station id.
        parameter: Parameter code.
        start: Beginning, aware.
        end: End, not included, aware.
    """

    station: str
    parameter: str
    start: dt.datetime
    end: dt.datetime
