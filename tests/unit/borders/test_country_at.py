"""The country of a place: real places, and the law that borders keep."""

import hashlib
import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geoclimate.borders.country_at import (
    BORDERS_DIGEST,
    BORDERS_FILE,
    GRID_AROUND,
    OFFSHORE_M,
    country_at,
    read_borders,
)
from geoclimate.domain.countries import KOSOVO, numeric_codes
from geoclimate.domain.places import Point, distance_m
from geoclimate.domain.polygons import Polygon
from local.country_borders import write_borders

_DEGREES = 360.0 / GRID_AROUND


@pytest.mark.parametrize(
    ("place", "latitude", "longitude", "country"),
    [
        ("Beijing", 39.954, 116.468, "CN"),
        ("Los Angeles", 34.05, -118.24, "US"),
        ("London", 51.5, -0.12, "GB"),
        ("Honolulu", 21.31, -157.86, "US"),
        # Towns on both sides of a border.
        ("Tijuana", 32.514, -117.038, "MX"),
        ("San Diego", 32.715, -117.16, "US"),
        ("Detroit", 42.33, -83.05, "US"),
        ("Windsor", 42.30, -83.02, "CA"),
        ("Geneva", 46.2, 6.14, "CH"),
        ("Basel", 47.56, 7.59, "CH"),
        ("Hong Kong", 22.30, 114.17, "HK"),
        ("Shenzhen", 22.54, 114.06, "CN"),
        ("Macao", 22.19, 113.54, "MO"),
        ("Singapore", 1.29, 103.85, "SG"),
        ("Johor Bahru", 1.48, 103.75, "MY"),
        # Countries within another one, and a part of one beyond another.
        ("Maseru", -29.31, 27.48, "LS"),
        ("San Marino", 43.94, 12.45, "SM"),
        ("St Peter's Square", 41.9022, 12.4568, "VA"),
        ("Colosseum", 41.89, 12.49, "IT"),
        ("Kaliningrad", 54.71, 20.51, "RU"),
        ("Ceuta", 35.89, -5.31, "ES"),
        ("Gaza", 31.5, 34.46, "PS"),
        # Both sides of the antimeridian, and the line itself by both of its names.
        ("Suva", -18.14, 178.44, "FJ"),
        ("Taveuni, west", -16.8, 179.98, "FJ"),
        ("Taveuni, east", -16.8, -179.98, "FJ"),
        ("Taveuni, 180", -16.8, 180.0, "FJ"),
        ("Taveuni, -180", -16.8, -180.0, "FJ"),
        ("Wrangel, west", 71.2, 179.3, "RU"),
        ("Wrangel, east", 71.2, -179.3, "RU"),
        ("Uelen", 66.16, -169.81, "RU"),
        ("Adak", 51.88, -176.66, "US"),
        # Poles.
        ("Amundsen-Scott", -90.0, 0.0, "AQ"),
        ("beside it", -89.99, -100.0, "AQ"),
        ("McMurdo", -77.85, 166.67, "AQ"),
        ("North Pole", 90.0, 0.0, None),
        # Codes of their own in ISO 3166-1.
        ("Taipei", 25.03, 121.56, "TW"),
        ("Cayenne", 4.92, -52.31, "GF"),
        ("Saint-Denis", -20.88, 55.45, "RE"),
        ("Fort-de-France", 14.6, -61.07, "MQ"),
        ("Pointe-à-Pitre", 16.24, -61.53, "GP"),
        ("Mamoudzou", -12.78, 45.23, "YT"),
        ("Longyearbyen", 78.22, 15.64, "SJ"),
        ("Kralendijk", 12.15, -68.27, "BQ"),
        ("Christmas Island", -10.45, 105.67, "CX"),
        ("Cocos Islands", -12.17, 96.83, "CC"),
        ("Fakaofo", -9.38, -171.25, "TK"),
        ("San Juan", 18.4, -66.06, "PR"),
        # What Natural Earth gives no code.
        ("Pristina", 42.66, 21.16, KOSOVO),
        ("Hargeisa", 9.56, 44.06, "SO"),
        ("Kyrenia", 35.33, 33.32, "CY"),
        ("Akrotiri", 34.59, 32.99, "GB"),
        ("Baikonur", 45.62, 63.31, "KZ"),
        ("Guantánamo", 19.92, -75.16, "CU"),
        ("Siachen", 35.4, 77.1, None),
        # As Natural Earth draws what is in force on the ground.
        ("Sevastopol", 44.6, 33.52, "RU"),
        ("Laayoune", 27.15, -13.2, "MA"),
        # Lakes are land, harbours and small islands are their coast's, the high sea is nobody's.
        ("Lake Superior", 47.9, -88.5, "US"),
        ("Maasvlakte", 51.96, 4.0, "NL"),
        ("10 km off Scheveningen", 52.11, 4.1, "NL"),
        ("Malé", 4.17, 73.51, "MV"),
        ("Tarawa", 1.35, 172.97, "KI"),
        ("Pacific", 0.0, -140.0, None),
        ("Gulf of Guinea", 0.0, 0.0, None),
        ("Dogger Bank", 55.0, 2.5, None),
        ("Caspian Sea", 41.5, 51.0, None),
    ],
)
def test_places_have_their_country(place: str, latitude: float, longitude: float, country: str | None) -> None:
    assert country_at(Point(latitude, longitude)) == country, place


