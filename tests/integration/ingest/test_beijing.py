"""The whole of a real data set, 2.3 million values of eight stations over three years, goes in exactly as it is."""

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from geoclimate.services.ingest_file import Upload, ingest_file
from tests.beijing import THERE, Measured, archive_files, measured, stations, table
from tests.ingest_fakes import World
from tests.wide_files import BEIJING, packed

NOW = dt.datetime(2016, 6, 1, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
FLAGS = {"valid", "flat-line", "spike"}
MOST_FLAGGED = 0.005
"""Of a station's values; the flags themselves are held to real cases in the tests of the rules."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not THERE, reason="the real data lies beside the repository, and is not there"),
]
STATIONS = [station["station"] for station in stations()] if THERE else []


def require_stored_exactly(world: World, expected: Measured, station: str, counted: Counter[str]) -> None:
    """Hold what is stored against what was measured: every value, its hour and unit, and nothing else."""
    stored = world.observations.all
    found = {(row.parameter, row.start): row.value for row in stored}
    assert len(found) == len(stored)
    assert found == expected
    assert all(row.end == row.start + HOUR and row.delivered_value == row.value for row in stored)
    assert {row.station for row in stored} == set(world.stations.stations) == {station}
    flags = Counter(row.flag for row in stored)
    assert flags.keys() <= FLAGS
    assert {flag: count for flag, count in flags.items() if flag != "valid"} == counted
    assert counted.total() < MOST_FLAGGED * len(stored)


@pytest.mark.parametrize("station", STATIONS)
def test_a_station_goes_in_as_months_of_the_openaq_archive(station: str, tmp_path: Path) -> None:
    expected = measured(station)
    world = World(dict(archive_files(station, tmp_path)))
    world.now = NOW
    flagged: Counter[str] = Counter()
    read = 0
    for key in list(world.uploads.objects):
        report = ingest_file(Upload(key, None, NOW), world.ports)
        assert (report.status, report.rows.refused, report.rows.repeated) == ("accepted", 0, 0)
        assert report.rows.added == report.rows.read
        flagged.update(report.flagged_by_flag)
        read += report.rows.read
    assert read == len(expected)
    require_stored_exactly(world, expected, f"openaq-{501001 + STATIONS.index(station)}", flagged)


@pytest.mark.parametrize("station", STATIONS)
def test_a_station_goes_in_as_the_wide_file_that_was_published(station: str) -> None:
    expected = measured(station)
    key = f"beijing/{station}.csv"
    world = World({key: table(station).encode(), "beijing/mapping.json": packed(BEIJING)})
    world.now = NOW
    report = ingest_file(Upload(key, None, NOW), world.ports)
    assert report.problem is None
    assert (report.status, report.rows.refused, report.rows.repeated) == ("accepted", 0, 0)
    assert (report.rows.read, report.rows.added) == (len(expected), len(expected))
    require_stored_exactly(world, expected, f"wide-uci-{station}", Counter(report.flagged_by_flag))
