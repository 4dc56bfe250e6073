"""The compaction workflow on the real use cases, with the lake in memory."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel

from geoclimate.contracts.compaction import is_compacted
from geoclimate.contracts.lake import Month
from geoclimate.contracts.workflows import CompactRequest, SurveyRequest
from geoclimate.domain.errors import GeoClimateError
from geoclimate.services.compact_partition import RoundBounds, compact_partition
from geoclimate.services.survey_lake import PARTITIONS_A_RUN, survey_lake
from tests.lake_in_memory import LakeFilesInMemory, batch_key, lake_row, parquet, rows_in

from .conftest import Execute, Outcome, Task, TaskError, function_error

PM25, OZONE, EMPTY = Month("pm25", 2014, 1), Month("o3", 2014, 2), Month("no2", 2014, 3)


def _function(answer: Callable[[dict[str, Any]], BaseModel]) -> Task:
    def invoke(given: dict[str, Any]) -> Any:
        try:
            return answer(given).model_dump(mode="json")
        except GeoClimateError as error:
            raise function_error(type(error).__name__, str(error)) from error

    return invoke


def _tasks(lake: LakeFilesInMemory) -> dict[str, Task]:
    def survey(given: dict[str, Any]) -> BaseModel:
        return survey_lake(SurveyRequest.model_validate(given), files=lake, small_files=1)

    def compact(given: dict[str, Any]) -> BaseModel:
        return compact_partition(CompactRequest.model_validate(given), files=lake, bounds=RoundBounds(files=3))

    return {"SurveyFunctionArn": _function(survey), "CompactFunctionArn": _function(compact)}


def _run(execute: Execute, lake: LakeFilesInMemory, given: Any = None, **tasks: Task) -> Outcome:
    return execute("compaction.asl.json", given or {}, _tasks(lake) | tasks)


@pytest.fixture
def lake() -> LakeFilesInMemory:
    """Seven small files of fine dust, two of ozone, one that is not worth it."""
    made = LakeFilesInMemory()
    for month, count in ((PM25, 7), (OZONE, 2), (EMPTY, 1)):
        for number in range(count):
            made.put(batch_key("a", number, month), parquet([lake_row(line=number + 1, hour=number)]))
    return made


def _small(lake: LakeFilesInMemory, month: Month) -> int:
    return len([file for file in lake.list_files(month.prefix) if not is_compacted(file.key)])


def test_every_partition_with_many_small_files_is_compacted(execute: Execute, lake: LakeFilesInMemory) -> None:
    before = rows_in(lake, "observations/")
    ended = _run(execute, lake)
    assert not ended.error
    assert (_small(lake, PM25), _small(lake, OZONE), _small(lake, EMPTY)) == (0, 0, 1)
    assert sorted(rows_in(lake, "observations/"), key=str) == sorted(before, key=str)
    assert ended.output["left"] == 0
    assert [(part["parameter"], part["files_left"], part["duplicates"]) for part in ended.output["compacted"]] == [
        ("pm25", 0, 0),
        ("o3", 0, 0),
    ]


def test_a_partition_takes_as_many_rounds_as_it_needs(execute: Execute, lake: LakeFilesInMemory) -> None:
    asked = [given for given in _run(execute, lake).asked("CompactFunctionArn") if given["parameter"] == "pm25"]
    assert [given.get("progress", {}).get("files_left") for given in asked] == [None, 5, 3]
    assert all(given["progress"]["rounds"] == number for number, given in enumerate(asked) if number)


def test_a_partition_to_which_files_come_all_the_time_is_left_after_ten_rounds(
    execute: Execute, lake: LakeFilesInMemory
) -> None:
    def never_done(given: dict[str, Any]) -> Any:
        return {**given, "rounds": given.get("progress", {}).get("rounds", 0) + 1, "files_left": 4, "progress": None}

    ended = _run(execute, lake, CompactFunctionArn=never_done)
    assert not ended.error
    assert [part["rounds"] for part in ended.output["compacted"]] == [10, 10]


def test_nothing_to_do_is_a_success(execute: Execute) -> None:
    ended = _run(execute, LakeFilesInMemory())
    assert (ended.error, ended.output) == ("", {"compacted": [], "left": 0})
    assert not ended.asked("CompactFunctionArn")


def test_the_input_may_set_another_limit(execute: Execute, lake: LakeFilesInMemory) -> None:
    assert len(_run(execute, lake, {"more_than": 0}).output["compacted"]) == 3
    assert _small(lake, EMPTY) == 0


def test_a_partition_that_fails_stops_no_other_and_is_named(execute: Execute, lake: LakeFilesInMemory) -> None:
    key = batch_key("a", 1, PM25)
    lake.put(key, b"not a Parquet file")
    ended = _run(execute, lake)
    assert ended.error == "PartitionsNotCompacted"
    assert ended.cause.startswith(
        '1 of 2 partitions were not compacted, and no row of theirs is lost: ["pm25 2014-1"]. '
    )
    assert f"IntegrityError: {key} is not a file of the lake's observations" in ended.cause
    assert "stackTrace" not in ended.cause
    assert (_small(lake, PM25), _small(lake, OZONE)) == (7, 0)


def test_a_failure_that_no_function_raised_is_said_as_it_is(execute: Execute, lake: LakeFilesInMemory) -> None:
    def killed(_given: dict[str, Any]) -> Any:
        raise TaskError("Sandbox.Timedout", "Task timed out after 600 seconds")

    ended = _run(execute, lake, CompactFunctionArn=killed)
    assert ended.error == "PartitionsNotCompacted"
    assert ended.cause.startswith("2 of 2 partitions")
    assert ended.cause.endswith("Sandbox.Timedout: Task timed out after 600 seconds")


def test_another_compaction_of_the_partition_is_waited_for(execute: Execute, lake: LakeFilesInMemory) -> None:
    refusals = iter([True, True, False])
    compact = _tasks(lake)["CompactFunctionArn"]

    def busy_at_first(given: dict[str, Any]) -> Any:
        if given["parameter"] == "pm25" and next(refusals, False):
            raise function_error("Conflict", "somebody else works on compacting/pm25/2014/01")
        return compact(given)

    assert not _run(execute, lake, CompactFunctionArn=busy_at_first).error
    assert _small(lake, PM25) == 0


def test_a_survey_that_fails_ends_the_execution_with_its_sentence(execute: Execute, lake: LakeFilesInMemory) -> None:
    def refuse(_given: dict[str, Any]) -> Any:
        raise function_error("Unavailable", "S3 does not answer")

    ended = _run(execute, lake, SurveyFunctionArn=refuse)
    assert (ended.error, ended.cause) == ("Unavailable", "S3 does not answer")
    assert not ended.asked("CompactFunctionArn")


def test_an_input_that_is_not_understood_is_refused(execute: Execute, lake: LakeFilesInMemory) -> None:
    def survey(_given: dict[str, Any]) -> Any:
        raise function_error(
            "InvalidInput", "the event is not a SurveyRequest: partitions: Extra inputs are not permitted"
        )

    ended = _run(execute, lake, {"partitions": ["pm25"]}, SurveyFunctionArn=survey)
    assert ended.error == "InvalidInput"
    assert ended.asked("SurveyFunctionArn") == [{"partitions": ["pm25"]}]


def test_the_largest_execution_fits_step_functions_limits(execute: Execute) -> None:
    partition = {"parameter": "p" * 32, "year": 2014, "month": 12}
    surveyed = {"partitions": [partition] * PARTITIONS_A_RUN, "left": 10**6, "small_files": 10**9}

    def broken(_given: dict[str, Any]) -> Any:
        raise function_error("IntegrityError", "k" * 700)

    ended = _run(execute, LakeFilesInMemory(), SurveyFunctionArn=lambda _: surveyed, CompactFunctionArn=broken)
    assert ended.error == "PartitionsNotCompacted"
    # A state's input, and the cause of a failure.
    failed = {"partition": "p" * 40, "error": "IntegrityError", "cause": "k" * 700}
    assert len(json.dumps({"found": surveyed, "results": [{"failed": failed}] * PARTITIONS_A_RUN})) < 256 * 1024
    assert len(ended.cause) < 32_768
