"""With IAM enforced: the operator may do anything, a role only what it is granted."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.integration.local.cloud.servers import Server

READ_ONE = """
import boto3
def handler(event, context):
    return boto3.client("dynamodb").get_item(TableName=event["table"], Key={"pk": {"S": "1"}}).get("Item")
"""


@pytest.fixture(scope="module", name="reader")
def make_reader(server: Server) -> str:
    """The role of a function `reader` that may read the table `granted`, and not the table `private`."""
    dynamodb = server.client("dynamodb")
    for name in ("granted", "private"):
        dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        dynamodb.put_item(TableName=name, Item={"pk": {"S": "1"}})
    table = "arn:aws:dynamodb:us-east-1:000000000000:table/granted"
    role: str = server.role("reader", {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": table})
    server.function("reader", READ_ONE, role)
    return role


@pytest.mark.usefixtures("reader")
def test_a_function_reads_the_table_that_its_role_is_granted(server: Server) -> None:
    assert server.invoke("reader", {"table": "granted"}) == ({"pk": {"S": "1"}}, False)


@pytest.mark.usefixtures("reader")
def test_a_function_is_refused_the_table_that_its_role_is_not_granted(server: Server) -> None:
    answer, failed = server.invoke("reader", {"table": "private"})
    assert failed
    assert "AccessDeniedException" in answer["errorMessage"]
    assert "dynamodb:GetItem" in answer["errorMessage"]


def test_an_unknown_key_is_refused(server: Server) -> None:
    with pytest.raises(ClientError, match="security token"):
        server.client("dynamodb", "AKIAIOSFODNN7EXAMPLE", "nonsense").list_tables()


@pytest.mark.parametrize(
    ("resource", "parameters", "action", "error"),
    [
        (
            "arn:aws:states:::dynamodb:getItem",
            {"TableName": "private", "Key": {"pk": {"S": "1"}}},
            "dynamodb:GetItem",
            "DynamoDb.AccessDeniedException",
        ),
        (
            "arn:aws:states:::aws-sdk:s3:listObjectsV2",
            {"Bucket": "any"},
            "s3:ListBucket",
            "S3.AccessDeniedException",
        ),
        (
            "arn:aws:states:::sns:publish",
            {"TopicArn": "arn:aws:sns:us-east-1:000000000000:alarms", "Message": "m"},
            "sns:Publish",
            "Sns.AccessDeniedException",
        ),
        (
            "arn:aws:states:::sagemaker:createTrainingJob.sync",
            {"TrainingJobName": "job", "RoleArn": "arn:aws:iam::000000000000:role/any"},
            "sagemaker:CreateTrainingJob",
            "SageMaker.AmazonSageMakerException",
        ),
    ],
)
def test_a_task_is_refused_what_its_state_machines_role_is_not_granted(
    server: Server, reader: str, resource: str, parameters: dict[str, Any], action: str, error: str
) -> None:
    definition = {
        "StartAt": "Do",
        "States": {"Do": {"Type": "Task", "Resource": resource, "Parameters": parameters, "End": True}},
    }
    execution = server.run(f"refused-{action.replace(':', '-')}", definition, reader)
    assert (execution["status"], execution["error"]) == ("FAILED", error)
    assert f"not authorized to perform: {action}" in execution["cause"]


def test_a_task_may_hand_on_only_the_role_that_its_own_may_pass(server: Server) -> None:
    role = server.role("trainer", {"Effect": "Allow", "Action": "sagemaker:CreateTrainingJob", "Resource": "*"})
    parameters = {"TrainingJobName": "job", "RoleArn": "arn:aws:iam::000000000000:role/job"}
    resource = "arn:aws:states:::sagemaker:createTrainingJob"
    state = {"Type": "Task", "Resource": resource, "Parameters": parameters, "End": True}
    execution = server.run("passes", {"StartAt": "Do", "States": {"Do": state}}, role)
    assert (
        "not authorized to perform: iam:PassRole on resource: arn:aws:iam::000000000000:role/job" in execution["cause"]
    )


def test_a_task_does_what_its_state_machines_role_is_granted(server: Server, reader: str) -> None:
    parameters = {"TableName": "granted", "Key": {"pk": {"S": "1"}}}
    resource = "arn:aws:states:::aws-sdk:dynamodb:getItem"
    state = {"Type": "Task", "Resource": resource, "Parameters": parameters, "End": True}
    execution = server.run("granted", {"StartAt": "Do", "States": {"Do": state}}, reader)
    assert json.loads(execution["output"])["Item"] == {"pk": {"S": "1"}}
