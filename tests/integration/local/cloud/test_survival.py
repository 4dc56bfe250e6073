"""What a local cloud holds is there, and works, after a clean stop and after a kill."""

import base64
import contextlib
import json
import os
import signal
from pathlib import Path
from typing import Any

import httpx
import pytest

from local import cloud
from local.cloud import pid_file
from tests.integration.local.cloud.servers import Server, Start, wait_for, zipped

EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
PASSWORD = "Correct-horse-7"
KEY = "survival-key-0123456789"


def template(role: str, code: dict[str, str]) -> dict[str, Any]:
    """A function behind all that can call it: a queue, a rule on a bucket's events, an API with token and key."""

    def at(name: str, attribute: str = "Arn") -> dict[str, Any]:
        return {"Fn::GetAtt": [name, attribute]}

    def ref(name: str) -> dict[str, str]:
        return {"Ref": name}

    uri = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${Function.Arn}/invocations"
    table = {
        "TableName": "survival",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    function = {
        "FunctionName": "survival",
        "Runtime": "python3.11",
        "Handler": "handler.handler",
        "Role": role,
        "Layers": [ref("Layer")],
        "Code": code,
        "Environment": {"Variables": {"TABLE": ref("Table")}},
    }
    mapping = {
        "FunctionName": ref("Function"),
        "EventSourceArn": at("Queue"),
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
    }
    rule = {
        "EventPattern": {"source": ["aws.s3"], "detail": {"object": {"key": [{"anything-but": {"suffix": ".json"}}]}}},
        "Targets": [{"Id": "queue", "Arn": at("Queue")}],
    }
    machine = {
        "RoleArn": role,
        "DefinitionString": json.dumps(
            {"StartAt": "Call", "States": {"Call": {"Type": "Task", "Resource": "${arn}", "End": True}}}
        ),
        "DefinitionSubstitutions": {"arn": at("Function")},
    }
    method = {
        "RestApiId": ref("Api"),
        "ResourceId": at("Api", "RootResourceId"),
        "HttpMethod": "GET",
        "AuthorizationType": "COGNITO_USER_POOLS",
        "AuthorizerId": ref("Authorizer"),
        "ApiKeyRequired": True,
        "Integration": {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": {"Fn::Sub": uri}},
    }
    bucket = {"BucketName": "survival", "NotificationConfiguration": {"EventBridgeConfiguration": {}}}
    client = {"UserPoolId": ref("Pool"), "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]}
    plan_key = {"KeyId": ref("ApiKey"), "KeyType": "API_KEY", "UsagePlanId": ref("Plan")}
    stages = [{"ApiId": ref("Api"), "Stage": ref("Stage")}]
    resources: dict[str, tuple[str, dict[str, Any]]] = {
        "Table": ("DynamoDB::Table", table),
        "Bucket": ("S3::Bucket", bucket),
        "Queue": ("SQS::Queue", {"RedrivePolicy": {"deadLetterTargetArn": at("Dead"), "maxReceiveCount": 1}}),
        "Dead": ("SQS::Queue", {"QueueName": "survival-dead"}),
        "Layer": (
            "Lambda::LayerVersion",
            {"LayerName": "survival", "Content": {"S3Bucket": "code", "S3Key": "layer.zip"}},
        ),
        "Function": ("Lambda::Function", function),
        "Mapping": ("Lambda::EventSourceMapping", mapping),
        "Rule": ("Events::Rule", rule),
        "Machine": ("StepFunctions::StateMachine", machine),
        "Key": ("KMS::Key", {"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC", "KeyPolicy": {}}),
        "Pool": ("Cognito::UserPool", {"UserPoolName": "survival"}),
        "Client": ("Cognito::UserPoolClient", client),
        "Api": ("ApiGateway::RestApi", {"Name": "survival"}),
        "Authorizer": (
            "ApiGateway::Authorizer",
            {
                "Name": "pool",
                "Type": "COGNITO_USER_POOLS",
                "RestApiId": ref("Api"),
                "ProviderARNs": [at("Pool")],
                "IdentitySource": "method.request.header.Authorization",
            },
        ),
        "Method": ("ApiGateway::Method", method),
        "Deployment": ("ApiGateway::Deployment", {"RestApiId": ref("Api")}),
        "Stage": (
            "ApiGateway::Stage",
            {"RestApiId": ref("Api"), "StageName": "live", "DeploymentId": ref("Deployment")},
        ),
        "ApiKey": ("ApiGateway::ApiKey", {"Value": KEY, "Enabled": True}),
        "Plan": ("ApiGateway::UsagePlan", {"ApiStages": stages, "Throttle": {"RateLimit": 100, "BurstLimit": 100}}),
        "PlanKey": ("ApiGateway::UsagePlanKey", plan_key),
    }
    found = {name: {"Type": f"AWS::{kind}", "Properties": props} for name, (kind, props) in resources.items()}
    found["Deployment"]["DependsOn"] = "Method"
    return found


CODE = """
import json, os, boto3, from_layer
def handler(event, context):
    for record in event.get("Records", []):
        item = {"pk": {"S": json.loads(record["body"])["detail"]["object"]["key"]}}
        boto3.client("dynamodb").put_item(TableName=os.environ["TABLE"], Item=item)
    return {"statusCode": 200, "body": from_layer.WORD} if "httpMethod" in event else {"batchItemFailures": []}
"""
OUTPUTS = {"Api": "Api", "Machine": "Machine", "Pool": "Pool", "Client": "Client", "Key": "Key"}


def fill(server: Server) -> dict[str, str]:
    """Deploy it all, and put something in each; what a client needs to know of it."""
    s3 = server.client("s3")
    s3.create_bucket(Bucket="code")
    s3.put_object(Bucket="code", Key="code.zip", Body=zipped({"handler.py": CODE}))
    s3.put_object(Bucket="code", Key="layer.zip", Body=zipped({"python/from_layer.py": "WORD = 'from the layer'"}))
    resources = template(server.role("survival", EVERYTHING), {"S3Bucket": "code", "S3Key": "code.zip"})
    known = server.deploy("survival", resources, {key: {"Ref": name} for key, name in OUTPUTS.items()})
    s3.put_object(Bucket="survival", Key="kept.bin", Body=b"\x00\xff", Metadata={"source": "test"})
    server.client("sqs").send_message(
        QueueUrl=server.client("sqs").get_queue_url(QueueName="survival-dead")["QueueUrl"], MessageBody="kept"
    )
    cognito = server.client("cognito-idp")
    cognito.admin_create_user(UserPoolId=known["Pool"], Username="ann", MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=known["Pool"], Username="ann", Password=PASSWORD, Permanent=True)
    answer = cognito.initiate_auth(
        ClientId=known["Client"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ann", "PASSWORD": PASSWORD},
    )
    mac = server.client("kms").generate_mac(KeyId=known["Key"], Message=b"m", MacAlgorithm="HMAC_SHA_256")["Mac"]
    return known | {"token": answer["AuthenticationResult"]["IdToken"], "mac": base64.b64encode(mac).decode()}


def call_api(server: Server, known: dict[str, str], token: str) -> tuple[int, str]:
    answer = httpx.get(
        f"{server.url}/_aws/execute-api/{known['Api']}/live/",
        headers={"Authorization": token, "x-api-key": KEY},
        trust_env=False,
        timeout=20,
    )
    return answer.status_code, answer.text


def check(server: Server, known: dict[str, str], new_key: str) -> None:
    """Everything is there and works."""
    assert call_api(server, known, known["token"]) == (200, "from the layer"), "the token signed before still counts"
    assert call_api(server, known, known["token"] + "x")[0] == 401
    kept = server.client("s3").get_object(Bucket="survival", Key="kept.bin")
    assert (kept["Body"].read(), kept["Metadata"]) == (b"\x00\xff", {"source": "test"})
    dead = server.client("sqs").get_queue_url(QueueName="survival-dead")["QueueUrl"]
    attributes = server.client("sqs").get_queue_attributes(QueueUrl=dead, AttributeNames=["All"])["Attributes"]
    assert attributes["ApproximateNumberOfMessages"] == "1"
    verdict = server.client("kms").verify_mac(
        KeyId=known["Key"], Message=b"m", MacAlgorithm="HMAC_SHA_256", Mac=base64.b64decode(known["mac"])
    )
    assert verdict["MacValid"] is True
    server.client("s3").put_object(Bucket="survival", Key=new_key, Body=b"1")
    server.client("s3").put_object(Bucket="survival", Key=f"{new_key}.json", Body=b"1")
    table = server.client("dynamodb")
    wait_for(lambda: table.get_item(TableName="survival", Key={"pk": {"S": new_key}}).get("Item"))
    states = server.client("stepfunctions")
    run = states.start_execution(stateMachineArn=known["Machine"], input="{}")["executionArn"]
    wait_for(lambda: states.describe_execution(executionArn=run)["status"] == "SUCCEEDED" or None)
    stacks = server.client("cloudformation").describe_stacks(StackName="survival")["Stacks"]
    assert stacks[0]["StackStatus"] == "CREATE_COMPLETE"


def workers_of(pid: int) -> set[int]:
    """The processes of a server's group, but itself."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != pid:
            with contextlib.suppress(OSError):
                state, _, group, *_ = (entry / "stat").read_text().rpartition(") ")[2].split()
                if int(group) == pid and state != "Z":
                    found.add(int(entry.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="children are looked for in /proc, which Linux has")
def test_everything_works_after_a_stop_and_after_a_kill(start_server: Start) -> None:
    server = start_server()
    known = fill(server)
    check(server, known, "first.csv")

    running = pid_file.read(server.state_dir)
    assert running is not None
    workers = workers_of(running.pid)
    assert workers, "the function's process is still warm"
    assert cloud.stop(server.state_dir) is True
    assert not workers_of(running.pid)
    assert not running.alive

    cloud.start(server.port, server.state_dir, server.log, auth=True)
    check(server, known, "second.csv")

    running = pid_file.read(server.state_dir)
    assert running is not None
    saved = server.state_dir / "services" / "dynamodb.json"
    wait_for(lambda: "second.csv" in saved.read_text() or None, seconds=25)
    os.kill(running.pid, signal.SIGKILL)
    wait_for(lambda: None if running.alive else True)
    # A save that the kill broke off leaves only this, and nobody reads it.
    (server.state_dir / "services" / "dynamodb.json.tmp").write_text('{"payload": {"tab')
    wait_for(lambda: None if workers_of(running.pid) else True, seconds=10)

    cloud.start(server.port, server.state_dir, server.log, auth=True)
    items = server.client("dynamodb").scan(TableName="survival")["Items"]
    assert {item["pk"]["S"] for item in items} == {"kept.bin", "first.csv", "second.csv"}
    check(server, known, "third.csv")


def test_a_stopped_cloud_leaves_no_temporary_files(start_server: Start) -> None:
    server = start_server()
    server.function("leaver", "def handler(event, context): return 1", server.role("leaver"))
    server.invoke("leaver")
    cloud.stop(server.state_dir)
    left = {path.name for path in server.state_dir.iterdir()}
    assert "services" in left
    assert not {"tmp", "cloud.json"} & left
