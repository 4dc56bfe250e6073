"""Points, boxes and distances."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.places import EARTH_RADIUS_M, FARTHEST_M, Box, Point, box_around, distance_m
from tests.places import POINTS


def test_a_degree_along_a_meridian_is_a_360th_of_the_circumference() -> None:
    assert distance_m(Point(10.0, 20.0), Point(11.0, 20.0)) == pytest.approx(2 * math.pi * EARTH_RADIUS_M / 360)


def test_paris_and_new_york_are_as_far_apart_as_tables_say() -> None:
    assert distance_m(Point(48.8566, 2.3522), Point(40.7128, -74.0060)) == pytest.approx(5_837_000, rel=0.001)


def test_every_longitude_meets_at_a_pole() -> None:
    assert distance_m(Point(90.0, -170.0), Point(90.0, 45.0)) == pytest.approx(0.0, abs=1e-6)


def test_both_sides_of_the_antimeridian_are_near() -> None:
    assert distance_m(Point(0.0, 179.999), Point(0.0, -179.999)) < 250


def test_nothing_is_farther_than_the_antipode() -> None:
    assert distance_m(Point(90.0, 0.0), Point(-90.0, 0.0)) == FARTHEST_M


@given(POINTS, POINTS)
def test_a_distance_is_the_same_both_ways(one: Point, other: Point) -> None:
    assert distance_m(one, other) == pytest.approx(distance_m(other, one), abs=1e-6)


@pytest.mark.parametrize(
    ("box", "inside", "outside"),
    [
        (Box(170.0, -10.0, -170.0, 10.0), (180.0, -180.0, 175.0, -175.0), (0.0, 169.9, -169.9)),
        (Box(170.0, -10.0, 180.0, 10.0), (180.0, -180.0, 170.0), (-179.9, 169.9)),
        (Box(-180.0, -10.0, -170.0, 10.0), (180.0, -180.0, -170.0), (179.9,)),
        (Box(180.0, -10.0, 180.0, 10.0), (180.0, -180.0), (179.9, -179.9)),
        (Box(-180.0, -10.0, 180.0, 10.0), (180.0, -180.0, 0.0), ()),
    ],
)
def test_a_box_may_touch_or_cross_the_antimeridian(
    box: Box, inside: tuple[float, ...], outside: tuple[float, ...]
) -> None:
    assert [box.holds(Point(0.0, longitude)) for longitude in inside] == [True] * len(inside)
    assert [box.holds(Point(0.0, longitude)) for longitude in outside] == [False] * len(outside)


@given(POINTS, POINTS, st.floats(0.001, FARTHEST_M))
def test_a_box_around_a_circle_holds_all_of_it(center: Point, other: Point, radius: float) -> None:
    if distance_m(center, other) <= radius:
        assert box_around(center, radius).holds(other)


@given(POINTS, st.floats(0, 2 * math.pi), st.floats(0.001, 1_000_000))
def test_a_box_around_a_circle_holds_its_edge(center: Point, bearing: float, radius: float) -> None:
    edge = _destination(center, bearing, radius * (1 - 1e-9))
    if distance_m(center, edge) <= radius:
        assert box_around(center, radius).holds(edge)


def test_swapping_gives_what_was_meant_or_nothing() -> None:
    assert Point(2.35, 48.85).swapped() == Point(48.85, 2.35)
    assert Point(39.9, 116.4).swapped() is None
    assert Box(48.0, 2.0, 49.0, 3.0).swapped() == Box(2.0, 48.0, 3.0, 49.0)
    assert Box(116.0, 39.0, 117.0, 40.0).swapped() is None


def _destination(center: Point, bearing: float, distance: float) -> Point:
    """The point at this distance in this direction, on the sphere."""
    angle, south = distance / EARTH_RADIUS_M, math.radians(center.latitude)
    sine = math.sin(south) * math.cos(angle) + math.cos(south) * math.sin(angle) * math.cos(bearing)
    north = math.asin(max(-1.0, min(1.0, sine)))
    across = math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(south), math.cos(angle) - math.sin(south) * math.sin(north)
    )
    longitude = (center.longitude + math.degrees(across) + 180.0) % 360.0 - 180.0
    return Point(math.degrees(north), longitude)
