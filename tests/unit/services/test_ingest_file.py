"""Taking one file in: what is stored, what the report says, and that nothing depends on how often it was tried."""

import datetime as dt
import gzip
import hashlib
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoclimate.contracts.report import ERRORS_SUFFIX, REPORT_SUFFIX, EarlierFile, IngestReport, RefusedRow
from geoclimate.domain.errors import NotFound, Unavailable
from geoclimate.domain.places import Point
from geoclimate.domain.stations import Series, Station
from geoclimate.services import ingest_file as ingest_module
from geoclimate.services import list_refusals
from geoclimate.services.ingest_file import Upload, ingest_file
from geoclimate.services.ports import TakenFile
from tests.epa_files import DAILY, HOURLY, daily, hourly, outdoor
from tests.epa_files import text as epa_text
from tests.ingest_fakes import Trouble, World
from tests.openaq_archive import NOW, UPLOADED, hours, packed, row, text

KEY = "provider-a/location-501001-201401.csv.gz"
MIXED = [
    *hours(30),
    *hours(30, parameter="o3", units="ppb", sensors_id="50100106"),
    row(value="-999"),
    row(value="n/a"),
    row(units="furlong"),
    row(datetime="2014-01-02T07:00:00Z", value="-2"),
]


def take(world: World, key: str = KEY, uploaded_at: dt.datetime = UPLOADED) -> IngestReport:
    return ingest_file(Upload(key, None, uploaded_at), world.ports)


def end_state(world: World) -> tuple[object, ...]:
    """All that a run leaves behind, but for the counts of what it found stored already."""
    reports = {}
    for key, body in world.uploads.objects.items():
        if key.endswith(REPORT_SUFFIX):
            report = json.loads(body)
            report["rows"] = {
                name: report["rows"][name] for name in ("read", "accepted", "refused", "repeated", "flagged")
            }
            reports[key] = report
        else:
            reports[key] = body
    return world.observations.days, world.stations.stations, world.files.taken, reports


def test_stores_the_good_rows_and_says_so() -> None:
    world = World({KEY: packed(hours(30))})
    report = take(world)
    assert [observation.value for observation in world.observations.all] == [n + 0.5 for n in range(30)]
    assert world.observations.all[0].start == dt.datetime(2014, 1, 1, tzinfo=dt.UTC)
    assert report == world.uploads.report(KEY)
    assert (report.status, report.file, report.digest) == (
        "accepted",
        KEY,
        hashlib.sha256(packed(hours(30))).hexdigest(),
    )
    assert (report.rows.read, report.rows.accepted, report.rows.added, report.rows.refused) == (30, 30, 30, 0)
    assert (report.stations, report.parameters) == (("openaq-501001",), ("pm25",))
    assert (report.first, report.last) == (
        dt.datetime(2014, 1, 1, tzinfo=dt.UTC),
        dt.datetime(2014, 1, 2, 6, tzinfo=dt.UTC),
    )
    assert (report.uploaded_at, report.finished_at, report.duration_ms) == (UPLOADED, NOW, 0)
    assert world.uploads.writes == [KEY + REPORT_SUFFIX]


def test_observations_carry_the_time_of_the_upload() -> None:
    world = World({KEY: packed(hours(1))})
    take(world)
    assert world.observations.all[0].ingested_at == UPLOADED


def test_enters_the_station_in_the_catalogue() -> None:
    world = World({KEY: packed(hours(30) + hours(2, parameter="no2", sensors_id="5"))})
    take(world)
    start = dt.datetime(2014, 1, 1, tzinfo=dt.UTC)
    series = (
        Series("no2", start, start + dt.timedelta(hours=2)),
        Series("pm25", start, start + dt.timedelta(hours=30)),
    )
    station = Station("openaq-501001", "Aotizhongxin", 39.982, 116.397, "openaq", series, UPLOADED, "CN")
    assert world.stations.list_all() == [station]


def test_looks_a_country_up_once_a_place() -> None:
    world = World(
        {KEY: packed(hours(1)), "next.csv.gz": packed(hours(2)), "moved.csv.gz": packed(hours(1, lat="-39.982"))}
    )
    take(world)
    take(world, "next.csv.gz")
    assert world.globe.looked_up == [Point(39.982, 116.397)]

    take(world, "moved.csv.gz", UPLOADED + dt.timedelta(hours=1))
    [moved] = world.stations.list_all()
    assert (moved.latitude, moved.country) == (-39.982, None)
    assert world.globe.looked_up[1:] == [Point(-39.982, 116.397)]


