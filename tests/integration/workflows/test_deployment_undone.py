"""The deployment workflow where a version does not hold: back to what served before, and retired with the reason."""

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import Execute, Outcome, TaskError, function_error
from .deployment_cloud import NEW, OLD, Cloud

CROSSED = function_error("ModelRejected", "quantiles that cross")
THROTTLED = TaskError("SageMaker.SageMakerException", "throttled")


def _run(execute: Execute, cloud: Cloud) -> Outcome:
    return execute("deployment.asl.json", {"target": "pm25", "version": NEW}, cloud.tasks())


def _is_back(cloud: Cloud, ended: Outcome) -> None:
    """The version before serves alone, and the new one is out of the running for the reason that people read."""
    assert (cloud.config, cloud.status) == (OLD, "InService")
    assert cloud.decisions == ["stage", "retire"]
    assert cloud.reasons[-1] == ended.cause
    assert "stackTrace" not in ended.cause


def _failing(**errors: TaskError) -> Callable[[Cloud], None]:
    return lambda cloud: cloud.errors.update({name.replace("__", ":"): error for name, error in errors.items()})


def _alarm(at: int) -> Callable[[Cloud], None]:
    return lambda cloud: setattr(cloud, "alarm_at", at)


@pytest.mark.parametrize(
    ("break_it", "error", "said"),
    [
        pytest.param(_alarm(1), "CanaryAlarm", "ModelErrorsAlarm", id="alarm at the first look"),
        pytest.param(_alarm(3), "CanaryAlarm", "ALARM", id="alarm at the last look"),
        pytest.param(_failing(smoke__Canary=CROSSED), "SmokeTestFailed", "quantiles that cross", id="canary smoke"),
        pytest.param(
            _failing(smoke__Canary=TaskError("States.Timeout", "too slow")), "SmokeTestFailed", "too slow", id="timeout"
        ),
        pytest.param(_failing(smoke__None=CROSSED), "SmokeTestFailed", "quantiles that cross", id="smoke of all"),
        pytest.param(
            _failing(describeAlarms=TaskError("CloudWatch.CloudWatchException", "not authorized")),
            "CanaryUnwatched",
            "not authorized",
            id="alarms cannot be read",
        ),
        pytest.param(
            _failing(update__canary=THROTTLED), "SageMaker.SageMakerException", "throttled", id="canary update"
        ),
        pytest.param(
            lambda cloud: cloud.errors.update({f"update:{NEW}": THROTTLED}),
            "SageMaker.SageMakerException",
            "throttled",
            id="update to all",
        ),
        pytest.param(
            _failing(promote=function_error("Conflict", "judged against another model")),
            "Conflict",
            "could not be promoted: judged against another model",
            id="promotion conflict",
        ),
        pytest.param(
            _failing(promote=TaskError("Lambda.AWSLambdaException", "not authorized")),
            "Lambda.AWSLambdaException",
            "not authorized",
            id="promotion not allowed",
        ),
        pytest.param(_failing(createModel=THROTTLED), "SageMaker.SageMakerException", "throttled", id="model"),
        pytest.param(_failing(config__version=THROTTLED), "SageMaker.SageMakerException", "throttled", id="own config"),
        pytest.param(
            _failing(config__canary=THROTTLED), "SageMaker.SageMakerException", "throttled", id="canary config"
        ),
    ],
)
def test_a_version_that_does_not_hold_is_taken_back_and_retired(
    execute: Execute, break_it: Callable[[Cloud], None], error: str, said: str
) -> None:
    cloud = Cloud()
    break_it(cloud)
    ended = _run(execute, cloud)
    assert ended.error == error
    assert said in ended.cause
    _is_back(cloud, ended)
    assert ended.asked("ForecastFunctionArn") == []


def test_an_alarm_ends_the_trial_at_once(execute: Execute) -> None:
    cloud = Cloud()
    cloud.alarm_at = 2
    ended = _run(execute, cloud)
    assert len(ended.asked("describeAlarms")) == 2
    assert NEW in ended.cause


def test_a_version_is_not_promoted_unwatched(execute: Execute) -> None:
    """An alarm that somebody deleted rings for nobody."""
    cloud = Cloud()
    cloud.alarms = ("ErrorsAlarm", "ModelErrorsAlarm")
    ended = _run(execute, cloud)
    assert ended.error == "CanaryUnwatched"
    _is_back(cloud, ended)


class Refusing(Cloud):
    """Goes back by itself from the canary, or from the version alone."""

    def __init__(self, *, canary: bool, freeze: bool = False) -> None:
        super().__init__()
        self._canary = canary
        self._freeze = freeze

    def update(self, given: dict[str, Any]) -> dict[str, Any]:
        name = given["EndpointConfigName"]
        if name != OLD and ("-canary-" in name) is self._canary:
            (self.freezes if self._freeze else self.refuses).add(name)
        return super().update(given)


