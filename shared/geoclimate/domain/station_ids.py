"""How a station is named: `<source>-<the source's own id>`."""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from geoclimate.domain.errors import RefusedValue
from geoclimate.domain.quality import RowRule, require, shortened

LONGEST_STATION: Final = 128
"""As the API takes it."""
_STATION: Final = re.compile(r"(?P<source>[a-z][a-z0-9_]{0,31})-[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
_REMEMBERED: Final = 8192


class StationId(NamedTuple):
    """A station's id.

    Attributes:
        station: All of it.
        source: Its beginning: who has the station.
    """

    station: str
    source: str


@lru_cache(maxsize=_REMEMBERED)
def parse_station_id(text: str) -> StationId:
    """A station's id from the column `station`.

    Raises:
        RefusedValue: `required`, `identifier`.
    """
    station = require(text, "station")
    match = _STATION.fullmatch(station)
    if match is None or len(station) > LONGEST_STATION:
        message = (
            f"'{shortened(station)}' is not a station id: it is <source>-<the source's own id>, such as city-mitte, of"
            f" letters without accents, digits and . _ -, {LONGEST_STATION} at most"
        )
        raise RefusedValue(RowRule.IDENTIFIER, "station", text, message)
    return StationId(station, match["source"])
