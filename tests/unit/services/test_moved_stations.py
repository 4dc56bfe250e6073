"""Stations that a file puts somewhere else."""

import pytest

from geoclimate.contracts.report import MovedStation
from geoclimate.domain.stations import Station
from geoclimate.services.ingest_file import Upload, ingest_file
from geoclimate.services.moved_stations import moved_stations
from tests.ingest_fakes import World
from tests.openaq_archive import UPLOADED, hours, packed

MUNICH = Station("openaq-7304", "Stachus", 48.1, 11.5, "openaq", (), UPLOADED)
SYDNEY = Station("openaq-7304", "Rozelle", -33.9, 151.2, "openaq", (), UPLOADED)


def test_tells_where_a_station_was_and_is() -> None:
    [moved] = moved_stations([SYDNEY], {MUNICH.id: MUNICH})
    assert moved == MovedStation(
        station="openaq-7304",
        latitude=48.1,
        longitude=11.5,
        new_latitude=-33.9,
        new_longitude=151.2,
        distance_m=moved.distance_m,
    )
    assert moved.distance_m == pytest.approx(16_300_000, rel=0.01)


def test_a_new_station_and_one_that_was_measured_more_exactly_have_not_moved() -> None:
    assert moved_stations([SYDNEY], {}) == ()
    exact = Station("openaq-7304", "Stachus", 48.1004, 11.5009, "openaq", (), UPLOADED)
    assert moved_stations([exact], {MUNICH.id: MUNICH}) == ()


@pytest.mark.parametrize("folder", ["", "preview/"])
def test_the_report_says_that_a_station_moved(folder: str) -> None:
    moved = packed(hours(1, lat="-33.9", lon="151.2", datetime="2014-02-01T00:00:00Z"))
    world = World({"a.csv.gz": packed(hours(1)), folder + "b.csv.gz": moved})
    first = ingest_file(Upload("a.csv.gz", None, UPLOADED), world.ports)
    second = ingest_file(Upload(folder + "b.csv.gz", None, UPLOADED), world.ports)
    assert first.moved_stations == ()
    assert [found.station for found in second.moved_stations] == ["openaq-501001"]