def test_a_station_that_was_stored_without_a_country_gets_it_with_its_next_file() -> None:
    world = World({KEY: packed(hours(1)), "next.csv.gz": packed(hours(2))})
    take(world)
    [known] = world.stations.list_all()
    world.stations.stations[known.id] = replace(known, country=None)
    take(world, "next.csv.gz")
    assert [station.country for station in world.stations.list_all()] == ["CN"]


def test_a_preview_looks_nothing_up() -> None:
    world = World({"preview/" + KEY: packed(hours(1))})
    take(world, "preview/" + KEY)
    assert world.globe.looked_up == []


def test_a_refused_row_costs_no_good_one_and_is_listed() -> None:
    world = World({KEY: packed(MIXED)})
    report = take(world)
    assert (report.status, report.rows.read, report.rows.accepted, report.rows.refused) == (
        "partly_accepted",
        64,
        61,
        3,
    )
    assert report.refused_by_rule == {"number": 1, "sentinel": 1, "unit": 1}
    listed = world.uploads.objects[KEY + ERRORS_SUFFIX].splitlines()
    assert [RefusedRow.model_validate_json(line) for line in listed] == list(report.first_errors)
    assert [(error.line, error.column, error.value, error.rule) for error in report.first_errors] == [
        (62, "value", "-999", "sentinel"),
        (63, "value", "n/a", "number"),
        (64, "units", "furlong", "unit"),
    ]
    assert (report.errors_key, report.errors_complete) == (KEY + ERRORS_SUFFIX, True)


def test_counts_flagged_and_repeated_rows() -> None:
    world = World({KEY: packed([row(value="-1"), row(value="-1.0"), row(sensors_id="9")])})
    report = take(world)
    assert (report.status, report.rows.read, report.rows.accepted, report.rows.repeated) == ("accepted", 3, 2, 1)
    assert (report.rows.flagged, report.flagged_by_flag) == (1, {"below-detection": 1})


def test_lists_no_more_refused_rows_than_the_limit_but_counts_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest_module, "MOST_ERRORS", 25)
    monkeypatch.setattr(list_refusals, "MOST_ERRORS", 25)
    world = World({KEY: packed([row(value="-999")] * 40)})
    report = take(world)
    assert (report.rows.refused, len(report.first_errors), report.errors_complete) == (40, 20, False)
    assert len(world.uploads.objects[KEY + ERRORS_SUFFIX].splitlines()) == 25


def test_the_same_content_again_changes_nothing() -> None:
    world = World({KEY: packed(MIXED)})
    take(world)
    before = end_state(world)
    world.uploads.writes.clear()
    world.now += dt.timedelta(hours=1)
    assert take(world).status == "duplicate"
    assert end_state(world) == before
    assert world.uploads.writes == []


def test_the_same_content_under_another_key_is_reported_as_a_duplicate_of_the_first() -> None:
    world = World({KEY: packed(hours(3)), "b.csv.gz": packed(hours(3))})
    take(world)
    days = dict(world.observations.days)
    report = take(world, "b.csv.gz")
    assert report == world.uploads.report("b.csv.gz")
    assert (report.status, report.duplicate_of) == ("duplicate", EarlierFile(key=KEY, taken_at=NOW))
    assert world.observations.days == days


def test_content_that_comes_back_to_its_key_after_another_is_reported_as_a_duplicate() -> None:
    world = World({KEY: packed(hours(3))})
    take(world)
    world.uploads.objects[KEY] = packed(hours(4))
    take(world)
    world.uploads.objects[KEY] = packed(hours(3))
    take(world)
    assert (world.uploads.report(KEY).status, world.uploads.report(KEY).rows.read) == ("duplicate", 0)


def test_an_empty_line_at_its_end_brings_an_earlier_file_back() -> None:
    first, corrected = text([row(value="0.5")]), text([row(value="7")])
    world = World({"first": first.encode(), "corrected": corrected.encode(), "back": f"{first}\n".encode()})
    reports = [take(world, key, UPLOADED + dt.timedelta(hours=n)) for n, key in enumerate(world.uploads.objects.copy())]
    assert [report.rows.revised for report in reports] == [0, 1, 1]
    assert [one.value for one in world.observations.all] == [0.5]


