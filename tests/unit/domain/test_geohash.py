"""Geohashes, and which of them cover a box."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.geohash import CellRange, cover, geohash, geohash_text, merged, without
from geoclimate.domain.places import WORLD, Box, Point
from tests.places import LATITUDES, LONGITUDES, POINTS

_RANGES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9)), max_size=6).map(
    lambda pairs: merged(CellRange(first, first + more) for first, more in pairs)
)


@pytest.mark.parametrize(
    ("point", "known"),
    [
        (Point(57.64911, 10.40744), "u4pruydqqvj8"),  # the example of geohash.org
        (Point(42.605, -5.603), "ezs42"),  # the example of Wikipedia's article
        (Point(-25.382708, -49.265506), "6gkzwgjzn820"),  # of the same article
    ],
)
def test_agrees_with_published_examples(point: Point, known: str) -> None:
    assert geohash(point).startswith(known)


def test_the_antimeridian_has_one_geohash() -> None:
    assert geohash(Point(10.0, 180.0)) == geohash(Point(10.0, -180.0))


@given(st.integers(0, 2**60 - 1), st.integers(0, 2**60 - 1))
def test_texts_sort_as_the_bits_do(one: int, other: int) -> None:
    assert (geohash_text(one) < geohash_text(other)) == (one < other)


@given(LONGITUDES, LONGITUDES, LATITUDES, LATITUDES, POINTS, st.integers(2, 16))
def test_a_cover_holds_every_point_of_its_box_in_so_many_ranges(
    west: float, east: float, one: float, other: float, point: Point, most: int
) -> None:
    box = Box(west, min(one, other), east, max(one, other))
    ranges = cover(box, most)

    assert 1 <= len(ranges) <= most
    assert all(before.last + 1 < after.first for before, after in pairwise(ranges))
    if box.holds(point):
        assert _has(ranges, point)
    for corner in (Point(box.south, west), Point(box.north, east)):
        assert _has(ranges, corner)


def test_the_world_is_one_range() -> None:
    assert cover(WORLD, 2) == [CellRange(0, 2**60 - 1)]


def test_more_ranges_leave_less_besides_the_box() -> None:
    box = Box(116.0, 39.0, 117.0, 40.0)
    sizes = [sum(last - first + 1 for first, last in cover(box, most)) for most in (2, 4, 8, 16)]
    of_the_world = 2**60 / (360 * 180)

    assert sizes == sorted(sizes, reverse=True)
    assert of_the_world <= sizes[-1] <= 2 * of_the_world


@given(_RANGES, _RANGES)
def test_what_was_done_is_taken_away_and_nothing_else(asked: list[CellRange], done: list[CellRange]) -> None:
    left = without(asked, done)

    assert _cells(left) == _cells(asked) - _cells(done)
    assert sum(last - first + 1 for first, last in left) == len(_cells(left))


def _cells(ranges: list[CellRange]) -> set[int]:
    return {cell for first, last in ranges for cell in range(first, last + 1)}


def _has(ranges: list[CellRange], point: Point) -> bool:
    return any(geohash_text(first) <= geohash(point) <= geohash_text(last) for first, last in ranges)
