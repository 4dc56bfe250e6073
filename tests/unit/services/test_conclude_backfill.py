"""From what became of each file to one report."""

import datetime as dt
import json
from typing import Any

import pytest

from geoclimate.contracts.backfill import BackfillFigures, ConcludeRequest, FileResult
from geoclimate.contracts.report import FileProblem, RowCounts
from geoclimate.domain.errors import IntegrityError
from geoclimate.services import conclude_backfill as service
from tests.backfill_world import ID, BackfillWorld, failed, planned, succeeded, write_results
from tests.openaq_archive import NOW

FOLDER = f"backfill-reports/{ID}/results/1"
TAKEN = FileResult(
    key="backfill/a",
    status="partly_accepted",
    digest="a" * 64,
    rows=RowCounts(read=10, accepted=7, refused=3, added=5, unchanged=2, flagged=1),
    refused_by_rule={"sentinel": 2, "range": 1},
    flagged_by_flag={"spike": 1},
    skipped_by_rule={"event": 1},
)
UNREADABLE = FileResult(
    key="backfill/b", status="refused", problem=FileProblem(rule="gzip", line=3, message="the file ends too early")
)
NO_ROW = FileResult(
    key="backfill/c",
    status="refused",
    rows=RowCounts(read=4, refused=4),
    refused_by_rule={"unit": 1, "sentinel": 3},
)


def conclude(world: BackfillWorld, children: list[dict[str, Any]], files: int | None = None) -> BackfillFigures:
    key = write_results(world.uploads.objects, children, FOLDER)
    plan = planned(len(children) if files is None else files, passed_over=4)
    began = NOW - dt.timedelta(seconds=90.5)
    return world.conclude(ConcludeRequest(plan=plan, results_key=key, began_at=began))


@pytest.fixture
def world() -> BackfillWorld:
    return BackfillWorld()


def test_adds_up_what_became_of_the_files(world: BackfillWorld) -> None:
    known = FileResult(key="backfill/d", status="already_taken", digest="d" * 64)
    figures = conclude(world, [succeeded(each) for each in (TAKEN, UNREADABLE, NO_ROW, known, TAKEN)])
    report = world.report()
    assert report.files.model_dump(exclude_defaults=True) == {
        "planned": 5,
        "partly_accepted": 2,
        "refused": 2,
        "already_taken": 1,
    }
    assert report.rows == RowCounts(read=24, accepted=14, refused=10, added=10, unchanged=4, flagged=2)
    assert report.refused_by_rule == {"range": 2, "sentinel": 7, "unit": 1}
    assert report.flagged_by_flag == {"spike": 2}
    assert report.skipped_by_rule == {"event": 2}
    assert report.unreadable_by_rule == {"gzip": 1}
    assert (report.passed_over, report.duration_s, report.first_failure) == (4, 90.5, None)
    assert figures.model_dump() == report.model_dump(include=set(BackfillFigures.model_fields))
    assert figures.report_key == f"backfill-reports/{ID}/report.json"


def test_names_the_files_that_were_refused_with_the_reason(world: BackfillWorld) -> None:
    empty = FileResult(key="backfill/e", status="refused")
    missing = FileResult(key="backfill/m", status="missing")
    conclude(world, [succeeded(each) for each in (UNREADABLE, NO_ROW, missing, empty)])
    assert [(each.key, each.rule, each.reason) for each in world.report().refused_files] == [
        ("backfill/b", "gzip", "the file ends too early"),
        ("backfill/c", "sentinel", "no row was accepted: sentinel 3, unit 1"),
        ("backfill/m", "missing", "the file was not there when it was to be read"),
        ("backfill/e", "no-rows", "the file has no rows"),
    ]


def test_says_of_a_file_whose_rows_were_left_out_by_which_choice(world: BackfillWorld) -> None:
    left_out = FileResult(
        key="backfill/s",
        status="refused",
        rows=RowCounts(read=5, skipped=5),
        skipped_by_rule={"event-type": 1, "sample-duration": 4},
    )
    both = FileResult(
        key="backfill/t",
        status="refused",
        rows=RowCounts(read=3, refused=1, skipped=2),
        refused_by_rule={"unit": 1},
        skipped_by_rule={"event-type": 2},
    )
    conclude(world, [succeeded(each) for each in (left_out, both)])
    assert [(each.rule, each.reason) for each in world.report().refused_files] == [
        ("sample-duration", "left out were: sample-duration 4, event-type 1"),
        ("unit", "no row was accepted: unit 1; left out were: event-type 2"),
    ]


def test_names_the_files_that_failed_without_a_stack_trace(world: BackfillWorld) -> None:
    cause = json.dumps({"errorMessage": "DynamoDB does not answer", "errorType": "Unavailable", "stackTrace": ["x"]})
    timeout = failed("backfill/g", "States.Timeout", "", status="TIMED_OUT")
    del timeout["Cause"]
    figures = conclude(
        world,
        [
            failed("backfill/f", "Unavailable", cause),
            timeout,
            failed("backfill/h", "Lambda.Unknown", "out of memory"),
            succeeded(TAKEN),
        ],
    )
    assert [(each.key, each.rule, each.reason) for each in world.report().failed_files] == [
        ("backfill/f", "Unavailable", "DynamoDB does not answer"),
        ("backfill/g", "States.Timeout", "the execution ended as TIMED_OUT"),
        ("backfill/h", "Lambda.Unknown", "out of memory"),
    ]
    assert (figures.files.failed, figures.first_failure) == (3, "backfill/f: DynamoDB does not answer")


def test_a_file_that_was_never_begun_has_failed(world: BackfillWorld) -> None:
    pending = failed("backfill/p", "", "", status="PENDING")
    del pending["Error"], pending["Cause"]
    assert conclude(world, [pending]).files.failed == 1
    assert world.report().failed_files[0].rule == "PENDING"


def test_long_lists_are_cut_and_say_so(world: BackfillWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_LISTED", 1)
    assert conclude(world, [succeeded(UNREADABLE)]).files.refused == 1
    assert world.report().lists_complete
    assert conclude(world, [succeeded(UNREADABLE), succeeded(NO_ROW)]).files.refused == 2
    assert [each.key for each in world.report().refused_files] == ["backfill/b"]
    assert not world.report().lists_complete


def test_a_planned_file_of_which_nothing_is_known_is_an_error(world: BackfillWorld) -> None:
    with pytest.raises(IntegrityError, match="3 files were planned, and the results tell of 1"):
        conclude(world, [succeeded(TAKEN)], files=3)


@pytest.mark.parametrize("name", ["manifest.json", "SUCCEEDED_0.jsonl"])
def test_results_that_cannot_be_read_are_an_error(world: BackfillWorld, name: str) -> None:
    key = write_results(world.uploads.objects, [succeeded(TAKEN)], FOLDER)
    world.uploads.objects[f"{FOLDER}/{name}"] = b"{\n"
    with pytest.raises(IntegrityError, match="in the results of the Distributed Map cannot be read"):
        world.conclude(ConcludeRequest(plan=planned(1), results_key=key, began_at=NOW))
