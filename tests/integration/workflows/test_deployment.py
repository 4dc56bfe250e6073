"""The deployment workflow where all goes well, and where something else stands in its way before it begins."""

from typing import Any

import pytest

from .conftest import Execute, Outcome, TaskError, function_error
from .deployment_cloud import NEW, OLD, Cloud


def _run(execute: Execute, cloud: Cloud, **more: Any) -> Outcome:
    return execute("deployment.asl.json", {"target": "pm25", "version": NEW, **more}, cloud.tasks())


def _updates(ended: Outcome) -> list[str]:
    return [
        "canary" if "-canary-" in name else name
        for name in (e["EndpointConfigName"] for e in ended.asked("updateEndpoint"))
    ]


def test_the_first_model_makes_the_endpoint_and_has_all_of_it_at_once(execute: Execute) -> None:
    cloud = Cloud(serving=None)
    ended = _run(execute, cloud, reason="CRPS 9 against 10")
    assert not ended.error, ended.cause
    assert cloud.traffic() == {NEW: 1}
    assert cloud.decisions == ["stage", "promote"]
    assert cloud.reasons == ["CRPS 9 against 10"] * 2
    assert ended.output == {"target": "pm25", "version": NEW, "forecasts": {"written": 2, "skipped": {}}}
    assert (ended.asked("updateEndpoint"), ended.asked("describeAlarms")) == ([], [])
    assert [each.get("variant") for each in ended.asked("SmokeFunctionArn")] == [None]


def test_a_later_model_is_tried_with_a_tenth_and_then_gets_all(execute: Execute) -> None:
    cloud = Cloud()
    ended = _run(execute, cloud)
    assert not ended.error, ended.cause
    assert _updates(ended) == ["canary", NEW]
    own, canary = ended.asked("createEndpointConfig")
    assert own["EndpointConfigName"] == NEW
    assert [(v["VariantName"], v["ModelName"], v["InitialVariantWeight"]) for v in canary["ProductionVariants"]] == [
        ("AllTraffic", OLD, 9),
        ("Canary", NEW, 1),
    ]
    assert [v["InitialInstanceCount"] for v in canary["ProductionVariants"]] == [1, 1]
    assert cloud.traffic() == {NEW: 1}
    assert cloud.decisions == ["stage", "promote"]
    assert cloud.reasons == ["deployed by hand"] * 2


def test_the_alarms_are_looked_at_as_often_as_the_stage_says_and_the_new_variant_is_asked_before_each(
    execute: Execute,
) -> None:
    ended = _run(execute, Cloud())
    assert [each.get("variant") for each in ended.asked("SmokeFunctionArn")] == ["Canary"] * 3 + [None]
    assert len(ended.asked("describeAlarms")) == 3
    order = [name for name, _ in ended.calls if name in {"SmokeFunctionArn", "describeAlarms", "updateEndpoint"}]
    assert order == [
        "updateEndpoint",
        *["SmokeFunctionArn", "describeAlarms"] * 3,
        "updateEndpoint",
        "SmokeFunctionArn",
    ]


def test_the_model_is_the_version_s_artifact(execute: Execute) -> None:
    [model] = _run(execute, Cloud()).asked("createModel")
    assert model["ModelName"] == NEW
    assert model["PrimaryContainer"]["ModelDataUrl"] == f"s3://ArtifactsBucket/models/{NEW}/output/model.tar.gz"
    assert model["PrimaryContainer"]["Environment"]["GEOCLIMATE_MODEL_VERSION"] == NEW


def test_names_of_configurations_fit_with_the_longest_prefix(execute: Execute) -> None:
    names = [each["EndpointConfigName"] for each in _run(execute, Cloud()).asked("createEndpointConfig")]
    assert max(map(len, names)) - len("geoclimate-test") + 26 <= 63


