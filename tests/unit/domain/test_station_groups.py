"""Groups of stations."""

from geoclimate.domain.places import Point
from geoclimate.domain.station_groups import station_group


def test_stations_of_one_city_are_one_group_and_those_of_another_continent_are_not() -> None:
    embassy, dongsi, london = Point(39.954, 116.468), Point(39.929, 116.417), Point(51.52, -0.13)
    assert station_group(embassy) == station_group(dongsi) == "wx"
    assert station_group(london) == "gc"
