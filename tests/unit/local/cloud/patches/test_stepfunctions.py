from typing import Any

import pytest

from local.cloud.patches.stepfunctions import needed

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f"
TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/t"
EXECUTION = "arn:aws:states:us-east-1:000000000000:execution:m:1"
MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:m"
ROLE = "arn:aws:iam::000000000000:role/r"


@pytest.mark.parametrize(
    ("resource", "request_", "expected"),
    [
        (FUNCTION, {}, [("lambda:InvokeFunction", FUNCTION)]),
        ("lambda:invoke", {"FunctionName": "f"}, [("lambda:InvokeFunction", FUNCTION)]),
        ("lambda:invoke.waitForTaskToken", {"FunctionName": FUNCTION}, [("lambda:InvokeFunction", FUNCTION)]),
        ("dynamodb:putItem", {"TableName": "t"}, [("dynamodb:PutItem", TABLE)]),
        ("aws-sdk:dynamodb:query", {"TableName": "t"}, [("dynamodb:Query", TABLE)]),
        (
            "aws-sdk:dynamodb:exportTableToPointInTime",
            {"TableArn": TABLE, "S3Bucket": "b", "S3Prefix": "backups/1"},
            [
                ("dynamodb:ExportTableToPointInTime", TABLE),
                ("s3:PutObject", "arn:aws:s3:::b/backups/1/AWSDynamoDB/export"),
            ],
        ),
        (
            "aws-sdk:dynamodb:describeExport",
            {"ExportArn": f"{TABLE}/export/1"},
            [("dynamodb:DescribeExport", f"{TABLE}/export/1")],
        ),
        ("aws-sdk:s3:headObject", {"Bucket": "b", "Key": "a/k"}, [("s3:GetObject", "arn:aws:s3:::b/a/k")]),
        ("aws-sdk:s3:listObjectsV2", {"Bucket": "b"}, [("s3:ListBucket", "arn:aws:s3:::b")]),
        ("sns:publish", {"TopicArn": "topic"}, [("sns:Publish", "topic")]),
        (
            "sqs:sendMessage",
            {"QueueUrl": "http://localhost:4566/000000000000/q"},
            [("sqs:SendMessage", "arn:aws:sqs:us-east-1:000000000000:q")],
        ),
        ("states:startExecution.sync:2", {"StateMachineArn": MACHINE}, [("states:StartExecution", MACHINE)]),
        ("aws-sdk:sfn:startExecution", {"StateMachineArn": MACHINE}, [("states:StartExecution", MACHINE)]),
        ("aws-sdk:sfn:describeExecution", {"ExecutionArn": EXECUTION}, [("states:DescribeExecution", EXECUTION)]),
        (
            "aws-sdk:cloudwatch:describeAlarms",
            {"AlarmNames": ["one"]},
            [("cloudwatch:DescribeAlarms", "arn:aws:cloudwatch:us-east-1:000000000000:alarm:*")],
        ),
    ],
)
def test_a_task_needs_the_action_on_what_it_names(
    resource: str, request_: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    full = resource if resource.startswith("arn:aws:lambda") else f"arn:aws:states:::{resource}"
    assert list(needed(full, request_)) == expected


def test_a_task_that_hands_a_role_on_needs_to_pass_it() -> None:
    request = {"ModelName": "m", "ExecutionRoleArn": ROLE}
    actions = dict(needed("arn:aws:states:::sagemaker:createModel", request))
    assert actions.keys() == {"sagemaker:CreateModel", "iam:PassRole"}
    assert actions["iam:PassRole"] == ROLE


def test_an_activity_needs_nothing() -> None:
    assert list(needed("arn:aws:states:us-east-1:000000000000:activity:a", {})) == []
