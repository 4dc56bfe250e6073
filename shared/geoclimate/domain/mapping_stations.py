"""The part of a mapping that says where a wide file's values come from."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from geoclimate.domain.errors import RefusedValue
from geoclimate.domain.mapping_fields import Fields, refuse
from geoclimate.domain.quality import parse_coordinates
from geoclimate.domain.readings import LONGEST_NAME

SOURCE: Final = "wide"
"""Source of every value of a wide file, and beginning of its stations' ids."""
OWN_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
"""A provider's own id of a station or an instrument."""
OWN_ID_SAID: Final = "1 to 64 of A-Z, a-z, 0-9 and . _ -, a letter or digit first"
_PROVIDER: Final = re.compile(r"[a-z][a-z0-9_]{0,31}", re.ASCII)
"""No hyphen, so that no two providers can have a station of one id."""
_STATION: Final = ("id", "name", "latitude", "longitude")
_COORDINATE_COLUMNS: Final = ("latitude_column", "longitude_column")
_FARTHEST: Final = 1e6
"""Larger numbers are no coordinates with a slip in them."""


@dataclass(frozen=True, slots=True)
class KnownStation:
    """What a mapping says of a station.

    Attributes:
        own_id: The provider's own id.
        name: Its name, blank where the mapping gives none.
        coordinates: Degrees north and east, WGS84, or None where columns give them.
    """

    own_id: str
    name: str
    coordinates: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Stations:
    """Which station a line is of, and where that is.

    Attributes:
        provider: Name of who delivers.
        only: The station of every line, or None where a column says it.
        column: Column of stations, or None.
        known: Stations by the text in the column; where there are any, no other is taken.
        name_column: Column of names, or None.
        coordinate_columns: Columns of latitude and longitude, or None where the mapping gives them.
    """

    provider: str
    only: KnownStation | None
    column: str | None
    known: Mapping[str, KnownStation]
    name_column: str | None
    coordinate_columns: tuple[str, str] | None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read."""
        named = (self.column, self.name_column, *(self.coordinate_columns or ()))
        return tuple(column for column in named if column is not None)

    def id_of(self, own: str) -> str:
        """Our id of a station: `wide-<provider>-<own id>`."""
        return f"{SOURCE}-{self.provider}-{own}"


def parse_provider(fields: Fields, name: str) -> str:
    """The name of who delivers.

    Raises:
        UnreadableFile: `mapping`.
    """
    found = fields.text(name)
    if not _PROVIDER.fullmatch(found):
        refuse(fields.path(name), "must be 1 to 32 of a-z, 0-9 and _, a letter first: it is part of every station's id")
    return found


def parse_own_id(fields: Fields, name: str) -> str:
    """A provider's own id of a station or an instrument.

    Raises:
        UnreadableFile: `mapping`.
    """
    found = fields.text(name)
    if not OWN_ID.fullmatch(found):
        refuse(fields.path(name), f"must be {OWN_ID_SAID}")
    return found


def parse_stations(fields: Fields, provider: str) -> Stations:
    """The field `station` of a mapping.

    Raises:
        UnreadableFile: `mapping`.
    """
    fields.only("column", "known", "name_column", *_COORDINATE_COLUMNS, *_STATION)
    coordinate_columns = None
    if any(name in fields for name in _COORDINATE_COLUMNS):
        latitude, longitude = map(fields.text, _COORDINATE_COLUMNS)
        coordinate_columns = latitude, longitude
    only, column = None, fields.maybe("column", fields.text, None)
    known: dict[str, KnownStation] = {}
    if column is None:
        if "id" not in fields:
            refuse(fields.path("id"), "is missing: give the station's id, or as `column` the column that says it")
        only = _station(fields, parse_own_id(fields, "id"), coordinate_columns)
    elif "known" in fields:
        known = _known(fields.fields("known"), coordinate_columns)
    elif coordinate_columns is None:
        refuse(fields.path("known"), "is missing: give each station's coordinates there, or name their two columns")
    name_column = fields.maybe("name_column", fields.text, None)
    fields.end()
    return Stations(provider, only, column, MappingProxyType(known), name_column, coordinate_columns)


def _known(table: Fields, coordinate_columns: tuple[str, str] | None) -> dict[str, KnownStation]:
    if not table.names:
        refuse(table.path("…"), "must name a station, or be left out")
    known: dict[str, KnownStation] = {}
    for text in table.names:
        entry = table.fields(text)
        if text.strip() in known:
            refuse(table.path(text), "is there twice but for blanks around it: keep one")
        entry.only(*_STATION)
        if "id" not in entry and not OWN_ID.fullmatch(text.strip()):
            refuse(entry.path("id"), f"is missing: '{text}' cannot be an id, which is {OWN_ID_SAID}")
        own_id = parse_own_id(entry, "id") if "id" in entry else text.strip()
        if own_id in {other.own_id for other in known.values()}:
            refuse(entry.path("id"), f"'{own_id}' is another station's too: give each an id of its own")
        known[text.strip()] = _station(entry, own_id, coordinate_columns)
        entry.end()
    return known


def _station(fields: Fields, own_id: str, coordinate_columns: tuple[str, str] | None) -> KnownStation:
    name = fields.maybe("name", fields.text, "")
    if len(name) > LONGEST_NAME:
        refuse(fields.path("name"), f"is longer than {LONGEST_NAME} characters: shorten it")
    if coordinate_columns is not None:
        return KnownStation(own_id, name, None)
    latitude = fields.number("latitude", -_FARTHEST, _FARTHEST)
    longitude = fields.number("longitude", -_FARTHEST, _FARTHEST)
    try:
        return KnownStation(own_id, name, parse_coordinates(repr(latitude), repr(longitude), "latitude", "longitude"))
    except RefusedValue as error:
        refuse(fields.path(error.column or "latitude"), str(error))