@pytest.mark.parametrize("canary", [True, False])
def test_an_endpoint_that_went_back_by_itself_is_noticed(execute: Execute, canary: bool) -> None:
    cloud = Refusing(canary=canary)
    ended = _run(execute, cloud)
    assert ended.error == "DeploymentFailed"
    assert ended.cause.endswith("did not come into service: the container did not answer its ping")
    _is_back(cloud, ended)


@pytest.mark.parametrize("canary", [True, False])
def test_waiting_is_bounded_and_a_roll_back_that_cannot_be_made_is_said(execute: Execute, canary: bool) -> None:
    cloud = Refusing(canary=canary, freeze=True)
    ended = _run(execute, cloud)
    assert ended.error == "DeploymentFailed"
    assert "could not be set back: SageMaker.SageMakerException: Cannot update in-progress endpoint" in ended.cause
    assert len(ended.asked("describeEndpoint")) <= 726
    assert cloud.decisions == ["stage", "retire"]


def test_a_roll_back_that_sagemaker_goes_back_from_is_said(execute: Execute) -> None:
    cloud = Cloud()
    cloud.alarm_at = 1
    cloud.refuses.add(OLD)
    ended = _run(execute, cloud)
    assert ended.error == "CanaryAlarm"
    assert "could not be set back: RollbackFailed: endpoint EndpointName is InService with configuration" in ended.cause
    assert cloud.decisions == ["stage", "retire"]


def test_a_roll_back_that_never_ends_is_given_up(execute: Execute) -> None:
    cloud = Cloud()
    cloud.alarm_at = 1
    cloud.freezes.add(OLD)
    ended = _run(execute, cloud)
    assert ended.error == "CanaryAlarm"
    assert "RollbackFailed: endpoint EndpointName is Updating" in ended.cause


def test_an_endpoint_that_cannot_be_looked_at_any_more_is_said(execute: Execute) -> None:
    cloud = Cloud()
    tasks = cloud.tasks()
    described = tasks["describeEndpoint"]

    def describe_until_the_canary(given: dict[str, Any]) -> Any:
        if cloud.decisions == ["stage"]:
            raise TaskError("SageMaker.SdkClientException", "no connection")
        return described(given)

    ended = execute(
        "deployment.asl.json",
        {"target": "pm25", "version": NEW},
        {**tasks, "describeEndpoint": describe_until_the_canary},
    )
    assert ended.error == "SageMaker.SdkClientException"
    assert "could not be set back: SageMaker.SdkClientException: no connection" in ended.cause
    assert cloud.decisions == ["stage", "retire"]


def test_a_registry_that_fails_at_the_end_does_not_hide_the_first_failure(execute: Execute) -> None:
    cloud = Cloud()
    cloud.errors |= {"smoke:Canary": CROSSED, "retire": function_error("Unavailable", "DynamoDB does not answer")}
    ended = _run(execute, cloud)
    assert ended.error == "SmokeTestFailed"
    assert "quantiles that cross" in ended.cause
    assert "could not be retired: Unavailable" in ended.cause
    assert cloud.config == OLD


# The first model: there is nothing to go back to, so its endpoint goes.


def test_a_first_model_that_fails_its_smoke_test_takes_its_endpoint_with_it(execute: Execute) -> None:
    cloud = Cloud(serving=None)
    cloud.errors["smoke:None"] = CROSSED
    ended = _run(execute, cloud)
    assert ended.error == "SmokeTestFailed"
    assert cloud.status == "Deleting"
    assert cloud.decisions == ["stage", "retire"]


def test_a_first_endpoint_that_fails_is_deleted_with_its_reason(execute: Execute) -> None:
    cloud = Cloud(serving=None)
    cloud.refuses.add(NEW)
    ended = _run(execute, cloud)
    assert ended.error == "DeploymentFailed"
    assert "did not answer its ping" in ended.cause
    assert cloud.status == "Deleting"


def test_an_endpoint_that_was_never_made_is_not_deleted_in_vain(execute: Execute) -> None:
    cloud = Cloud(serving=None)
    cloud.errors |= {
        "createEndpoint": TaskError("SageMaker.AmazonSageMakerException", "no capacity"),
        "deleteEndpoint": TaskError("SageMaker.SageMakerException", 'Could not find endpoint "arn".'),
    }
    ended = _run(execute, cloud)
    assert (ended.error, ended.cause) == ("SageMaker.AmazonSageMakerException", "no capacity")
    assert cloud.decisions == ["stage", "retire"]


def test_an_endpoint_that_cannot_be_deleted_is_said(execute: Execute) -> None:
    cloud = Cloud(serving=None)
    cloud.errors |= {"smoke:None": CROSSED, "deleteEndpoint": THROTTLED}
    ended = _run(execute, cloud)
    assert ended.error == "SmokeTestFailed"
    assert "could not be set back: SageMaker.SageMakerException: throttled" in ended.cause
