"""What a provider's file gives: rows that were taken, refused or left out."""

import datetime as dt
from dataclasses import dataclass

from geoclimate.domain.observations import Observation
from geoclimate.domain.quality import Refusal


@dataclass(frozen=True, slots=True)
class Delivery:
    """What every observation of one file has in common.

    Attributes:
        digest: SHA-256 of the file, hexadecimal.
        uploaded_at: When it was uploaded, UTC.
        now: The time against which stamps in the future are measured, UTC.
        key: Object key under which it was uploaded; empty where it was not uploaded.
    """

    digest: str
    uploaded_at: dt.datetime
    now: dt.datetime
    key: str = ""


@dataclass(frozen=True, slots=True)
class AcceptedRow:
    """A row that was taken.

    Attributes:
        observation: What it says.
        name: Station's name as delivered, or its id where there is none.
        latitude: Degrees north, WGS84.
        longitude: Degrees east, WGS84.
    """

    observation: Observation
    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that gives another figure of a day than the one that is taken; it is counted and changes nothing.

    Attributes:
        line: Its 1-based line.
        rule: Name of the choice that left it out, such as `event-type`.
    """

    line: int
    rule: str


Row = AcceptedRow | SkippedRow | Refusal
"""What one line of a file can be."""
