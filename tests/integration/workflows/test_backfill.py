"""The backfill workflow on the real use cases: bucket and stores in memory, and the local cloud's Distributed Map."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from ministack.services import stepfunctions
from pydantic import BaseModel

from geoclimate.contracts.backfill import BackfillFigures, ConcludeRequest, PlannedFile, PlanRequest
from geoclimate.domain.errors import GeoClimateError
from geoclimate.runtime.parse_event import parse_event
from local.cloud.patches import distributed_map
from tests.backfill_world import ID, MOST_AT_ONCE, BackfillWorld, station_file

from .conftest import Execute, Outcome, Task, TaskError, function_error

FILES = {f"backfill/set/{number:02}.csv.gz": station_file(number) for number in range(1, 9)}
TRUNCATED = station_file(90)[:-9]
NO_GOOD_ROW = station_file(91, value="-999")


@dataclass
class Gauge:
    """How many files are taken at once, and what happens before each."""

    now: int = 0
    most: int = 0
    before: Callable[[str], None] = lambda _key: None


class Lab:
    """The workflow's tasks on a world; a lock keeps the world in memory whole."""

    def __init__(self, world: BackfillWorld, execute: Execute) -> None:
        self.world = world
        self.gauge = Gauge()
        self._execute = execute
        self._lock = threading.Lock()

    def run(self, given: Any, name: str = ID, tasks: dict[str, Task] | None = None) -> Outcome:
        own = {
            "PlanFunctionArn": _function(lambda event: self.world.plan_of(parse_event(PlanRequest, event))),
            "BackfillFunctionArn": _function(self._take),
            "ConcludeFunctionArn": _function(lambda event: self.world.conclude(parse_event(ConcludeRequest, event))),
        }
        return self._execute("backfill.asl.json", given, own | (tasks or {}), name=name)

    def _take(self, event: dict[str, Any]) -> BaseModel:
        key = parse_event(PlannedFile, event).key
        with self._lock:
            self.gauge.now += 1
            self.gauge.most = max(self.gauge.most, self.gauge.now)
        try:
            self.gauge.before(key)
            with self._lock:
                return self.world.take(key)
        finally:
            with self._lock:
                self.gauge.now -= 1


def _function(answer: Callable[[dict[str, Any]], BaseModel]) -> Task:
    def invoke(given: dict[str, Any]) -> Any:
        try:
            return answer(given).model_dump(mode="json")
        except GeoClimateError as error:
            raise function_error(type(error).__name__, str(error)) from error

    return invoke


@pytest.fixture
def lab(execute: Execute, monkeypatch: pytest.MonkeyPatch) -> Lab:
    world = BackfillWorld(FILES)
    # The patches replace these for good; monkeypatch brings them back.
    for name in ("_run_map_items", "_run_sub_machine", "_run_distributed_map"):
        monkeypatch.setattr(stepfunctions, name, getattr(stepfunctions, name))
    distributed_map.bound_maps_by_their_path()
    distributed_map.stop_maps_with_their_execution()
    distributed_map.write_map_results()
    objects = world.uploads.objects

    def put(_bucket: str, key: str, body: bytes) -> None:
        objects[key] = body

    monkeypatch.setattr(stepfunctions, "_s3_object_text", lambda _bucket, key: objects[key].decode())
    monkeypatch.setattr(distributed_map, "_put", put)
    return Lab(world, execute)


def test_every_file_is_taken_and_told_of(lab: Lab) -> None:
    ended = lab.run({"prefix": "backfill/set/"})
    assert not ended.error
    figures = BackfillFigures.model_validate(ended.output)
    assert (figures.files.planned, figures.files.accepted, figures.rows.added) == (8, 8, 24)
    assert figures.began_at.isoformat() == "2026-01-31T05:06:07.123000+00:00"
    assert lab.world.report().source == "backfill/set/"
    assert len(lab.world.stored()) == 8


def test_no_more_files_are_taken_at_once_than_the_stage_allows(lab: Lab) -> None:
    both = threading.Barrier(MOST_AT_ONCE)
    # Each waits for another one, so this ends only where two really run at once.

    def wait_for_another(_key: str) -> None:
        both.wait(10)

    lab.gauge.before = wait_for_another
    lab.run({"prefix": "backfill/set/"})
    assert lab.gauge.most == MOST_AT_ONCE


def test_a_run_may_ask_for_fewer_at_once(lab: Lab) -> None:
    assert not lab.run({"prefix": "backfill/set/", "concurrency": 1}).error
    assert lab.gauge.most == 1


def test_a_manifest_names_the_files(lab: Lab) -> None:
    lab.world.uploads.objects["backfill/x.manifest.csv"] = b"key\nbackfill/set/03.csv.gz\nbackfill/set/gone.csv\n"
    ended = lab.run({"manifest": "backfill/x.manifest.csv"})
    assert not ended.error
    assert (ended.output["files"]["accepted"], ended.output["files"]["missing"]) == (1, 1)


