"""Taking a weather forecast in: what is stored, what the report says, and that it does not matter how often."""

import datetime as dt
import gzip
import io
import json
import zipfile

import pytest

from geoclimate.contracts.report import ERRORS_SUFFIX, IngestReport
from geoclimate.domain.errors import Unavailable
from geoclimate.domain.stations import Station
from geoclimate.domain.weather_forecasts import WeatherRun, at_point, at_station
from geoclimate.services.ingest_file import Upload, ingest_file
from geoclimate.services.receive_upload import receive_upload
from tests.ingest_fakes import World
from tests.load_event import load_event
from tests.weather_files import ISSUED, NOW, STATION, UPLOADED, hours, parquet, point_row, row, text

KEY = "weather/2014-01-31T00.csv"
MIXED = [
    *hours(6),
    row(value="-999", valid_time="2014-01-31T07:00:00Z"),
    row(unit="furlong"),
    hours(1)[0],
    row(value="9"),
]


def world_of(content: bytes, key: str = KEY) -> World:
    world = World({key: content})
    world.now = NOW
    return world


def take(world: World, key: str = KEY, uploaded_at: dt.datetime = UPLOADED) -> IngestReport:
    return ingest_file(Upload(key, None, uploaded_at), world.ports)


def only_run(world: World) -> WeatherRun:
    [run] = world.weather.merged.values()
    return run


def test_stores_the_run_and_says_so() -> None:
    world = world_of(text(hours(24)))
    report = take(world)
    assert (report.status, report.format, report.file) == ("accepted", "weather forecast", KEY)
    assert (report.rows.read, report.rows.accepted, report.rows.added) == (24, 24, 24)
    assert (report.first, report.last) == (ISSUED, ISSUED + dt.timedelta(hours=24))
    assert (report.stations, report.parameters, report.grid_points) == ((STATION,), ("temperature",), 0)
    assert report == world.uploads.report(KEY)
    run = only_run(world)
    assert (run.place, run.issue_time) == (at_station(STATION), ISSUED)
    [edition] = run.editions
    assert edition.cells == {"temperature": {hour: hour + 0.5 for hour in range(24)}}
    assert (edition.known_at, edition.uploaded_at, edition.file_digest) == (UPLOADED, UPLOADED, report.digest)


@pytest.mark.parametrize("name", ["run.csv.gz", "run.zip", "run.parquet"])
def test_packed_files_and_parquet_say_the_same(name: str) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as written:
        written.writestr("run.csv", text(hours(5)))
    contents = {
        "run.csv.gz": gzip.compress(text(hours(5))),
        "run.zip": archive.getvalue(),
        "run.parquet": parquet(hours(5)),
    }
    world = world_of(contents[name], name)
    assert take(world, name).status == "accepted"
    assert only_run(world).editions[0].cells == {"temperature": {hour: hour + 0.5 for hour in range(5)}}


def test_every_row_is_accepted_repeated_or_refused_with_its_line() -> None:
    world = world_of(text(MIXED))
    report = take(world)
    assert report.status == "partly_accepted"
    assert (report.rows.read, report.rows.accepted, report.rows.repeated, report.rows.refused) == (10, 7, 1, 2)
    assert report.refused_by_rule == {"sentinel": 1, "unit": 1}
    assert [(each.line, each.column, each.rule) for each in report.first_errors] == [
        (8, "value", "sentinel"),
        (9, "unit", "unit"),
    ]
    listed = [json.loads(line) for line in world.uploads.objects[KEY + ERRORS_SUFFIX].splitlines()]
    assert [each["line"] for each in listed] == [8, 9]
    assert [each.raw.split(",")[4] for each in world.lake.refused[report.digest or "", 0]] == ["-999", "-4.8"]


def test_contradictions_within_a_file_are_refused_by_line() -> None:
    report = take(world_of(text([row(), row(value="1"), row(value="-999"), row(value="2")])))
    assert [(each.line, each.rule) for each in report.first_errors] == [
        (3, "duplicate"),
        (4, "sentinel"),
        (5, "duplicate"),
    ]
    assert (report.rows.accepted, report.rows.refused) == (1, 3)


