"""Stations for a query of a place."""

import pytest

from geoclimate.domain.errors import InvalidQuery
from geoclimate.domain.places import Point
from geoclimate.domain.stations import Series, Station
from geoclimate.domain.wkt import parse_polygon
from geoclimate.services.find_places import MOST_STATIONS, find_around, find_inside, find_nearest
from tests.api_fakes import FIRST, LAST, StationsInMemory

_PM25 = frozenset({"pm25"})


def _station(number: int, longitude: float, parameter: str = "pm25") -> Station:
    return Station(f"openaq-{number}", "There", 0.0, longitude, "openaq", (Series(parameter, FIRST, LAST),), LAST)


def _in_a_row(count: int) -> StationsInMemory:
    return StationsInMemory(_station(number, number / 1000) for number in range(count))


def test_the_nearest_station_is_one_that_measures_what_is_asked_for() -> None:
    stations = StationsInMemory([_station(1, 0.01, "no2"), _station(2, 0.02), _station(3, 0.03)])

    assert [one.id for one in find_nearest(stations, Point(0, 0), _PM25)] == ["openaq-2"]
    assert [one.id for one in find_nearest(stations, Point(0, 0), _PM25 | {"no2"})] == ["openaq-1"]


def test_a_station_farther_than_50_km_is_not_the_nearest() -> None:
    stations = StationsInMemory([_station(1, 0.46)])

    assert list(find_nearest(stations, Point(0, 0), _PM25)) == []
    assert len(find_nearest(stations, Point(0, 0.02), _PM25)) == 1


def test_as_many_stations_as_an_answer_gives_are_found_and_one_more_is_refused() -> None:
    area = parse_polygon("POLYGON((-1 -1,1 -1,1 1,-1 1,-1 -1))")

    assert len(find_around(_in_a_row(MOST_STATIONS), Point(0, 0), 50_000, _PM25)) == MOST_STATIONS
    assert len(find_inside(_in_a_row(MOST_STATIONS), area, _PM25)) == MOST_STATIONS
    with pytest.raises(InvalidQuery, match="more than 100 stations") as around:
        find_around(_in_a_row(MOST_STATIONS + 1), Point(0, 0), 50_000, _PM25)
    with pytest.raises(InvalidQuery, match="more than 100 stations") as inside:
        find_inside(_in_a_row(MOST_STATIONS + 1), area, _PM25)
    assert (around.value.parameter, inside.value.parameter) == ("within", "coords")


def test_an_area_whose_box_holds_too_many_to_look_at_is_refused() -> None:
    sliver = parse_polygon("POLYGON((-1 -1,6 -1,6 -0.5,-1 -1))")
    both = parse_polygon("POLYGON((-1 -1,6 -1,6 1,5.9995 1,5.9995 -0.5,-1 -0.5,-1 -1))")

    assert list(find_inside(_in_a_row(5_000), sliver, _PM25)) == []
    with pytest.raises(InvalidQuery, match="too many stations to look at") as caught:
        find_inside(_in_a_row(5_000), both, _PM25)
    assert caught.value.parameter == "coords"