def test_the_file_is_the_one_that_was_checked() -> None:
    assert hashlib.sha256(BORDERS_FILE.read_bytes()).hexdigest() == BORDERS_DIGEST
    assert BORDERS_FILE.stat().st_size < 1_000_000


def test_every_entry_of_iso_3166_1_is_on_the_map_and_nothing_else_but_kosovo() -> None:
    found = {code for code in read_borders(BORDERS_FILE).codes if code is not None}

    assert found == {*numeric_codes(), KOSOVO}


@given(st.floats(-90, 90), st.floats(-180, 180))
@example(0.0, math.nextafter(180.0, 0.0))
def test_the_antimeridian_has_one_country_by_both_names_and_every_place_has_at_most_one(
    latitude: float, longitude: float
) -> None:
    assert country_at(Point(latitude, 180.0)) == country_at(Point(latitude, -180.0))
    found = country_at(Point(latitude, longitude))
    assert found is None or found == KOSOVO or found in numeric_codes()


_CORNERS = st.lists(st.tuples(st.integers(60, 400), st.integers(1, 60)), min_size=3, max_size=9)
_PLACES = st.tuples(st.integers(-600, 600), st.integers(-600, 600))
# Steps of the grid east of the antimeridian, and degrees north.
_MIDDLES = st.tuples(st.sampled_from([0, 3, 45_678, 99_900, 99_998]), st.sampled_from([-78.0, 0.0, 55.0]))


def _star(corners: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """A closed ring around the origin, of distances and widths of angles."""
    whole = sum(width for _, width in corners)
    angles = [2 * math.pi * sum(width for _, width in corners[:number]) / whole for number in range(len(corners))]
    ring = [
        (round(distance * math.cos(angle)), round(distance * math.sin(angle)))
        for (distance, _), angle in zip(corners, angles, strict=True)
    ]
    return [*ring, ring[0]]


def _world(rings: list[list[tuple[int, int]]], middle: tuple[int, float]) -> dict[str, Any]:
    """Ecuador alone in the world, with its middle where it is told."""
    arcs = []
    for (x, y), *others in rings:
        moves = [[b[0] - a[0], b[1] - a[1]] for a, b in pairwise([(x, y), *others])]
        arcs.append([[(x + middle[0]) % GRID_AROUND, y], *moves])
    country = {"type": "Polygon", "id": "218", "arcs": [[number] for number in range(len(rings))]}
    return {
        "transform": {"scale": [_DEGREES, _DEGREES], "translate": [-180.0, middle[1]]},
        "objects": {"countries": {"geometries": [country]}},
        "arcs": arcs,
    }


def _metres_to_edges(point: Point, area: Polygon) -> float:
    along = [number / 300 for number in range(301)]
    return min(
        distance_m(
            point,
            Point(
                one.latitude + share * (other.latitude - one.latitude),
                one.longitude + share * (other.longitude - one.longitude),
            ),
        )
        for ring in area.rings
        for one, other in pairwise(ring)
        for share in along
    )


@settings(deadline=None)
@given(corners=_CORNERS, place=_PLACES, middle=_MIDDLES, hollow=st.booleans())
def test_a_place_is_in_a_country_by_the_even_odd_rule_or_near_its_coast_wherever_that_is_on_the_earth(
    tmp_path_factory: pytest.TempPathFactory,
    corners: list[tuple[int, int]],
    place: tuple[int, int],
    middle: tuple[int, float],
    hollow: bool,
) -> None:
    rings = [_star(corners), *([[(x // 3, y // 3) for x, y in _star(corners)]] if hollow else [])]
    # Between the lines of the grid no place is exactly on a border.
    x, y = place[0] + 0.31, place[1] + 0.37
    file = tmp_path_factory.getbasetemp() / "ecuador.npz"
    write_borders(_world(rings, middle), file)

    longitude = ((x + middle[0]) * _DEGREES + 360.0) % 360.0 - 180.0
    found = read_borders(file).country_at(Point(middle[1] + y * _DEGREES, longitude))

    area = Polygon(tuple(tuple(Point(middle[1] + b * _DEGREES, a * _DEGREES) for a, b in ring) for ring in rings))
    there = Point(middle[1] + y * _DEGREES, x * _DEGREES)
    if area.holds(there):
        assert found == "EC"
    elif found is None:
        assert _metres_to_edges(there, area) > OFFSHORE_M * 0.98
    else:
        assert found == "EC"
        assert _metres_to_edges(there, area) < OFFSHORE_M * 1.02
