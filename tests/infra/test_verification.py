"""Forecasts are scored by schedule."""

from tests.infra.synthesis import Synthesis


def test_forecasts_are_scored_every_hour_with_the_defaults(stage: Synthesis) -> None:
    function, _ = stage.only("AWS::Lambda::Function", "VerificationVerify")
    rule_id, rule = stage.only("AWS::Events::Rule", "VerificationSchedule")
    assert (rule["ScheduleExpression"], rule["State"]) == ("rate(1 hour)", "ENABLED")
    assert [(each["Arn"], each["Input"]) for each in rule["Targets"]] == [({"Fn::GetAtt": [function, "Arn"]}, "{}")]
    permissions = [
        each
        for each in stage.of_type("AWS::Lambda::Permission").values()
        if each["FunctionName"] == {"Fn::GetAtt": [function, "Arn"]}
    ]
    assert [(each["Principal"], each["SourceArn"]) for each in permissions] == [
        ("events.amazonaws.com", {"Fn::GetAtt": [rule_id, "Arn"]})
    ]


def test_a_run_may_take_as_long_as_lambda_gives(stage: Synthesis) -> None:
    _, function = stage.only("AWS::Lambda::Function", "VerificationVerify")
    assert function["Timeout"] == 900


def test_what_was_issued_cannot_be_changed_by_who_scores_it(stage: Synthesis) -> None:
    assert stage.actions_on("VerificationVerifyRole", "StorageForecasts") == {"dynamodb:BatchGetItem"}
