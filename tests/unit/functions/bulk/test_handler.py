"""The bulk function as Step Functions calls it."""

import pytest

from functions.bulk import handler as entry
from geoclimate.contracts.jobs import JobStepRequest, JobStepResult
from geoclimate.domain.errors import InvalidInput
from tests.lambda_context import CONTEXT
from tests.load_event import load_event


class Runner:
    def __init__(self) -> None:
        self.asked: list[JobStepRequest] = []

    def step(self, request: JobStepRequest) -> JobStepResult:
        self.asked.append(request)
        return JobStepResult(next="go_on")


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> Runner:
    made = Runner()
    monkeypatch.setattr(entry, "job_runner", lambda: made)
    return made


def test_does_a_step_and_says_whether_there_is_more(runner: Runner) -> None:
    event = load_event("stepfunctions/job_step")
    assert entry.handler(event, CONTEXT) == {"next": "go_on"}
    assert runner.asked == [JobStepRequest.model_validate(event)]


def test_does_not_log_whose_job_it_is(runner: Runner, capsys: pytest.CaptureFixture[str]) -> None:
    event = load_event("stepfunctions/job_step")
    entry.handler(event, CONTEXT)
    assert event["account"] not in capsys.readouterr().out
    assert runner.asked


def test_refuses_an_input_that_names_no_job(runner: Runner) -> None:
    with pytest.raises(InvalidInput, match="job"):
        entry.handler(load_event("stepfunctions/job_step", job="../1"), CONTEXT)
    assert runner.asked == []