def test_the_lake_keeps_every_row_of_every_delivery() -> None:
    world = world_of(text(hours(3)))
    first = take(world)
    world.uploads.objects["later.csv"] = text(hours(3, value="7"))
    second = take(world, "later.csv", UPLOADED + dt.timedelta(hours=1))
    assert {digest for digest, _ in world.lake.weather} == {first.digest, second.digest}
    assert second.rows.revised == 3


def test_the_same_bytes_again_change_nothing() -> None:
    world = world_of(text(hours(3)))
    first = take(world)
    world.uploads.objects["again.csv"] = world.uploads.objects[KEY]
    before = dict(world.weather.merged)
    again = take(world, "again.csv", UPLOADED + dt.timedelta(hours=1))
    assert again.status == "duplicate"
    assert again.duplicate_of is not None
    assert again.duplicate_of.key == KEY
    assert world.weather.merged == before
    assert set(world.files.taken) == {first.digest}


def test_a_run_of_tomorrow_may_be_uploaded_again_then() -> None:
    world = world_of(text([row(), row(issue_time="2014-01-31T12:00:00Z", valid_time="2014-01-31T13:00:00Z")]))
    report = take(world)
    assert report.refused_by_rule == {"future": 1}
    assert not world.files.taken


def test_stations_that_nobody_knows_are_kept_and_told() -> None:
    world = world_of(text([row(), row(station="openaq-77")]))
    world.stations.stations[STATION] = Station(STATION, "Aotizhongxin", 39.982, 116.397, "openaq", (), UPLOADED)
    report = take(world)
    assert (report.rows.accepted, report.unknown_stations) == (2, ("openaq-77",))


def test_a_weather_forecast_describes_no_station() -> None:
    world = world_of(text(hours(2)))
    take(world)
    assert not world.stations.stations
    assert not world.observations.all


def test_grid_points_are_counted() -> None:
    world = world_of(text([point_row(), point_row(longitude="116.25"), point_row(parameter="dewpoint")]))
    report = take(world)
    assert (report.grid_points, report.stations, report.parameters) == (2, (), ("dewpoint", "temperature"))
    assert {place for place, _ in world.weather.merged} == {at_point(40.0, 116.5), at_point(40.0, 116.25)}


def test_a_preview_compares_and_stores_nothing() -> None:
    world = world_of(text(hours(3)))
    take(world)
    before = (dict(world.weather.merged), dict(world.lake.weather), dict(world.files.taken))
    world.uploads.objects["preview/a.csv"] = text(hours(4, value="7"))
    report = take(world, "preview/a.csv", UPLOADED + dt.timedelta(hours=1))
    assert report.preview
    assert (report.rows.added, report.rows.revised, report.differences) == (1, 3, ())
    assert (dict(world.weather.merged), dict(world.lake.weather), dict(world.files.taken)) == before


def test_a_header_that_lacks_a_column_goes_to_quarantine_with_the_nearest_format() -> None:
    content = text([{name: cell for name, cell in row().items() if name != "issue_time"}])
    event = load_event("eventbridge/object_created")
    world = world_of(content, event["detail"]["object"]["key"])
    outcome = receive_upload(json.dumps(event), event["detail"]["bucket"]["name"], world.ports, world.quarantine)
    assert outcome.quarantined == "header"
    assert outcome.report is not None
    assert outcome.report.problem is not None
    assert "nearest to that of weather forecast, but lacks issue_time" in outcome.report.problem.message
    assert not world.weather.merged


def test_a_run_that_was_cut_off_anywhere_ends_the_same_when_it_is_repeated() -> None:
    calm = world_of(text(MIXED))
    take(calm)
    for step in range(1, calm.trouble.steps + 1):
        world = world_of(text(MIXED))
        world.trouble.at = frozenset({step})
        with pytest.raises(Unavailable):
            take(world)
        take(world)
        assert world.weather.merged == calm.weather.merged
        assert world.lake.weather == calm.lake.weather
        assert world.lake.refused == calm.lake.refused
        assert set(world.files.taken) == set(calm.files.taken)
        assert world.uploads.report(KEY).status == "partly_accepted"
