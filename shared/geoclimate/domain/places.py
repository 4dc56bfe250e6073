"""Points, boxes and distances on the Earth."""

import math
from dataclasses import dataclass
from typing import Final

EARTH_RADIUS_M: Final = 6_371_008.8
"""Mean radius of WGS84, metres: Moritz, Geodetic Reference System 1980, Journal of Geodesy 74 (2000)."""

FARTHEST_M: Final = math.pi * EARTH_RADIUS_M
"""No two points lie farther apart, metres."""

_WIDER: Final = 1e-9
"""Relative: a box around a circle is so much wider than computed, which is far more than the rounding of floats."""

SAME_PLACE_METRES: Final = 1_000.0
"""Instruments of one site stand some hundred metres apart at most, and providers round coordinates to 0.01 degrees."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the Earth.

    Attributes:
        latitude: Degrees north, WGS84, -90 to 90.
        longitude: Degrees east, WGS84, -180 to 180.
    """

    latitude: float
    longitude: float

    def swapped(self) -> "Point | None":
        """The point that was meant if latitude and longitude were swapped, or None where there is none."""
        return Point(self.longitude, self.latitude) if -90.0 <= self.longitude <= 90.0 else None


@dataclass(frozen=True, slots=True)
class Box:
    """All points between two parallels and two meridians, edges included.

    Attributes:
        west: Longitude where it begins, -180 to 180.
        south: Least latitude.
        east: Longitude where it ends, going east; less than `west` where it crosses the antimeridian.
        north: Greatest latitude.
    """

    west: float
    south: float
    east: float
    north: float

    def holds(self, point: Point) -> bool:
        """Whether a point lies in it."""
        return self.south <= point.latitude <= self.north and any(
            west <= east_of(point.longitude) <= east for west, east in self.longitudes()
        )

    def swapped(self) -> "Box | None":
        """The box that was meant if latitudes and longitudes were swapped, or None where there is none."""
        south, north = self.west, self.east
        return Box(self.south, south, self.north, north) if -90.0 <= south <= north <= 90.0 else None

    def longitudes(self) -> tuple[tuple[float, float], ...]:
        """Its longitudes as one or two ranges that do not cross the antimeridian, which is -180 and never 180."""
        if self.west > self.east:
            return ((-180.0, self.east), (self.west, 180.0))
        if self.east == 180.0 and self.west > -180.0:
            return ((-180.0, -180.0), (self.west, 180.0))
        return ((self.west, self.east),)


WORLD: Final = Box(-180.0, -90.0, 180.0, 90.0)


def east_of(longitude: float) -> float:
    """A longitude with one name for the antimeridian: -180 up to, but not including, 180."""
    return -180.0 if longitude == 180.0 else longitude


def distance_m(one: Point, other: Point) -> float:
    """Distance along the surface of the sphere, metres: the haversine formula.

    Within 0.6% of the distance on the ellipsoid. R. W. Sinnott, Virtues of the Haversine, Sky and Telescope 68 (1984).
    """
    south, north = math.radians(one.latitude), math.radians(other.latitude)
    across = math.sin(math.radians(other.longitude - one.longitude) / 2)
    along = math.sin((north - south) / 2)
    square = along * along + math.cos(south) * math.cos(north) * across * across
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(square)))


def box_around(center: Point, radius: float) -> Box:
    """A box that holds every point within a distance.

    Where the circle holds a pole it holds every longitude, so the box does. J. P. Matuschek, Finding Points Within a
    Distance of a Latitude/Longitude Using Bounding Coordinates.

    Args:
        center: The point in the middle.
        radius: Metres.
    """
    angle = radius / EARTH_RADIUS_M * (1 + _WIDER) + _WIDER
    reach = math.degrees(angle)
    south, north = center.latitude - reach, center.latitude + reach
    if south <= -90.0 or north >= 90.0:
        return Box(-180.0, max(south, -90.0), 180.0, min(north, 90.0))
    aside = math.degrees(math.asin(min(1.0, math.sin(angle) / math.cos(math.radians(center.latitude)))))
    aside += _WIDER * 360
    if aside >= 180.0:
        return Box(-180.0, south, 180.0, north)
    return Box(_wrapped(center.longitude - aside), south, _wrapped(center.longitude + aside), north)


def _wrapped(longitude: float) -> float:
    return (longitude + 180.0) % 360.0 - 180.0
