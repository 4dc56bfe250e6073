"""From the uploads bucket to the function, and to the quarantine."""

from tests.infra.synthesis import Synthesis


def test_an_upload_but_no_report_and_no_file_of_a_backfill_reaches_the_queue(stage: Synthesis) -> None:
    uploads, _ = stage.only("AWS::S3::Bucket", "StorageUploads")
    queue, _ = stage.only("AWS::SQS::Queue", "IngestionArrivals")
    _, rule = stage.only("AWS::Events::Rule", "IngestionUploaded")
    assert rule["EventPattern"] == {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {
            "bucket": {"name": [{"Ref": uploads}]},
            "object": {
                "key": [
                    {
                        "anything-but": {
                            "wildcard": ["*.report.json", "*.errors.ndjson", "backfill/*", "backfill-reports/*"]
                        }
                    }
                ]
            },
        },
    }
    assert [target["Arn"] for target in rule["Targets"]] == [{"Fn::GetAtt": [queue, "Arn"]}]


def test_a_message_goes_to_quarantine_after_three_deliveries(stage: Synthesis) -> None:
    quarantine, _ = stage.only("AWS::SQS::Queue", "IngestionQuarantine")
    _, arrivals = stage.only("AWS::SQS::Queue", "IngestionArrivals")
    assert arrivals["RedrivePolicy"] == {
        "deadLetterTargetArn": {"Fn::GetAtt": [quarantine, "Arn"]},
        "maxReceiveCount": 3,
    }


def test_a_message_stays_hidden_for_six_runs_of_the_function(stage: Synthesis) -> None:
    _, function = stage.only("AWS::Lambda::Function", "IngestionIngest")
    _, arrivals = stage.only("AWS::SQS::Queue", "IngestionArrivals")
    assert arrivals["VisibilityTimeout"] == 6 * function["Timeout"]


def test_queues_are_encrypted_and_answer_over_tls_only(stage: Synthesis) -> None:
    policies = stage.of_type("AWS::SQS::QueuePolicy").values()
    for name, queue in stage.of_type("AWS::SQS::Queue").items():
        assert queue["SqsManagedSseEnabled"] is True
        refused = [
            statement["Condition"]
            for policy in policies
            if {"Ref": name} in policy["Queues"]
            for statement in policy["PolicyDocument"]["Statement"]
            if statement["Effect"] == "Deny"
        ]
        assert refused == [{"Bool": {"aws:SecureTransport": "false"}}]


def test_only_the_rule_may_send_to_the_queue(stage: Synthesis) -> None:
    arrivals, _ = stage.only("AWS::SQS::Queue", "IngestionArrivals")
    rule, _ = stage.only("AWS::Events::Rule", "IngestionUploaded")
    allowed = [
        statement
        for policy in stage.of_type("AWS::SQS::QueuePolicy").values()
        if {"Ref": arrivals} in policy["Queues"]
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]
    assert [statement["Principal"] for statement in allowed] == [{"Service": "events.amazonaws.com"}]
    assert [statement["Condition"] for statement in allowed] == [
        {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": [rule, "Arn"]}}}
    ]


def test_each_file_has_a_run_of_the_function_for_itself(stage: Synthesis) -> None:
    _, mapping = stage.only("AWS::Lambda::EventSourceMapping", "IngestionDeliveries")
    assert mapping["BatchSize"] == 1


def test_many_files_at_once_wait_in_the_queue_and_leave_room_for_everybody_else(stage: Synthesis) -> None:
    """Without a bound Lambda takes a thousand, and what it has no room for comes back until it is quarantined."""
    _, mapping = stage.only("AWS::Lambda::EventSourceMapping", "IngestionDeliveries")
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": {"local": 2, "dev": 10, "prod": 40}[stage.stage]}


def test_one_bad_message_does_not_repeat_its_batch(stage: Synthesis) -> None:
    _, mapping = stage.only("AWS::Lambda::EventSourceMapping", "IngestionDeliveries")
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