def test_bad_input_is_in_the_report_and_fails_nothing(lab: Lab) -> None:
    lab.world.uploads.objects |= {"backfill/set/90.csv.gz": TRUNCATED, "backfill/set/91.csv.gz": NO_GOOD_ROW}
    ended = lab.run({"prefix": "backfill/set/"})
    assert not ended.error
    assert (ended.output["files"]["accepted"], ended.output["files"]["refused"]) == (8, 2)
    report = lab.world.report()
    assert {each.key: each.rule for each in report.refused_files} == {
        "backfill/set/90.csv.gz": "gzip",
        "backfill/set/91.csv.gz": "sentinel",
    }
    assert report.refused_by_rule == {"sentinel": 3}


def test_a_file_on_which_the_platform_fails_stops_no_other_and_fails_the_run_at_its_end(lab: Lab) -> None:
    def fail_on_three(key: str) -> None:
        if key.endswith("03.csv.gz"):
            raise TaskError("Lambda.Unknown", "the function ran out of memory")

    lab.gauge.before = fail_on_three
    ended = lab.run({"prefix": "backfill/set/"})
    assert ended.error == "FilesFailed"
    told = "1 of 8 files failed, the first: backfill/set/03.csv.gz: the function ran out of memory"
    assert ended.cause.startswith(told)
    assert f"backfill-reports/{ID}/report.json" in ended.cause
    report = lab.world.report()
    assert (report.files.accepted, report.files.failed, report.failed_files[0].rule) == (7, 1, "Lambda.Unknown")

    lab.gauge.before = lambda _key: None
    again = lab.run({"prefix": "backfill/set/"}, name="again")
    assert not again.error
    assert (again.output["files"]["already_taken"], again.output["files"]["accepted"]) == (7, 1)


def test_what_passes_by_itself_is_tried_again(lab: Lab) -> None:
    tried: list[str] = []

    def fail_once(key: str) -> None:
        tried.append(key)
        if tried.count(key) == 1:
            raise TaskError("Unavailable", "busy")

    lab.gauge.before = fail_once
    ended = lab.run({"prefix": "backfill/set/"})
    assert not ended.error
    assert len(tried) == 16


def test_a_stopped_run_is_resumed_and_ends_where_one_that_was_not_would(lab: Lab, execute: Execute) -> None:
    whole = Lab(BackfillWorld(FILES), execute)
    for key in FILES:
        whole.world.take(key)
    taken: list[str] = []

    def stop_at_the_fourth(key: str) -> None:
        taken.append(key)
        if len(taken) == 4:
            for each in stepfunctions._executions.values():
                each["status"] = "ABORTED" if "mapRunArn" not in each else each["status"]

    lab.gauge.before = stop_at_the_fourth
    lab.run({"prefix": "backfill/set/", "concurrency": 1})
    assert len(taken) == 4
    (run,) = stepfunctions._map_runs.values()
    assert (run["status"], run["itemCounts"]["succeeded"], run["itemCounts"]["aborted"]) == ("ABORTED", 4, 4)
    lab.gauge.before = lambda _key: None
    ended = lab.run({"prefix": "backfill/set/"}, name="resumed")
    assert not ended.error
    assert (ended.output["files"]["already_taken"], ended.output["files"]["accepted"]) == (4, 4)
    # Reports and plans lie in the bucket by then, and are no files.
    assert ended.output["files"]["planned"] == 8
    assert lab.world.stored() == whole.world.stored()
    assert lab.world.stations.stations == whole.world.stations.stations


def test_a_file_that_was_cut_off_is_taken_whole_when_it_is_repeated(lab: Lab) -> None:
    def cut_off_once(key: str) -> None:
        if key.endswith("02.csv.gz") and not lab.world.trouble.at:
            lab.world.trouble.at = frozenset({lab.world.trouble.steps + 6})

    lab.gauge.before = cut_off_once
    ended = lab.run({"prefix": "backfill/set/", "concurrency": 1})
    assert not ended.error
    assert len(ended.asked("BackfillFunctionArn")) == 9
    assert len(lab.world.stored()) == 8


@pytest.mark.parametrize(
    ("given", "error", "cause"),
    [
        ({"prefix": "backfill/none/"}, "NotFound", "there is no file to take in at 'backfill/none/'"),
        ({}, "InvalidInput", "give either a prefix"),
        ([], "InvalidInput", "request"),
        ({"prefix": "provider/"}, "InvalidInput", "request.prefix"),
        ({"prefix": "backfill/set/", "concurrency": 99}, "InvalidInput", "takes at most 2 files at once"),
        ({"prefix": "backfill/set/", "concurrency": "many"}, "InvalidInput", "request.concurrency"),
        ({"prefix": "backfill/set/", "bucket": "mine"}, "InvalidInput", "request.bucket"),
    ],
)
def test_input_that_makes_no_sense_says_why(lab: Lab, given: Any, error: str, cause: str) -> None:
    ended = lab.run(given)
    assert ended.error == error
    assert cause in ended.cause
    assert "stackTrace" not in ended.cause
    assert not ended.asked("BackfillFunctionArn")


def test_results_that_are_lost_fail_the_run_with_a_sentence(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distributed_map, "_put", lambda *_: None)
    ended = lab.run({"prefix": "backfill/set/"})
    assert ended.error == "NotFound"
    assert "manifest.json does not exist" in ended.cause
