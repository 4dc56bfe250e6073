"""Areas of any shape on a map of longitudes and latitudes."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from geoclimate.domain.places import Box, Point

Ring = tuple[Point, ...]
"""Corners in order; the last one is the first."""


@dataclass(frozen=True, slots=True)
class Polygon:
    """What lies within a ring and outside of its holes; edges are straight on a map of longitudes and latitudes.

    Attributes:
        rings: The outer one, then the holes.
    """

    rings: tuple[Ring, ...]

    @property
    def box(self) -> Box:
        """The smallest box that holds it."""
        outer = self.rings[0]
        longitudes = [corner.longitude for corner in outer]
        latitudes = [corner.latitude for corner in outer]
        return Box(min(longitudes), min(latitudes), max(longitudes), max(latitudes))

    def holds(self, point: Point) -> bool:
        """Whether a point lies in it; those on an edge do.

        By the number of edges east of the point: odd within, even outside (the even-odd rule).
        """
        inside = False
        for one, other in self._edges():
            if _is_on(point, one, other):
                return True
            if (one.latitude > point.latitude) != (other.latitude > point.latitude):
                inside ^= _turn(one, other, point) * (1 if other.latitude > one.latitude else -1) > 0
        return inside

    def _edges(self) -> Iterator[tuple[Point, Point]]:
        for ring in self.rings:
            yield from pairwise(ring)


def _turn(one: Point, other: Point, point: Point) -> float:
    """Positive where the point lies left of the way from one to the other, 0 on the line."""
    return (other.longitude - one.longitude) * (point.latitude - one.latitude) - (other.latitude - one.latitude) * (
        point.longitude - one.longitude
    )


def _is_on(point: Point, one: Point, other: Point) -> bool:
    return (
        _turn(one, other, point) == 0.0
        and min(one.longitude, other.longitude) <= point.longitude <= max(one.longitude, other.longitude)
        and min(one.latitude, other.latitude) <= point.latitude <= max(one.latitude, other.latitude)
    )
