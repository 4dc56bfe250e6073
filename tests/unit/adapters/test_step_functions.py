"""A state machine of Step Functions, started, looked at and stopped."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from geoclimate.adapters.step_functions import StepFunctionsWorkflow
from geoclimate.domain.errors import Conflict, Unavailable

MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:m"
EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:m:one"
MOMENT = "2026-01-31T05:00:00Z"


@pytest.fixture
def stubbed() -> Iterator[tuple[StepFunctionsWorkflow, Stubber]]:
    client = boto3.client(
        "stepfunctions", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
    )
    with Stubber(client) as stubber:
        yield StepFunctionsWorkflow(client, MACHINE), stubber
        stubber.assert_no_pending_responses()


def _described(status: str, **more: Any) -> dict[str, Any]:
    return {
        "executionArn": EXECUTION,
        "stateMachineArn": MACHINE,
        "status": status,
        "startDate": MOMENT,
        **more,
    }


def test_an_execution_is_started_by_name_with_its_input(stubbed: tuple[StepFunctionsWorkflow, Stubber]) -> None:
    workflow, stubber = stubbed
    stubber.add_response(
        "start_execution",
        {"executionArn": EXECUTION, "startDate": MOMENT},
        {"stateMachineArn": MACHINE, "name": "one", "input": json.dumps({"reason": "µg"}, ensure_ascii=False)},
    )
    workflow.start("one", {"reason": "µg"})


def test_the_same_name_with_another_input_is_a_conflict(stubbed: tuple[StepFunctionsWorkflow, Stubber]) -> None:
    workflow, stubber = stubbed
    stubber.add_client_error("start_execution", "ExecutionAlreadyExists", http_status_code=400)
    with pytest.raises(Conflict, match="execution one already"):
        workflow.start("one", {})


@pytest.mark.parametrize(
    ("status", "state", "cause"),
    [
        ("RUNNING", "running", None),
        ("SUCCEEDED", "succeeded", None),
        ("FAILED", "failed", "no such model"),
        ("TIMED_OUT", "failed", "timed_out"),
        ("ABORTED", "stopped", None),
    ],
)
def test_how_far_an_execution_is(
    stubbed: tuple[StepFunctionsWorkflow, Stubber], status: str, state: str, cause: str | None
) -> None:
    workflow, stubber = stubbed
    more = {"cause": "no such model"} if status == "FAILED" else {}
    stubber.add_response("describe_execution", _described(status, **more), {"executionArn": EXECUTION})
    found = workflow.find("one")
    assert found is not None
    assert (found.name, found.state, found.cause) == ("one", state, cause)


def test_an_execution_that_never_was_is_none_and_stopping_it_is_no_error(
    stubbed: tuple[StepFunctionsWorkflow, Stubber],
) -> None:
    workflow, stubber = stubbed
    for call in ("describe_execution", "stop_execution"):
        stubber.add_client_error(call, "ExecutionDoesNotExist", http_status_code=400)
    assert workflow.find("one") is None
    workflow.stop("one", "its owner cancelled it")


def test_a_service_that_fails_is_unavailable(stubbed: tuple[StepFunctionsWorkflow, Stubber]) -> None:
    workflow, stubber = stubbed
    for operation in ("start_execution", "describe_execution", "stop_execution"):
        stubber.add_client_error(operation, "InternalError", http_status_code=500)
    with pytest.raises(Unavailable, match="Step Functions does not answer"):
        workflow.start("one", {})
    with pytest.raises(Unavailable, match="Step Functions does not answer"):
        workflow.find("one")
    with pytest.raises(Unavailable, match="Step Functions does not answer"):
        workflow.stop("one", "its owner cancelled it")
