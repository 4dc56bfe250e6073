"""Stations by place, by what they measure and by who delivers them: the same as looking at every one of them."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.domain.errors import InvalidQuery, UnknownParameter
from geoclimate.domain.places import FARTHEST_M, WORLD, Box, Point, distance_m
from geoclimate.domain.stations import Series, Station, place_key
from geoclimate.services import search_stations
from geoclimate.services.search_stations import (
    NearKey,
    StationFilter,
    stations_by_id,
    stations_in_box,
    stations_near,
)
from tests.api_fakes import FIRST, LAST, StationsInMemory
from tests.places import LATITUDES, LONGITUDES, POINTS

_ALL = StationFilter()
_HOUR = dt.timedelta(hours=1)


def _station(number: int, point: Point, parameter: str = "pm25", source: str = "openaq") -> Station:
    series = (Series(parameter, FIRST, LAST),)
    return Station(f"{source}-{number:05}", "Here", point.latitude, point.longitude, source, series, LAST)


_WORLDS = st.lists(POINTS, max_size=30).map(
    lambda points: [_station(number, point) for number, point in enumerate(points)]
)


def _grid(step: float) -> StationsInMemory:
    """Stations all over the world, so many degrees apart."""
    across, along = int(360 / step), int(180 / step)
    points = [Point(-90 + step * (y + 0.5), -180 + step * (x + 0.5)) for y in range(along) for x in range(across)]
    return StationsInMemory([_station(number, point) for number, point in enumerate(points)])


@given(_WORLDS, LONGITUDES, LONGITUDES, LATITUDES, LATITUDES, st.integers(1, 7))
def test_a_box_has_the_stations_that_it_holds_and_each_once(
    world: list[Station], west: float, east: float, one: float, other: float, limit: int
) -> None:
    stations, box = StationsInMemory(world), Box(west, min(one, other), east, max(one, other))
    found: list[Station] = []
    after = None
    while True:
        page = stations_in_box(stations, box, _ALL, limit, after)
        assert len(page.stations) <= limit
        found += page.stations
        if page.after is None:
            break
        after = page.after

    assert found == sorted((each for each in world if box.holds(each.point)), key=place_key)


@given(_WORLDS, POINTS, st.integers(1, 40))
def test_the_nearest_are_those_that_comparing_all_finds(world: list[Station], center: Point, k: int) -> None:
    found = stations_near(StationsInMemory(world), center, _ALL, k)

    assert [(distance, each.id) for distance, each in found.stations] == _by_distance(world, center)[:k]


@given(_WORLDS, POINTS, st.floats(1, FARTHEST_M), st.integers(1, 7))
def test_pages_by_distance_give_everything_within_it_once_and_in_order(
    world: list[Station], center: Point, within: float, limit: int
) -> None:
    found: list[tuple[float, str]] = []
    after = None
    while True:
        page = stations_near(StationsInMemory(world), center, _ALL, limit, within=within, after=after)
        found += [(distance, each.id) for distance, each in page.stations]
        if page.after is None:
            break
        after = page.after

    assert found == [pair for pair in _by_distance(world, center) if pair[0] <= within]


# At a pole every meridian's stations of this grid stand together.
@pytest.mark.parametrize(
    ("center", "share"),
    [
        (Point(39.9, 116.4), 0.02),
        (Point(-16.5, 180.0), 0.02),
        (Point(89.99, 10.0), 0.13),
        (Point(-90.0, 0.0), 0.13),
    ],
)
def test_the_nearest_are_found_by_few_queries_that_read_little(center: Point, share: float) -> None:
    stations = _grid(2.0)

    stations_near(stations, center, _ALL, 3)

    assert stations.queries <= 40
    assert stations.given <= len(stations.by_id) * share


def test_a_single_far_station_is_found_by_a_bounded_number_of_queries() -> None:
    stations = StationsInMemory([_station(1, Point(-39.9, -63.6))])

    [(distance, _)] = stations_near(stations, Point(39.9, 116.4), _ALL, 1).stations

    assert distance == pytest.approx(FARTHEST_M, rel=0.001)
    assert stations.queries <= 80


@given(POINTS)
def test_looking_everywhere_takes_a_bounded_number_of_queries(center: Point) -> None:
    stations = StationsInMemory([])

    assert stations_near(stations, center, _ALL, 1).stations == []
    assert stations.queries <= 80


def test_a_box_reads_its_surroundings_and_not_the_world() -> None:
    stations = _grid(2.0)

    page = stations_in_box(stations, Box(110.0, 30.0, 120.0, 40.0), _ALL, 100)

    assert len(page.stations) == 25
    assert stations.queries <= 16
    assert stations.given <= 60


def test_a_station_that_is_added_meanwhile_moves_no_page() -> None:
    stations = StationsInMemory([_station(number, Point(0.0, number)) for number in range(4)])
    first = stations_by_id(stations, _ALL, 2)
    stations.extend([_station(0, Point(9.0, 9.0), source="epa")])
    second = stations_by_id(stations, _ALL, 2, first.after)

    assert [each.id for each in [*first.stations, *second.stations]] == [f"openaq-0000{number}" for number in range(4)]
    assert second.after is None


def test_filters_combine() -> None:
    here = Point(1.0, 2.0)
    ozone = _station(2, here, "o3")
    both = replace(_station(3, here), series=(Series("o3", FIRST, LAST - _HOUR), Series("pm25", FIRST, LAST)))
    foreign = _station(4, here, "o3", source="epa")
    stations = StationsInMemory([_station(1, here), ozone, both, foreign])

    def found(wanted: StationFilter) -> set[str]:
        [listed, boxed] = (
            {each.id for each in page.stations}
            for page in (stations_by_id(stations, wanted, 9), stations_in_box(stations, WORLD, wanted, 9))
        )
        near = {each.id for _, each in stations_near(stations, here, wanted, 9).stations}
        assert listed == boxed == near
        return listed

    assert found(StationFilter("o3")) == {ozone.id, both.id, foreign.id}
    assert found(StationFilter("o3", "openaq")) == {ozone.id, both.id}
    assert found(StationFilter("o3", "openaq", LAST - _HOUR)) == {ozone.id}
    assert found(StationFilter(active_since=LAST)) == set()


def test_the_stations_of_a_country_are_found_with_and_without_a_place_and_with_other_filters() -> None:
    here = Point(1.0, 2.0)
    world = [
        replace(_station(1, here), country="CN"),
        replace(_station(2, here, "o3"), country="CN"),
        replace(_station(3, here), country="US"),
        _station(4, here),
    ]
    stations = StationsInMemory(world)

    for wanted, ids in (
        (StationFilter(country="CN"), ["openaq-00001", "openaq-00002"]),
        (StationFilter("o3", country="CN"), ["openaq-00002"]),
        (StationFilter(country="DE"), []),
    ):
        assert [each.id for each in stations_by_id(stations, wanted, 9).stations] == ids
        assert [each.id for each in stations_in_box(stations, WORLD, wanted, 9).stations] == ids
        assert [each.id for _, each in stations_near(stations, here, wanted, 9).stations] == ids


def test_the_few_stations_of_a_country_are_one_page_however_many_there_are_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(search_stations, "MOST_LOOKED_AT", 10)
    world = [replace(_station(number, Point(0.0, number)), country="US") for number in range(30)]
    stations = StationsInMemory(
        [*world, *(replace(_station(number, Point(9.0, 9.0)), country="FJ") for number in (30, 31))]
    )

    first = stations_by_id(stations, StationFilter(country="FJ"), 1)
    second = stations_by_id(stations, StationFilter(country="FJ"), 1, first.after)

    assert ([each.id for each in first.stations], first.after) == (["openaq-00030"], "openaq-00030")
    assert ([each.id for each in second.stations], second.after) == (["openaq-00031"], None)
    assert stations.given == 3


def test_a_filter_that_takes_few_ends_a_page_early_and_says_where_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_stations, "MOST_LOOKED_AT", 10)
    rare = _station(15, Point(0.0, 15.0), "o3")
    world = [_station(number, Point(0.0, number)) for number in range(15)]
    stations = StationsInMemory([*world, rare])

    first = stations_by_id(stations, StationFilter("o3"), 1)
    second = stations_by_id(stations, StationFilter("o3"), 1, first.after)

    assert (list(first.stations), first.after) == ([], "openaq-00009")
    assert (list(second.stations), second.after) == ([rare], None)


def test_more_stations_than_can_be_sorted_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_stations, "MOST_NEAR", 10)
    stations = StationsInMemory([_station(number, Point(0.0, number)) for number in range(11)])

    with pytest.raises(InvalidQuery, match="more than 10 stations"):
        stations_near(stations, Point(0.0, 0.0), StationFilter("o3"), 1)
    assert len(stations_near(stations, Point(0.0, 0.0), _ALL, 1).stations) == 1


def test_what_cannot_exist_is_refused_and_not_taken_for_an_empty_place() -> None:
    stations = StationsInMemory([])
    with pytest.raises(UnknownParameter, match="'pm99'"):
        stations_by_id(stations, StationFilter("pm99"), 1)
    with pytest.raises(InvalidQuery, match="the names are epa, airdata, airnow, openaq, wide"):
        stations_in_box(stations, WORLD, StationFilter(source="nobody"), 1)
    with pytest.raises(InvalidQuery, match="'UK' is not a country's code in ISO 3166-1: did you mean GB"):
        stations_by_id(stations, StationFilter(country="UK"), 1)


def test_of_stations_at_one_distance_the_id_decides() -> None:
    stations = StationsInMemory([_station(number, Point(0.0, 0.0)) for number in (2, 1, 3)])
    page = stations_near(stations, Point(0.0, 0.0), _ALL, 2)

    assert [each.id for _, each in page.stations] == ["openaq-00001", "openaq-00002"]
    assert page.after == NearKey(0.0, "openaq-00002")


def _by_distance(world: list[Station], center: Point) -> list[tuple[float, str]]:
    return sorted((distance_m(center, each.point), each.id) for each in world)
