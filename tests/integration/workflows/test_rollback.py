"""The rollback workflow: the endpoint first, then the registry, and back again where one of them fails."""

from typing import Any

import pytest

from geoclimate.contracts.workflows import PromoteRequest, RollbackRequest

from .conftest import Execute, Outcome, TaskError, function_error
from .deployment_cloud import NEW, OLD, Cloud

WHO, WHY = "account:0123", "too low on smoky days"
GIVEN = RollbackRequest(target="pm25", version=OLD, current=NEW, who=WHO, reason=WHY).model_dump(mode="json")
THROTTLED = TaskError("SageMaker.SageMakerException", "throttled")


class Served(Cloud):
    """The newer version serves, and the older one's own configuration is kept."""

    def __init__(self, serving: str | None = NEW, status: str = "InService") -> None:
        super().__init__(serving, status)
        self.configs[NEW] = [{"VariantName": "AllTraffic", "ModelName": NEW, "InitialVariantWeight": 1}]

    def promote(self, given: dict[str, Any]) -> dict[str, Any]:
        request = PromoteRequest.model_validate(given)
        assert (request.decision, request.version, request.current) == ("roll_back", OLD, NEW)
        assert (request.who, request.reason) == (WHO, WHY)
        self._fail(request.decision)
        self.decisions.append(request.decision)
        return {"version": request.version, "stage": "production"}


def _run(execute: Execute, cloud: Cloud) -> Outcome:
    return execute("rollback.asl.json", GIVEN, cloud.tasks())


def _nothing_changed(cloud: Cloud) -> bool:
    return (cloud.config, cloud.status, cloud.decisions) == (NEW, "InService", [])


def test_endpoint_and_registry_go_back_and_forecasts_are_made(execute: Execute) -> None:
    cloud = Served()
    ended = _run(execute, cloud)
    assert not ended.error, ended.cause
    assert cloud.traffic() == {OLD: 1}
    assert cloud.decisions == ["roll_back"]
    assert ended.output == {"target": "pm25", "version": OLD, "current": NEW, "forecasts": {"written": 2}}
    order = [name for name, _ in ended.calls if name != "describeEndpoint"]
    assert order == [
        "describeEndpointConfig",
        "updateEndpoint",
        "SmokeFunctionArn",
        "PromoteFunctionArn",
        "ForecastFunctionArn",
    ]


def test_without_an_endpoint_the_registry_goes_back_alone(execute: Execute) -> None:
    cloud = Served(serving=None)
    ended = _run(execute, cloud)
    assert not ended.error, ended.cause
    assert cloud.decisions == ["roll_back"]
    assert (ended.asked("updateEndpoint"), ended.asked("SmokeFunctionArn")) == ([], [])


def test_a_rollback_that_broke_off_between_endpoint_and_registry_is_completed(execute: Execute) -> None:
    cloud = Served(serving=OLD)
    ended = _run(execute, cloud)
    assert not ended.error, ended.cause
    assert ended.asked("updateEndpoint") == []
    assert cloud.decisions == ["roll_back"]


class Unanswered(Served):
    """The registry decides, but the first answer is lost on its way."""

    def __init__(self, error: TaskError) -> None:
        super().__init__()
        self._lost: list[TaskError] = [error]

    def promote(self, given: dict[str, Any]) -> dict[str, Any]:
        answer = super().promote(given)
        if self._lost:
            raise self._lost.pop()
        return answer


@pytest.mark.parametrize(
    "lost",
    [TaskError("States.Timeout", "too slow"), function_error("Sandbox.Timedout", "Task timed out after 30.00 seconds")],
)
def test_a_decision_whose_answer_was_lost_is_asked_for_again(execute: Execute, lost: TaskError) -> None:
    cloud = Unanswered(lost)
    ended = _run(execute, cloud)
    assert not ended.error, ended.cause
    assert cloud.traffic() == {OLD: 1}
    assert cloud.decisions == ["roll_back", "roll_back"]


def test_forecasts_that_cannot_be_made_just_now_do_not_undo_it(execute: Execute) -> None:
    cloud = Served()
    cloud.errors["ForecastFunctionArn"] = function_error("Unavailable", "DynamoDB does not answer")
    ended = _run(execute, cloud)
    assert not ended.error, ended.cause
    assert ended.output["forecasts"] == {"written": 0}
    assert cloud.decisions == ["roll_back"]


@pytest.mark.parametrize(
    ("errors", "error", "said"),
    [
        ({"smoke:None": function_error("ModelRejected", "quantiles that cross")}, "SmokeTestFailed", "that cross"),
        ({"smoke:None": TaskError("States.Timeout", "too slow")}, "SmokeTestFailed", "too slow"),
        ({"roll_back": function_error("Conflict", "somebody else decided")}, "Conflict", "somebody else decided"),
        ({"roll_back": TaskError("Lambda.AWSLambdaException", "refused")}, "Lambda.AWSLambdaException", "refused"),
        ({f"update:{OLD}": THROTTLED}, "SageMaker.SageMakerException", "throttled"),
    ],
)
def test_where_it_fails_everything_is_as_it_was(
    execute: Execute, errors: dict[str, TaskError], error: str, said: str
) -> None:
    cloud = Served()
    cloud.errors |= errors
    ended = _run(execute, cloud)
    assert ended.error == error
    assert said in ended.cause
    assert "stackTrace" not in ended.cause
    assert _nothing_changed(cloud)


def test_an_old_model_that_does_not_come_into_service_is_said(execute: Execute) -> None:
    cloud = Served()
    cloud.refuses.add(OLD)
    ended = _run(execute, cloud)
    assert ended.error == "RollbackFailed"
    assert f"version {OLD} did not come into service" in ended.cause
    assert _nothing_changed(cloud)


def test_an_endpoint_that_cannot_be_set_back_is_said_beside_the_first_failure(execute: Execute) -> None:
    cloud = Served()
    cloud.errors["smoke:None"] = function_error("ModelRejected", "quantiles that cross")
    cloud.refuses.add(NEW)
    ended = _run(execute, cloud)
    assert ended.error == "SmokeTestFailed"
    assert f"quantiles that cross; and the endpoint could not be set back to {NEW}: UndoFailed" in ended.cause


def test_waiting_is_bounded(execute: Execute) -> None:
    cloud = Served()
    cloud.freezes.add(OLD)
    ended = _run(execute, cloud)
    assert ended.error == "RollbackFailed"
    assert len(ended.asked("describeEndpoint")) <= 725


def test_a_trial_under_way_is_left_alone(execute: Execute) -> None:
    cloud = Served()
    cloud.configs[NEW].append({"VariantName": "Canary", "ModelName": "another", "InitialVariantWeight": 1})
    ended = _run(execute, cloud)
    assert ended.error == "EndpointBusy"
    assert "2 models share endpoint" in ended.cause


def test_an_endpoint_that_something_else_changes_is_left_alone(execute: Execute) -> None:
    ended = _run(execute, Served(status="Updating"))
    assert ended.error == "EndpointBusy"
    assert ended.asked("updateEndpoint") == []


@pytest.mark.parametrize("missing", ["target", "version", "current", "reason", "who"])
def test_an_input_that_lacks_something_is_refused(execute: Execute, missing: str) -> None:
    given = {name: value for name, value in GIVEN.items() if name != missing}
    ended = execute("rollback.asl.json", given, {})
    assert ended.error == "InvalidInput"
