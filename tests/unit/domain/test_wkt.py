"""Well-known text, and why some cannot be used."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.errors import InvalidQuery
from geoclimate.domain.places import Point
from geoclimate.domain.polygons import Polygon
from geoclimate.domain.wkt import POINT_EXAMPLE, POLYGON_EXAMPLE, parse_point, parse_polygon

_LONGITUDES = st.floats(-180, 180)
_LATITUDES = st.floats(-90, 90)


@given(_LONGITUDES, _LATITUDES)
def test_a_point_is_longitude_then_latitude(longitude: float, latitude: float) -> None:
    assert parse_point(f"POINT({longitude!r} {latitude!r})") == Point(latitude, longitude)


@pytest.mark.parametrize("text", ["point(1 2)", " POINT ( 1   2 ) ", "Point(1.0 2e0)"])
def test_spaces_and_case_do_not_matter(text: str) -> None:
    assert parse_point(text) == Point(2.0, 1.0)


def test_the_examples_can_be_read() -> None:
    assert parse_point(POINT_EXAMPLE) == Point(39.95, 116.47)
    assert parse_polygon(POLYGON_EXAMPLE).box.north == 40.5


def test_a_polygon_may_have_holes() -> None:
    polygon = parse_polygon("POLYGON((0 0, 9 0, 9 9, 0 9, 0 0), (3 3, 6 3, 6 6, 3 6, 3 3))")

    assert [len(ring) for ring in polygon.rings] == [5, 5]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not a POINT"),
        ("MULTIPOINT((1 2),(3 4))", "is a MULTIPOINT; this query takes a POINT"),
        ("POINT Z(1 2 3)", "without heights"),
        ("POINT(1 2 3)", "gives 3 numbers for a place"),
        ("POINT(1)", "gives 1 numbers for a place"),
        ("POINT(one two)", "no pair of numbers"),
        ("POINT(nan 1)", "no pair of numbers"),
        ("POINT(39.9 116.4)", "longitude comes first, so did you mean 116.4 39.9?"),
        ("POINT(200 10)", "is not on the Earth"),
        ("POINT(1 2); DROP TABLE stations", "is not a POINT"),
    ],
)
def test_says_why_a_text_is_no_point(text: str, said: str) -> None:
    with pytest.raises(InvalidQuery) as caught:
        parse_point(text)
    assert caught.value.parameter == "coords"
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("POINT(1 2)", "is a POINT; this query takes a POLYGON"),
        ("POLYGON(0 0,1 0,1 1,0 0)", "is not a POLYGON"),
        ("POLYGON((0 0,1 0,0 0))", "a ring of 3 corners"),
        ("POLYGON((0 0,1 0,1 1,0 1))", "does not end where it begins"),
        ("POLYGON((0 0,1 0,1 x,0 0))", "no pair of numbers"),
        ("POLYGON((0 0,1 0,1 91,0 0))", "so did you mean 91 1?"),
    ],
)
def test_says_why_a_text_is_no_polygon(text: str, said: str) -> None:
    with pytest.raises(InvalidQuery) as caught:
        parse_polygon(text)
    assert said in str(caught.value)


@given(st.text(alphabet="POINTLYG() ,.0123456789-eZ", max_size=60), st.sampled_from([parse_point, parse_polygon]))
def test_any_text_is_a_shape_or_an_error_that_names_the_parameter(
    text: str, parse: Callable[[str], Point | Polygon]
) -> None:
    found: Point | Polygon | str
    try:
        found = parse(text)
    except InvalidQuery as error:
        found = error.parameter

    assert found == "coords" or isinstance(found, Point | Polygon)