def test_a_corrected_file_revises_and_counts_what_it_changed() -> None:
    world = World({KEY: packed(hours(24))})
    take(world)
    corrected = hours(26)
    corrected[5]["value"] = "99"
    world.uploads.objects["patched.csv.gz"] = packed(corrected)
    report = take(world, "patched.csv.gz", UPLOADED + dt.timedelta(hours=1))
    assert (report.rows.added, report.rows.unchanged, report.rows.revised) == (2, 23, 1)
    assert world.observations.all[5].value == 99.0


def test_an_older_upload_that_is_read_late_does_not_undo_a_newer_one() -> None:
    world = World({"old.csv.gz": packed([row(value="1")]), "new.csv.gz": packed([row(value="2")])})
    take(world, "new.csv.gz", UPLOADED + dt.timedelta(minutes=1))
    take(world, "old.csv.gz", UPLOADED)
    assert [observation.value for observation in world.observations.all] == [2.0]


def test_a_file_without_one_good_row_is_refused_and_can_be_tried_again() -> None:
    world = World({KEY: packed([row(value="-999"), row(units="?")])})
    report = take(world)
    assert (report.status, report.problem, report.rows.refused) == ("refused", None, 2)
    assert world.files.taken == {}
    assert take(world).status == "refused"


def test_a_file_with_hours_in_the_future_can_be_uploaded_again_when_they_have_passed() -> None:
    world = World({KEY: packed([row(), row(datetime="2014-02-05T00:00:00Z")])})
    assert take(world).status == "partly_accepted"
    world.now += dt.timedelta(days=2)
    assert take(world).status == "accepted"
    assert len(world.observations.all) == 2


@pytest.mark.parametrize(
    ("content", "rule", "line"),
    [
        (packed(hours(500))[:-5], "gzip", 1),
        (b"", "empty", None),
        (text([]).encode(), "no-rows", 1),
        (b"date,value\n2014,1\n", "header", 1),
        (text(hours(2)).encode("latin-1"), "encoding", 2),
        (gzip.compress(b"\0"), "nul", 1),
    ],
    ids=["gzip", "empty", "no rows", "header", "encoding", "NUL"],
)
def test_of_a_file_that_cannot_be_read_nothing_is_stored_and_the_report_says_why(
    content: bytes, rule: str, line: int | None
) -> None:
    world = World({KEY: content})
    report = take(world)
    assert report.problem is not None
    assert (report.status, report.problem.rule, report.problem.line) == ("refused", rule, line)
    assert report == world.uploads.report(KEY)
    assert report.digest == hashlib.sha256(content).hexdigest()
    assert (world.observations.days, world.stations.stations, world.files.taken) == ({}, {}, {})


def test_a_mended_file_under_the_same_key_leaves_no_old_list_of_errors() -> None:
    world = World({KEY: packed([row(), row(value="n/a", sensors_id="7")])})
    take(world)
    assert world.uploads.objects[KEY + ERRORS_SUFFIX]
    world.uploads.objects[KEY] = packed([row(), row(value="5", sensors_id="7")])
    assert take(world).errors_key is None
    assert world.uploads.objects[KEY + ERRORS_SUFFIX] == b""


def test_somebody_elses_file_in_the_reports_place_is_overwritten() -> None:
    world = World({KEY: packed(hours(1)), KEY + REPORT_SUFFIX: b"not a report"})
    take(world)
    assert world.uploads.report(KEY).status == "accepted"


def test_a_file_that_is_gone_is_said_to_be_missing() -> None:
    with pytest.raises(NotFound):
        take(World())


def test_the_ledger_is_written_last() -> None:
    world = World({KEY: packed(hours(1))})
    take(world)
    last = world.trouble.steps
    for step in range(1, last):
        again = World({KEY: packed(hours(1))})
        again.trouble.at = frozenset({step})
        with pytest.raises(Unavailable):
            take(again)
        assert again.files.taken == {}


def steps_of(rows: list[dict[str, str]]) -> int:
    world = World({KEY: packed(rows)})
    take(world)
    return world.trouble.steps


STEPS = steps_of(MIXED)


@settings(deadline=None)
@given(cuts=st.sets(st.integers(1, 3 * STEPS), max_size=4))
def test_a_run_that_is_cut_off_anywhere_and_repeated_ends_where_one_that_was_not_would(cuts: set[int]) -> None:
    undisturbed = World({KEY: packed(MIXED)})
    take(undisturbed)
    world = World({KEY: packed(MIXED)})
    world.trouble.at = frozenset(cuts)
    for _ in range(len(cuts) + 1):
        try:
            take(world)
        except Unavailable:
            continue
        break
    assert end_state(world) == end_state(undisturbed)


