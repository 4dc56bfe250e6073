"""The workflow of jobs: step after step, waiting for the table, and marked where it breaks."""

from typing import Any

import pytest

from geoclimate.contracts.jobs import JobStepRequest

from .conftest import Execute, Outcome, TaskError, function_error

GIVEN = {"account": "a", "job": "20260131-050607-1b9d6bcd4f2a"}


def _run(execute: Execute, answers: list[Any]) -> Outcome:
    rest = iter(answers)

    def bulk(given: dict[str, Any]) -> dict[str, Any]:
        JobStepRequest.model_validate(given)
        answer = next(rest)
        if isinstance(answer, TaskError):
            raise answer
        return {"next": answer}

    return execute("job.asl.json", GIVEN, {"BulkFunctionArn": bulk}, name=GIVEN["job"])


def test_steps_follow_each_other_until_the_job_has_ended(execute: Execute) -> None:
    ended = _run(execute, ["wait", "wait", "go_on", "go_on", "end"])
    assert not ended.error, ended.cause
    assert ended.asked("BulkFunctionArn") == [GIVEN] * 5


def test_what_passes_by_itself_is_tried_again(execute: Execute) -> None:
    ended = _run(execute, [function_error("Unavailable", "DynamoDB does not answer"), "end"])
    assert not ended.error, ended.cause


@pytest.mark.parametrize("mark", ["end", function_error("KeyError", "x")])
def test_a_step_that_fails_for_good_marks_the_job_and_fails(execute: Execute, mark: Any) -> None:
    ended = _run(execute, ["go_on", function_error("IntegrityError", "the digest differs"), mark])
    assert ended.error in {"IntegrityError", "KeyError"}
    assert ended.asked("BulkFunctionArn")[2] == {**GIVEN, "broken": True}


@pytest.mark.parametrize("missing", ["account", "job"])
def test_an_input_that_names_no_job_is_refused(execute: Execute, missing: str) -> None:
    given = {name: value for name, value in GIVEN.items() if name != missing}
    assert execute("job.asl.json", given, {}).error == "InvalidInput"