@pytest.mark.parametrize(
    ("task", "said"),
    [
        ("createModel", 'Cannot create already existing model "arn"'),
        ("config:version", 'Cannot create already existing endpoint configuration "arn"'),
    ],
)
def test_a_version_may_be_deployed_again(execute: Execute, task: str, said: str) -> None:
    cloud = Cloud()
    cloud.configs[NEW] = [{"VariantName": "AllTraffic", "ModelName": NEW, "InitialVariantWeight": 1}]
    cloud.errors[task] = TaskError("SageMaker.AmazonSageMakerException", said)
    ended = _run(execute, cloud)
    assert not ended.error, ended.cause
    assert cloud.traffic() == {NEW: 1}


def test_a_version_that_serves_already_only_has_to_be_promoted(execute: Execute) -> None:
    """An execution was stopped between the endpoint's change and the registry's."""
    cloud = Cloud(serving=NEW)
    cloud.configs[NEW] = [{"VariantName": "AllTraffic", "ModelName": NEW, "InitialVariantWeight": 1}]
    ended = _run(execute, cloud)
    assert not ended.error, ended.cause
    assert ended.asked("updateEndpoint") == []
    assert cloud.decisions == ["stage", "promote"]


def test_a_model_that_an_operator_put_back_is_what_the_trial_is_held_against(execute: Execute) -> None:
    """A rollback by command gives the endpoint a configuration of another name."""
    cloud = Cloud(serving="geoclimate-test-20260130-050607-rollback")
    cloud.configs[cloud.config or ""] = [{"VariantName": "AllTraffic", "ModelName": OLD, "InitialVariantWeight": 1}]
    cloud.alarm_at = 1
    ended = _run(execute, cloud)
    assert ended.error == "CanaryAlarm"
    _, canary = ended.asked("createEndpointConfig")
    assert [variant["ModelName"] for variant in canary["ProductionVariants"]] == [OLD, NEW]
    assert cloud.config == "geoclimate-test-20260130-050607-rollback"


LEFT_OVER = "geoclimate-test-canary-20260130-050607-cccccccc"


def _left_over(production: str, tried: str) -> Cloud:
    """A trial that was broken off: its execution was stopped."""
    cloud = Cloud(serving=LEFT_OVER)
    cloud.configs[LEFT_OVER] = [
        {"VariantName": "AllTraffic", "ModelName": production, "InitialVariantWeight": 9},
        {"VariantName": "Canary", "ModelName": tried, "InitialVariantWeight": 1},
    ]
    return cloud


def test_a_trial_after_one_that_was_broken_off_is_held_against_what_was_in_production(execute: Execute) -> None:
    cloud = _left_over(OLD, "geoclimate-test-20260130-050607-cccccccc")
    ended = _run(execute, cloud)
    assert not ended.error, ended.cause
    assert _updates(ended) == ["canary", NEW]
    _, canary = ended.asked("createEndpointConfig")
    assert [variant["ModelName"] for variant in canary["ProductionVariants"]] == [OLD, NEW]


def test_a_version_that_another_trial_was_held_against_gets_all_traffic_again(execute: Execute) -> None:
    cloud = _left_over(NEW, OLD)
    ended = _run(execute, cloud)
    assert not ended.error, ended.cause
    assert _updates(ended) == [NEW]


def test_an_endpoint_that_failed_earlier_is_replaced(execute: Execute) -> None:
    cloud = Cloud(status="Failed")
    ended = _run(execute, cloud)
    assert not ended.error, ended.cause
    assert len(ended.asked("deleteEndpoint")) == 1
    assert len(ended.asked("createEndpoint")) == 1


# Before anything is changed, a failure leaves everything as it is.


@pytest.mark.parametrize(
    "given",
    [
        {"target": "pm25"},
        {"version": NEW},
        {"target": "no2", "version": NEW},
        {"target": "pm25", "version": "another-1"},
    ],
)
def test_an_input_that_cannot_be_used_says_what_to_give(execute: Execute, given: dict[str, Any]) -> None:
    ended = execute("deployment.asl.json", given, Cloud().tasks())
    assert ended.error == "InvalidInput"
    assert '"version": "geoclimate-test-...' in ended.cause
    assert ended.calls == []


