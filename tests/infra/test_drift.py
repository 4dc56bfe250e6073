"""The watch for drift: its schedule, what it may send, and its alarm."""

from tests.infra.synthesis import Synthesis, written


def test_drift_is_looked_for_every_day(stage: Synthesis) -> None:
    function, _ = stage.only("AWS::Lambda::Function", "DriftWatch")
    _, rule = stage.only("AWS::Events::Rule", "DriftSchedule")
    assert (rule["ScheduleExpression"], rule["State"]) == ("rate(1 day)", "ENABLED")
    assert [(each["Arn"], each["Input"]) for each in rule["Targets"]] == [({"Fn::GetAtt": [function, "Arn"]}, "{}")]


def test_it_may_send_events_of_drift_only_and_to_the_default_bus(stage: Synthesis) -> None:
    (statement,) = [each for each in stage.statements("DriftWatchRole") if each["Action"] == "events:PutEvents"]
    assert written(statement["Resource"]).endswith(":event-bus/default")
    assert statement["Condition"] == {
        "StringEqualsIfExists": {"events:source": "geoclimate.drift", "events:detail-type": "Drift detected"}
    }


def test_a_drift_keeps_the_alarm_up_for_a_day(stage: Synthesis) -> None:
    _, alarm = stage.only("AWS::CloudWatch::Alarm", "ObservabilityDriftDetected")
    assert (alarm["Namespace"], alarm["MetricName"], alarm["Statistic"]) == ("GeoClimate", "DriftsDetected", "Sum")
    function, _ = stage.only("AWS::Lambda::Function", "DriftWatch")
    assert alarm["Dimensions"] == [{"Name": "service", "Value": {"Ref": function}}]
    assert (alarm["Period"], alarm["Threshold"], alarm["ComparisonOperator"]) == (86_400, 0, "GreaterThanThreshold")
