"""The countries of the stations of a file."""

from dataclasses import replace

from geoclimate.domain.places import Point
from geoclimate.domain.stations import Station
from geoclimate.services.locate_stations import locate_stations
from tests.ingest_fakes import Globe
from tests.openaq_archive import UPLOADED

NORTH = Station("openaq-1", "North", 39.982, 116.397, "openaq", (), UPLOADED)
SOUTH = Station("openaq-2", "South", -39.982, 116.397, "openaq", (), UPLOADED)


def test_a_new_station_has_the_country_of_its_place_or_none() -> None:
    assert locate_stations([SOUTH, NORTH], {}, Globe()) == (SOUTH, replace(NORTH, country="CN"))


def test_the_country_of_a_known_place_is_not_looked_up() -> None:
    globe = Globe()
    known = replace(NORTH, country="KP")
    assert locate_stations([NORTH], {NORTH.id: known}, globe) == (known,)
    assert globe.looked_up == []


def test_a_known_station_that_moved_or_has_no_country_yet_is_looked_up() -> None:
    globe = Globe()
    elsewhere = replace(NORTH, latitude=1.0, country="SG")
    assert locate_stations([NORTH], {NORTH.id: elsewhere}, globe) == (replace(NORTH, country="CN"),)
    assert locate_stations([NORTH], {NORTH.id: NORTH}, globe) == (replace(NORTH, country="CN"),)
    assert globe.looked_up == [Point(39.982, 116.397)] * 2
