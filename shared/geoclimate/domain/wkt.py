"""Points and polygons as well-known text, longitude first: OGC 06-103r4, Simple Features, part 1, clause 7."""

import math
import re
from typing import Final

from geoclimate.domain.errors import InvalidQuery
from geoclimate.domain.places import Point
from geoclimate.domain.polygons import Polygon, Ring

COORDS: Final = "coords"
"""Name of the request parameter, for messages."""
POINT_EXAMPLE: Final = "POINT(116.47 39.95)"
POLYGON_EXAMPLE: Final = "POLYGON((116 39.5,117 39.5,117 40.5,116 40.5,116 39.5))"

_LEAST_CORNERS: Final = 4
_POINT: Final = re.compile(r"\s*POINT\s*\(([^()]*)\)\s*", re.IGNORECASE | re.ASCII)
_POLYGON: Final = re.compile(r"\s*POLYGON\s*\(\s*(\([^()]*\)(?:\s*,\s*\([^()]*\))*)\s*\)\s*", re.IGNORECASE | re.ASCII)
_RING: Final = re.compile(r"\(([^()]*)\)")
_KIND: Final = re.compile(r"\s*([A-Za-z]+)", re.ASCII)


def parse_point(text: str) -> Point:
    """The point of a text such as `POINT(116.47 39.95)`.

    Raises:
        InvalidQuery: `coords`: it is no point on the Earth.
    """
    match = _POINT.fullmatch(text)
    if match is None:
        raise _unreadable(text, "POINT", POINT_EXAMPLE)
    return _corner(match[1], POINT_EXAMPLE)


def parse_polygon(text: str) -> Polygon:
    """The polygon of a text such as `POLYGON((116 39.5,117 39.5,117 40.5,116 39.5))`, with its holes.

    Raises:
        InvalidQuery: `coords`: it is no polygon on the Earth.
    """
    match = _POLYGON.fullmatch(text)
    if match is None:
        raise _unreadable(text, "POLYGON", POLYGON_EXAMPLE)
    return Polygon(tuple(_ring(ring) for ring in _RING.findall(match[1])))


def _ring(text: str) -> Ring:
    corners = tuple(_corner(part, POLYGON_EXAMPLE) for part in text.split(","))
    if len(corners) < _LEAST_CORNERS:
        raise InvalidQuery(
            COORDS, f"has a ring of {len(corners)} corners: a ring has three at least, and its first once more"
        )
    if corners[0] != corners[-1]:
        raise InvalidQuery(COORDS, f"has a ring that does not end where it begins: write {POLYGON_EXAMPLE}")
    return corners


def _corner(text: str, example: str) -> Point:
    try:
        numbers = [float(part) for part in text.split()]
    except ValueError:
        numbers = []
    if not numbers or not all(map(math.isfinite, numbers)):
        raise InvalidQuery(COORDS, f"holds something that is no pair of numbers: write {example}")
    if len(numbers) != 2:
        raise InvalidQuery(
            COORDS, f"gives {len(numbers)} numbers for a place: longitude and latitude belong there, as in {example}"
        )
    longitude, latitude = numbers
    if abs(latitude) <= 90.0 and abs(longitude) <= 180.0:
        return Point(latitude, longitude)
    if abs(longitude) <= 90.0 and abs(latitude) <= 180.0:
        raise InvalidQuery(
            COORDS,
            f"has a latitude beyond 90 degrees: longitude comes first, so did you mean {latitude:g} {longitude:g}?",
        )
    raise InvalidQuery(
        COORDS, "is not on the Earth: longitudes go from -180 to 180, latitudes from -90 to 90, in this order"
    )


def _unreadable(text: str, wanted: str, example: str) -> InvalidQuery:
    match = _KIND.match(text)
    kind = match[1].upper() if match else ""
    if kind and kind != wanted and kind.isalpha():
        return InvalidQuery(COORDS, f"is a {kind[:20]}; this query takes a {wanted}, such as {example}")
    return InvalidQuery(COORDS, f"is not a {wanted} in well-known text without heights, such as {example}")