def test_an_endpoint_that_somebody_else_changes_is_left_alone(execute: Execute) -> None:
    cloud = Cloud(status="SystemUpdating")
    ended = _run(execute, cloud)
    assert ended.error == "EndpointBusy"
    assert "is SystemUpdating" in ended.cause
    assert cloud.decisions == []


def test_an_endpoint_that_cannot_be_described_is_no_missing_endpoint(execute: Execute) -> None:
    cloud = Cloud()
    cloud.errors["describeEndpoint"] = TaskError("SageMaker.SageMakerException", "not authorized to describe it")
    ended = _run(execute, cloud)
    assert ended.cause == "not authorized to describe it"
    assert ended.asked("createEndpoint") == []


@pytest.mark.parametrize("task", ["describeEndpointConfig", "deleteEndpoint"])
def test_a_call_that_fails_before_the_registry_knows_changes_nothing(execute: Execute, task: str) -> None:
    cloud = Cloud(status="Failed" if task == "deleteEndpoint" else "InService")
    cloud.errors[task] = TaskError("SageMaker.SageMakerException", "throttled")
    ended = _run(execute, cloud)
    assert (ended.error, ended.cause) == ("SageMaker.SageMakerException", "throttled")
    assert cloud.decisions == []


def test_a_version_that_may_not_be_tried_is_refused_by_the_registry(execute: Execute) -> None:
    cloud = Cloud()
    cloud.errors["stage"] = function_error("Conflict", "it is retired")
    ended = _run(execute, cloud)
    assert (ended.error, ended.cause) == ("Conflict", "it is retired")
    assert ended.asked("createModel") == []
    assert cloud.decisions == []


def test_a_promoted_version_stays_when_the_first_forecasts_fail(execute: Execute) -> None:
    cloud = Cloud()
    cloud.errors["ForecastFunctionArn"] = function_error("Unavailable", "DynamoDB does not answer")
    ended = _run(execute, cloud)
    assert (ended.error, ended.cause) == ("Unavailable", "DynamoDB does not answer")
    assert cloud.traffic() == {NEW: 1}
    assert cloud.decisions == ["stage", "promote"]


class Unanswered(Cloud):
    """The registry promotes, but the first answer is lost on its way."""

    def __init__(self, error: TaskError) -> None:
        super().__init__()
        self._lost: list[TaskError] = [error]

    def promote(self, given: dict[str, Any]) -> dict[str, Any]:
        answer = super().promote(given)
        if given["decision"] == "promote" and self._lost:
            raise self._lost.pop()
        return answer


@pytest.mark.parametrize(
    "lost",
    [TaskError("States.Timeout", "too slow"), function_error("Sandbox.Timedout", "Task timed out after 30.00 seconds")],
)
def test_a_promotion_whose_answer_was_lost_is_asked_for_again(execute: Execute, lost: TaskError) -> None:
    """Taken back, the endpoint would serve another version than the one that the registry calls production."""
    cloud = Unanswered(lost)
    ended = _run(execute, cloud)
    assert not ended.error, ended.cause
    assert cloud.traffic() == {NEW: 1}
    assert cloud.decisions == ["stage", "promote", "promote"]


class Decided(Cloud):
    """Keeps who decided."""

    def __init__(self) -> None:
        super().__init__()
        self.by: list[str] = []

    def promote(self, given: dict[str, Any]) -> dict[str, Any]:
        self.by.append(given["who"])
        return {"version": given["version"]}


def test_a_person_s_decision_carries_the_person_s_name(execute: Execute) -> None:
    cloud = Decided()
    ended = _run(execute, cloud, who="account:0123")
    assert not ended.error, ended.cause
    assert cloud.by == ["account:0123"] * 2
