"""Who delivers observations, and whose word counts where two of them differ about the same interval."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

AIRDATA: Final = "airdata"
"""Source of EPA AirData rows whose column `Source` says AQS; their stations are EPA's."""
AIRNOW: Final = "airnow"
"""Source of EPA AirData rows whose column `Source` says AirNow; their stations are EPA's."""


@dataclass(frozen=True, slots=True)
class Source:
    """A source of observations.

    Attributes:
        name: As observations carry it.
        precedence: The greater one is served, whichever came later.
        reason: Why it stands there.
    """

    name: str
    precedence: int
    reason: str


SOURCES: Final = (
    Source(
        "epa",
        40,
        "EPA's Air Quality System: the agency that runs the monitor has validated the values, and certifies them once a"
        " year (40 CFR 58.15).",
    ),
    Source(
        AIRDATA,
        35,
        "The same validated values as EPA's AirData page gives them, rounded: PM2.5 to one decimal. Where the"
        " Air Quality System's own file is there too, that is the exact one.",
    ),
    Source(
        AIRNOW,
        30,
        "The same monitors in real time: EPA says of AirNow's values that they are not fully verified and validated"
        " and may change.",
    ),
    Source(
        "openaq",
        20,
        "An aggregator: it passes on what agencies publish, mostly in real time, and not what they correct later.",
    ),
    Source(
        "wide",
        10,
        "A provider's own file, read as a mapping beside it says: nobody else has looked at its values.",
    ),
)
"""Ordered by precedence. The numbers mean nothing but their order; the gaps leave room for further sources."""

_PRECEDENCE: Final = MappingProxyType({source.name: source.precedence for source in SOURCES})
_UNKNOWN: Final = 0


def precedence(source: str) -> int:
    """How much a source's word counts; an unknown one's least."""
    return _PRECEDENCE.get(source, _UNKNOWN)
