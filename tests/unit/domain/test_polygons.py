"""What lies in an area."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.places import Box, Point
from geoclimate.domain.polygons import Polygon

_SQUARE = Polygon(
    (
        (Point(0, 0), Point(0, 9), Point(9, 9), Point(9, 0), Point(0, 0)),
        (Point(3, 3), Point(3, 6), Point(6, 6), Point(6, 3), Point(3, 3)),
    )
)
_COORDINATES = st.integers(-20, 20)


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize(
    ("latitude", "longitude", "inside"),
    [(1, 1, True), (4.5, 4.5, False), (4.5, 1, True), (10, 4, False), (-1, 4, False), (4, -1, False), (4, 10, False)],
)
def test_a_point_lies_within_the_ring_and_outside_of_its_holes(
    latitude: float, longitude: float, inside: bool, reverse: bool
) -> None:
    square = Polygon(tuple(ring[::-1] for ring in _SQUARE.rings)) if reverse else _SQUARE

    assert square.holds(Point(latitude, longitude)) is inside


@pytest.mark.parametrize("corner", [Point(0, 0), Point(9, 9), Point(0, 4.5), Point(4.5, 9), Point(3, 4)])
def test_a_point_on_an_edge_lies_within(corner: Point) -> None:
    assert _SQUARE.holds(corner)


@given(_COORDINATES, _COORDINATES, _COORDINATES, _COORDINATES, _COORDINATES, _COORDINATES)
def test_a_box_as_a_polygon_holds_what_the_box_holds(
    west: int, south: int, width: int, height: int, latitude: int, longitude: int
) -> None:
    east, north = west + abs(width) + 1, south + abs(height) + 1
    corners = (Point(south, west), Point(south, east), Point(north, east), Point(north, west), Point(south, west))
    point = Point(latitude, longitude)

    polygon = Polygon((corners,))

    assert polygon.box == Box(west, south, east, north)
    assert polygon.holds(point) == polygon.box.holds(point)


@given(st.lists(st.tuples(_COORDINATES, _COORDINATES), min_size=3, max_size=8), _COORDINATES, _COORDINATES)
def test_nothing_outside_of_its_box_lies_in_a_polygon(
    corners: list[tuple[int, int]], latitude: int, longitude: int
) -> None:
    ring = tuple(Point(*corner) for corner in [*corners, corners[0]])
    polygon = Polygon((ring,))

    assert not polygon.holds(Point(latitude, longitude)) or polygon.box.holds(Point(latitude, longitude))
