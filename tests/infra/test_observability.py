"""What wakes a person up."""

from tests.infra.synthesis import Synthesis, written


def test_every_alarm_reaches_somebody_and_stays_quiet_without_data(stage: Synthesis) -> None:
    """The canary's are looked at by the deployment workflow, which takes the model back and fails, which rings."""
    topic, _ = stage.only("AWS::SNS::Topic", "ObservabilityAlarms")
    for name, alarm in stage.of_type("AWS::CloudWatch::Alarm").items():
        looked_at = {"Name": "VariantName", "Value": "Canary"} in alarm.get("Dimensions", [])
        assert alarm.get("AlarmActions", []) == ([] if looked_at else [{"Ref": topic}]), name
        assert alarm["TreatMissingData"] == "notBreaching", name
        assert alarm["AlarmDescription"], name


def test_every_function_and_every_workflow_is_watched(stage: Synthesis) -> None:
    watched = [
        dimension["Value"]["Ref"]
        for alarm in stage.of_type("AWS::CloudWatch::Alarm").values()
        for dimension in alarm.get("Dimensions", [])
        if "Ref" in dimension["Value"]
    ]
    assert stage.of_type("AWS::Lambda::Function").keys() <= set(watched)
    assert stage.of_type("AWS::StepFunctions::StateMachine").keys() <= set(watched)


def test_one_quarantined_file_is_enough(stage: Synthesis) -> None:
    quarantine, _ = stage.only("AWS::SQS::Queue", "IngestionQuarantine")
    _, alarm = stage.only("AWS::CloudWatch::Alarm", "ObservabilityQuarantined")
    assert alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
    assert alarm["Dimensions"] == [{"Name": "QueueName", "Value": {"Fn::GetAtt": [quarantine, "QueueName"]}}]
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (0, "GreaterThanThreshold")


def test_forecasts_that_others_than_the_endpoint_make_for_long_wake_somebody(stage: Synthesis) -> None:
    _, alarm = stage.only("AWS::CloudWatch::Alarm", "ObservabilityFallback")
    assert (alarm["Namespace"], alarm["MetricName"]) == ("GeoClimate", "FallbackForecasts")
    # By the function's own name: stages that share an account do not ring for each other.
    function, _ = stage.only("AWS::Lambda::Function", "ForecastingForecast")
    assert alarm["Dimensions"] == [{"Name": "service", "Value": {"Ref": function}}]
    assert (alarm["Period"], alarm["EvaluationPeriods"], alarm["Statistic"]) == (3600, 3, "Sum")


def test_the_topic_is_published_to_over_tls_only(stage: Synthesis) -> None:
    (policy,) = stage.of_type("AWS::SNS::TopicPolicy").values()
    refused = [each["Condition"] for each in policy["PolicyDocument"]["Statement"] if each["Effect"] == "Deny"]
    assert refused == [{"Bool": {"aws:SecureTransport": "false"}}]


def test_the_alarms_of_this_account_and_nothing_else_may_publish(stage: Synthesis) -> None:
    """A topic with a policy of its own has lost AWS's default one, under which an alarm may publish."""
    topic, _ = stage.only("AWS::SNS::Topic", "ObservabilityAlarms")
    (policy,) = stage.of_type("AWS::SNS::TopicPolicy").values()
    (allowed,) = [each for each in policy["PolicyDocument"]["Statement"] if each["Effect"] == "Allow"]
    assert (allowed["Action"], allowed["Resource"]) == ("sns:Publish", {"Ref": topic})
    assert allowed["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert allowed["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert written(allowed["Condition"]["ArnLike"]["aws:SourceArn"]).endswith(":<AWS::AccountId>:alarm:*")
