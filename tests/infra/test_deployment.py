"""A new model on trial: what is watched, for how long, and what starts a training run."""

from typing import Any

import pytest

from tests.infra.synthesis import Synthesis, written
from tests.infra.test_workflows import definition_of

ALARMS = {
    "TrainingDeploymentCanaryErrors": ("Invocation5XXErrors", "Sum"),
    "TrainingDeploymentCanaryModelErrors": ("InvocationModelErrors", "Sum"),
    "TrainingDeploymentCanaryLatency": ("ModelLatency", "p90"),
}


@pytest.mark.parametrize("start", ALARMS)
def test_each_alarm_measures_the_new_variant_alone(stage: Synthesis, start: str) -> None:
    _, alarm = stage.only("AWS::CloudWatch::Alarm", start)
    metric, statistic = ALARMS[start]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/SageMaker", metric)
    assert alarm.get("Statistic", alarm.get("ExtendedStatistic")) == statistic
    assert {each["Name"]: each["Value"] for each in alarm["Dimensions"]} == {
        "EndpointName": f"geoclimate-{stage.stage}-forecast",
        "VariantName": "Canary",
    }
    assert (alarm["ComparisonOperator"], alarm["EvaluationPeriods"], alarm["Period"]) == ("GreaterThanThreshold", 1, 60)
    # A variant without requests, and one that is not there, has no data.
    assert alarm["TreatMissingData"] == "notBreaching"


def test_one_error_rings_and_so_does_a_slow_tenth(stage: Synthesis) -> None:
    thresholds = [stage.only("AWS::CloudWatch::Alarm", start)[1]["Threshold"] for start in ALARMS]
    microseconds = {"local": 30e6, "dev": 10e6, "prod": 5e6}[stage.stage]
    assert thresholds == [0, 0, microseconds]


def _states(stage: Synthesis) -> dict[str, Any]:
    states: dict[str, Any] = definition_of(stage, "deployment")["States"]
    return states


def test_the_workflow_looks_at_exactly_these_alarms(stage: Synthesis) -> None:
    named = _states(stage)["LookAtAlarms"]["Parameters"]["AlarmNames"]
    assert sorted(named) == sorted(f"<{stage.only('AWS::CloudWatch::Alarm', start)[0]}>" for start in ALARMS)


def test_the_variant_that_is_watched_is_the_one_that_is_tried(stage: Synthesis) -> None:
    states = _states(stage)
    first, second = states["CreateCanaryConfig"]["Parameters"]["ProductionVariants"]
    assert (first["VariantName"], second["VariantName"]) == ("AllTraffic", "Canary")
    assert second["InitialVariantWeight"] / (first["InitialVariantWeight"] + second["InitialVariantWeight"]) == 0.1
    assert states["SmokeCanary"]["Parameters"]["Payload"]["variant"] == "Canary"


def test_a_trial_in_prod_sees_an_hourly_forecast_run(prod: Synthesis) -> None:
    watch = _states(prod)["StartWatch"]["Parameters"]
    looks, seconds = (int(watch[name].split("(")[1].split(",")[0]) for name in ("enough.$", "seconds.$"))
    assert looks * seconds > 3_600


def test_in_the_cloud_a_look_comes_after_a_whole_period_of_the_alarms(cloud_stage: Synthesis) -> None:
    watch = _states(cloud_stage)["StartWatch"]["Parameters"]
    assert int(watch["seconds.$"].split("(")[1].split(",")[0]) >= 60


def test_training_is_scheduled_in_the_cloud_alone(local: Synthesis, dev: Synthesis, prod: Synthesis) -> None:
    assert not [name for name in local.of_type("AWS::Events::Rule") if name.startswith("TrainingStartsSchedule")]
    for stage in (dev, prod):
        machine, _ = stage.only("AWS::StepFunctions::StateMachine", "TrainingWorkflow")
        _, rule = stage.only("AWS::Events::Rule", "TrainingStartsSchedule")
        assert (rule["ScheduleExpression"], rule["State"]) == ("rate(7 days)", "ENABLED")
        assert [(each["Arn"], each["Input"]) for each in rule["Targets"]] == [
            ({"Ref": machine}, '{"target":"pm25","reason":"schedule"}')
        ]


def test_drift_of_the_target_in_this_stage_starts_a_training_run(stage: Synthesis) -> None:
    """Every stage of an account hears the others' events: the bus is one."""
    machine, _ = stage.only("AWS::StepFunctions::StateMachine", "TrainingWorkflow")
    _, rule = stage.only("AWS::Events::Rule", "TrainingStartsDrift")
    bucket, _ = stage.only("AWS::S3::Bucket", "StorageArtifacts")
    assert [written(each) for each in rule["EventPattern"].pop("resources")] == [f"<{bucket}.Arn>/drift/report.json"]
    assert rule["EventPattern"] == {
        "source": ["geoclimate.drift"],
        "detail-type": ["Drift detected"],
        "detail": {"target": ["pm25"]},
    }
    (target,) = rule["Targets"]
    assert target["Arn"] == {"Ref": machine}
    assert target["InputTransformer"] == {
        "InputPathsMap": {"detail": "$.detail"},
        "InputTemplate": '{"target":"pm25","reason":"drift","drift":<detail>}',
    }


def test_an_operator_finds_the_machine_that_deploys(stage: Synthesis) -> None:
    machine, _ = stage.only("AWS::StepFunctions::StateMachine", "TrainingDeploymentWorkflow")
    assert written(stage.template["Outputs"]["DeploymentStateMachineArn"]["Value"]) == f"<{machine}>"