@settings(deadline=None)
@given(
    cuts=st.sets(st.integers(1, 60), max_size=4),
    order=st.permutations([0, 1, 2]),
    values=st.lists(st.integers(0, 2), min_size=3, max_size=3),
)
def test_uploads_that_overlap_end_in_one_state_whatever_their_order_and_interruptions(
    cuts: set[int], order: list[int], values: list[int]
) -> None:
    files = {
        f"{n}.csv.gz": packed([row(value=f"{n}.{value}"), *hours(3, value=f"1{n}.{value}")])
        for n, value in enumerate(values)
    }

    def run(sequence: list[int], trouble: Trouble) -> tuple[object, ...]:
        world = World(files)
        for store in (world.uploads, world.observations, world.stations, world.files):
            store.trouble = trouble
        for n in sequence:
            for _ in range(len(trouble.at) + 1):
                try:
                    take(world, f"{n}.csv.gz", UPLOADED + dt.timedelta(seconds=n))
                except Unavailable:
                    continue
                break
        return world.observations.days, world.stations.stations

    assert run(order, Trouble(frozenset(cuts))) == run([0, 1, 2], Trouble())


def test_the_ledger_says_when_and_what_was_taken() -> None:
    world = World({KEY: packed(MIXED)})
    report = take(world)
    digest = hashlib.sha256(packed(MIXED)).hexdigest()
    assert list(world.files.taken.values()) == [
        TakenFile(digest=digest, key=KEY, taken_at=NOW, accepted=report.rows.accepted, refused=3)
    ]


def test_takes_an_hourly_file_of_epa_in_and_names_its_stations() -> None:
    rows = [hourly(Time_GMT=f"{n:02}:00", Sample_Measurement=f"{n}.5") for n in range(24)]
    world = World({"hourly_88101_2014.csv": epa_text(HOURLY, rows).encode()})
    report = take(world, "hourly_88101_2014.csv")
    assert (report.status, report.rows.added, report.stations) == ("accepted", 24, ("epa-06-001-0007",))
    assert [row.value for row in world.observations.all] == [n + 0.5 for n in range(24)]
    assert (report.first, report.last) == (
        dt.datetime(2014, 1, 1, tzinfo=dt.UTC),
        dt.datetime(2014, 1, 2, tzinfo=dt.UTC),
    )


def test_counts_the_rows_of_a_daily_file_that_give_another_figure_of_the_day() -> None:
    rows = [daily(), daily(Event_Type="Excluded"), daily(Sample_Duration="24-HR BLK AVG"), daily()]
    world = World({KEY: epa_text(DAILY, rows).encode()})
    world.now = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    report = take(world)
    assert (report.status, report.rows.read, report.rows.accepted) == ("accepted", 4, 1)
    assert (report.rows.repeated, report.rows.skipped) == (1, 2)
    assert report.skipped_by_rule == {"event-type": 1, "sample-duration": 1}


def test_a_file_of_which_every_row_is_left_out_was_not_taken() -> None:
    world = World({KEY: epa_text(DAILY, [daily(Event_Type="Excluded")]).encode()})
    world.now = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    assert (take(world).status, world.files.taken) == ("refused", {})


def test_a_days_mean_and_its_maximum_from_two_kinds_of_file_stand_beside_each_other() -> None:
    ozone = {"AQS_Parameter_Code": "44201", "Units": "ppm", "Daily_Mean_PM2.5_Concentration": "0.050"}
    highest = outdoor("Daily Max 8-hour Ozone Concentration", **ozone)
    mean = daily(Parameter_Code="44201", Units_of_Measure="Parts per million", Arithmetic_Mean="0.031")
    files = {"a.csv": epa_text(highest, [highest]).encode(), "b.csv": epa_text(DAILY, [mean]).encode()}
    world = World(files)
    world.now = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    assert [take(world, key).rows.added for key in files] == [1, 1]
    assert [(row.instrument, row.flag) for row in world.observations.all] == [
        ("3", "valid"),
        ("3-max-8h", "daily-max-8-hour"),
    ]


def test_the_report_of_a_newer_version_is_not_overwritten_by_that_of_an_older_one() -> None:
    world = World({KEY: packed(hours(2))})
    take(world, uploaded_at=UPLOADED + dt.timedelta(hours=1))
    world.uploads.objects[KEY] = packed([row(value="-999")])
    assert take(world).status == "refused"
    assert world.uploads.report(KEY).status == "accepted"
    assert KEY + ERRORS_SUFFIX not in world.uploads.objects
