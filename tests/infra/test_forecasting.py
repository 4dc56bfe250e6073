"""Forecasts are made ahead."""

from tests.infra.synthesis import Synthesis


def test_forecasts_are_made_every_hour_with_the_defaults(stage: Synthesis) -> None:
    function, _ = stage.only("AWS::Lambda::Function", "ForecastingForecast")
    rule_id, rule = stage.only("AWS::Events::Rule", "ForecastingSchedule")
    assert rule["ScheduleExpression"] == "rate(1 hour)"
    assert rule["State"] == "ENABLED"
    assert [(each["Arn"], each["Input"]) for each in rule["Targets"]] == [
        ({"Fn::GetAtt": [function, "Arn"]}, "{}"),
    ]
    permissions = [
        each
        for each in stage.of_type("AWS::Lambda::Permission").values()
        if each["FunctionName"] == {"Fn::GetAtt": [function, "Arn"]}
    ]
    assert [(each["Principal"], each["SourceArn"]) for each in permissions] == [
        ("events.amazonaws.com", {"Fn::GetAtt": [rule_id, "Arn"]})
    ]
