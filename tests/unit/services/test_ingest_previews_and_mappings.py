"""Taking a file in for a look only, and taking a wide file in by the mapping beside it."""

import datetime as dt
import hashlib
import json

from geoclimate.contracts.report import ERRORS_SUFFIX, IngestReport
from geoclimate.services.ingest_file import Upload, ingest_file
from tests.ingest_fakes import World
from tests.openaq_archive import UPLOADED, hours, packed, row

KEY = "provider-a/location-501001-201401.csv.gz"
MIXED = [*hours(30), row(value="-999"), row(value="n/a"), row(units="furlong")]


def take(world: World, key: str = KEY) -> IngestReport:
    return ingest_file(Upload(key, None, UPLOADED), world.ports)


def previewed(world: World, key: str = "preview/" + KEY) -> IngestReport:
    return ingest_file(Upload(key, None, UPLOADED + dt.timedelta(days=1)), world.ports)


def test_a_preview_checks_the_file_and_stores_nothing() -> None:
    world = World({"preview/" + KEY: packed(MIXED)})
    report = previewed(world)
    assert (report.preview, report.status, report.format) == (True, "partly_accepted", "OpenAQ archive")
    assert (report.rows.added, report.rows.refused) == (30, 3)
    assert report == world.uploads.report("preview/" + KEY)
    assert "preview/" + KEY + ERRORS_SUFFIX in world.uploads.objects
    assert (world.observations.all, world.stations.stations, world.files.taken) == ([], {}, {})
    assert (world.lake.batches, world.lake.refused) == ({}, {})


def test_a_preview_shows_what_it_would_change() -> None:
    corrected = [*hours(5), *hours(1, datetime="2014-01-01T06:00:00Z", value="99")]
    world = World({KEY: packed(hours(6)), "preview/" + KEY: packed(corrected)})
    take(world)
    report = previewed(world)
    assert (report.rows.added, report.rows.unchanged, report.rows.revised) == (0, 5, 1)
    [difference] = report.differences
    assert (difference.stored_value, difference.value, difference.line) == (5.5, 99.0, 7)
    assert difference.start == dt.datetime(2014, 1, 1, 5, tzinfo=dt.UTC)
    assert difference.stored_digest == hashlib.sha256(packed(hours(6))).hexdigest()


def test_a_preview_of_a_file_that_was_taken_is_compared_all_the_same() -> None:
    world = World({KEY: packed(hours(3)), "preview/" + KEY: packed(hours(3))})
    take(world)
    report = previewed(world)
    assert (report.status, report.rows.unchanged) == ("accepted", 3)
    assert report.duplicate_of is not None
    assert report.duplicate_of.key == KEY


WIDE = b"time;PM2,5\n2014-01-31 00:00;12,5\n2014-01-31 01:00;-999\n"
MAPPING: dict[str, object] = {
    "provider": "city",
    "station": {"id": "north", "name": "North", "latitude": 39.9, "longitude": 116.4},
    "time": {"columns": ["time"], "format": "%Y-%m-%d %H:%M", "zone": "Asia/Shanghai", "stamp": "begins"},
    "delimiter": ";",
    "decimal": ",",
    "columns": {"PM2,5": {"parameter": "pm25", "unit": "ug/m3"}},
}


def wide_world() -> World:
    return World({"city/a.csv": WIDE, "city/mapping.json": json.dumps(MAPPING).encode()})


def test_says_of_a_wide_file_with_missing_cells_only_that_it_has_no_value() -> None:
    lines = b"time;PM2,5\n2014-01-31 00:00;\n2014-01-31 01:00;NA\n"
    mapping = json.dumps({**MAPPING, "missing": ["", "NA"]}).encode()
    world = World({"city.csv": lines, "city.csv.mapping.json": mapping})
    problem = take(world, "city.csv").problem
    assert problem is not None
    assert (problem.rule, problem.line) == ("no-rows", 1)
    assert problem.message.startswith("the file has no value: every cell is empty or a text that the mapping calls")


def test_a_wide_file_is_read_by_the_mapping_of_its_folder() -> None:
    world = wide_world()
    report = take(world, "city/a.csv")
    assert (report.status, report.mapping_key, report.rows.read) == ("partly_accepted", "city/mapping.json", 2)
    [observation] = world.observations.all
    assert (observation.station, observation.value) == ("wide-city-north", 12.5)
    assert observation.start == dt.datetime(2014, 1, 30, 16, tzinfo=dt.UTC)
    assert [(error.line, error.column, error.rule) for error in report.first_errors] == [(3, "PM2,5", "sentinel")]


def test_a_wide_file_with_another_mapping_is_another_file() -> None:
    world = wide_world()
    take(world, "city/a.csv")
    assert take(world, "city/a.csv").status == "duplicate"
    world.uploads.objects["city/mapping.json"] = json.dumps({**MAPPING, "provider": "county"}).encode()
    assert take(world, "city/a.csv").stations == ("wide-county-north",)
    assert take(world, "city/a.csv").status == "duplicate"


def test_a_wide_file_without_a_mapping_says_how_to_write_one() -> None:
    world = World({"city/a.csv": WIDE})
    problem = take(world, "city/a.csv").problem
    assert problem is not None
    assert problem.rule == "header"
    assert "mapping" in problem.message


def test_every_accepted_row_is_in_the_lake_with_what_was_refused() -> None:
    world = World({KEY: packed(MIXED)})
    report = take(world)
    [rows] = world.lake.batches.values()
    assert sorted(rows, key=repr) == sorted(world.observations.all, key=repr)
    [refused] = world.lake.refused.values()
    assert [refusal.line for refusal in refused] == [error.line for error in report.first_errors]
    assert all(refusal.raw.startswith("501001,") for refusal in refused)
