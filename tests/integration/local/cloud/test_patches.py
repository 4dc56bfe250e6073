"""Each patch, seen from outside: what AWS does with it, and MiniStack's own answer without it.

A test that fails only in its "without" case says that MiniStack has changed: the patch may no longer be needed.
"""

import json
import time
from typing import Any

import httpx
from botocore.exceptions import ClientError

from tests.integration.local.cloud.cases import cases, name_of
from tests.integration.local.cloud.servers import Clouds, wait_for

FAST = {"Effect": "Allow", "Action": "*", "Resource": "*"}


Name = str | None


def bucket(name: str, **properties: Any) -> dict[str, Any]:
    return {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": name, **properties}}}


@cases("call_loopback_secure", right="read", wrong="AccessDenied")
def test_a_bucket_that_refuses_plain_http_answers_a_role_on_this_machine(
    clouds: Clouds, left_out: Name, expected: Any
) -> None:
    server, name = clouds(left_out), name_of("tls")
    refusal = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    policy = {"Version": "2012-10-17", "Statement": [refusal]}
    server.deploy(
        name,
        bucket(name)
        | {"Policy": {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": name, "PolicyDocument": policy}}},
    )
    server.client("s3").put_object(Bucket=name, Key="k", Body=b"x")
    role = server.role(name, {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"})
    lent = server.client("sts").assume_role(RoleArn=role, RoleSessionName="reader")["Credentials"]
    s3 = server.client("s3", lent["AccessKeyId"], lent["SecretAccessKey"], lent["SessionToken"])
    try:
        s3.get_object(Bucket=name, Key="k")
        seen = "read"
    except ClientError as error:
        seen = error.response["Error"]["Code"]
    assert seen == expected


@cases(
    "keep_bucket_properties",
    right={
        "algorithm": "aws:kms",
        "noncurrent": {"NoncurrentDays": 30},
        "abort": {"DaysAfterInitiation": 7},
        "tags": [{"Key": "stage", "Value": "local"}],
        "logs": "logs/",
        "ownership": "BucketOwnerPreferred",
    },
    wrong={
        "algorithm": "AES256",
        "noncurrent": None,
        "abort": None,
        "tags": None,
        "logs": None,
        "ownership": "BucketOwnerEnforced",
    },
)
def test_a_deployed_bucket_keeps_its_properties(clouds: Clouds, left_out: Name, expected: Any) -> None:
    server, name = clouds(left_out), name_of("kept")
    rule = {
        "Status": "Enabled",
        "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
    }
    encryption = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": True}
    properties = {
        "BucketEncryption": {"ServerSideEncryptionConfiguration": [encryption]},
        "LifecycleConfiguration": {"Rules": [rule]},
        "Tags": [{"Key": "stage", "Value": "local"}],
        "LoggingConfiguration": {"DestinationBucketName": name, "LogFilePrefix": "logs/"},
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]},
    }
    server.deploy(name, bucket(name, **properties))
    seen = bucket_properties(server.client("s3"), name)
    seen["tags"] = [tag for tag in seen["tags"] or [] if not tag["Key"].startswith("aws:")] or None
    assert seen == expected


def bucket_properties(s3: Any, name: str) -> dict[str, Any]:
    rules = asked(lambda: s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]) or [{}]
    encryption = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"][0]
    logs = s3.get_bucket_logging(Bucket=name).get("LoggingEnabled", {})
    ownership = asked(lambda: s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]["Rules"])
    return {
        "algorithm": encryption["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"],
        "noncurrent": rules[0].get("NoncurrentVersionExpiration"),
        "abort": rules[0].get("AbortIncompleteMultipartUpload"),
        "tags": asked(lambda: s3.get_bucket_tagging(Bucket=name)["TagSet"]),
        "logs": logs.get("TargetPrefix"),
        "ownership": ownership[0]["ObjectOwnership"] if ownership else None,
    }


def asked(ask: Any) -> Any:
    try:
        return ask()
    except ClientError:
        return None


@cases("keep_buckets_with_objects", right="DELETE_FAILED", wrong="gone")
def test_a_bucket_that_holds_objects_does_not_go_with_its_stack(clouds: Clouds, left_out: Name, expected: Any) -> None:
    server, name = clouds(left_out), name_of("full")
    server.deploy(name, bucket(name))
    server.client("s3").put_object(Bucket=name, Key="k", Body=b"x")
    client = server.client("cloudformation")
    client.delete_stack(StackName=name)

    def outcome() -> str | None:
        try:
            status = client.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
        except ClientError:
            return "gone"
        return None if status.endswith("_IN_PROGRESS") else {"DELETE_COMPLETE": "gone"}.get(status, status)

    assert wait_for(outcome) == expected


@cases("keep_table_properties", right=("ENABLED", "ENABLED", "ENABLED"), wrong=("DISABLED", "DISABLED", None))
def test_a_deployed_table_keeps_its_properties(clouds: Clouds, left_out: Name, expected: Any) -> None:
    server, name = clouds(left_out), name_of("kept")
    table = {
        "TableName": name,
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
        "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "SSESpecification": {"SSEEnabled": True},
    }
    server.deploy(name, {"Table": {"Type": "AWS::DynamoDB::Table", "Properties": table}})
    dynamodb = server.client("dynamodb")
    backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    seen = (
        dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]["TimeToLiveStatus"],
        backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"],
        dynamodb.describe_table(TableName=name)["Table"].get("SSEDescription", {}).get("Status"),
    )
    assert seen == expected


@cases("keep_topic_key", right="alias/aws/sns", wrong=None)
def test_a_deployed_topic_keeps_its_key(clouds: Clouds, left_out: Name, expected: Any) -> None:
    server, name = clouds(left_out), name_of("topic")
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"KmsMasterKeyId": "alias/aws/sns"}}
    arn = server.deploy(name, {"Topic": topic}, {"Arn": {"Ref": "Topic"}})["Arn"]
    seen = server.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"].get("KmsMasterKeyId")
    assert seen == expected


@cases("name_errors_by_class", right="caught", wrong="FAILED")
def test_a_state_machine_catches_a_functions_error_by_its_class(clouds: Clouds, left_out: Name, expected: Any) -> None:
    server, name = clouds(left_out), name_of("raise")
    role = server.role(name, FAST)
    code = "class NotYetError(Exception): pass\ndef handler(event, context): raise NotYetError('later')"
    arn = server.function(name, code, role)
    definition = {
        "StartAt": "Call",
        "States": {
            "Call": {
                "Type": "Task",
                "Resource": "arn:aws:states:::lambda:invoke",
                "Parameters": {"FunctionName": arn},
                "Catch": [{"ErrorEquals": ["NotYetError"], "Next": "Caught"}],
                "End": True,
            },
            "Caught": {"Type": "Pass", "Result": "caught", "End": True},
        },
    }
    execution = server.run(name, definition, role)
    seen = json.loads(execution["output"]) if execution["status"] == "SUCCEEDED" else execution["status"]
    assert seen == expected


@cases("mark_the_end_of_logs", right=["first"], wrong=["first", "\x00end", "second"])
def test_reading_a_calls_log_ends_at_the_workers_mark(clouds: Clouds, left_out: Name, expected: Any) -> None:
    server, name = clouds(left_out), name_of("mark")
    code = r"""def handler(event, context): print('first\n\x00end\nsecond')"""
    server.function(name, code, server.role(name))
    server.invoke(name)
    events = server.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]
    own = [event["message"] for event in events if not event["message"].startswith(("START", "END", "REPORT"))]
    assert own == expected


@cases("hide_the_servers_packages", right="No module named 'moto'", wrong="found")
def test_a_function_imports_only_what_its_layers_and_the_runtime_bring(
    clouds: Clouds, left_out: Name, expected: Any
) -> None:
    server, name = clouds(left_out), name_of("import")
    code = (
        "import boto3\n"
        "def handler(event, context):\n"
        "    try:\n"
        "        import moto\n"
        "        return 'found'\n"
        "    except ImportError as error:\n"
        "        return str(error)\n"
    )
    server.function(name, code, server.role(name))
    assert server.invoke(name) == (expected, False)


@cases("take_metrics_from_logs", right=[7.0], wrong=[])
def test_a_line_in_the_embedded_format_becomes_a_metric(clouds: Clouds, left_out: Name, expected: Any) -> None:
    server, name = clouds(left_out), name_of("metric")
    directive = {"Namespace": name, "Dimensions": [["service"]], "Metrics": [{"Name": "Rows", "Unit": "Count"}]}
    line = {
        "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]},
        "service": "ingest",
        "Rows": 7,
    }
    server.function(name, f"def handler(event, context): print({json.dumps(line)!r})", server.role(name))
    server.invoke(name)
    answer = server.client("cloudwatch").get_metric_statistics(
        Namespace=name,
        MetricName="Rows",
        Dimensions=[{"Name": "service", "Value": "ingest"}],
        StartTime=time.time() - 300,
        EndTime=time.time() + 300,
        Period=60,
        Statistics=["Sum"],
    )
    assert [point["Sum"] for point in answer["Datapoints"]] == expected


@cases("enforce_state_machine_roles", right=("FAILED", "Lambda.AWSLambdaException"), wrong=("SUCCEEDED", None))
def test_a_state_machine_may_not_call_what_its_role_is_not_granted(
    clouds: Clouds, left_out: Name, expected: Any
) -> None:
    server, name = clouds(left_out), name_of("role")
    arn = server.function(name, "def handler(event, context): return 1", server.role(name))
    states = {"Call": {"Type": "Task", "Resource": arn, "End": True}}
    poor = server.role(f"{name}-poor", {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": f"{arn}x"})
    execution = server.run(name, {"StartAt": "Call", "States": states}, poor)
    assert (execution["status"], execution.get("error")) == expected


def api_with_access_log(name: str) -> dict[str, Any]:
    """A REST API of one method that answers by itself, with access logs."""
    integration = {
        "Type": "MOCK",
        "RequestTemplates": {"application/json": '{"statusCode": 200}'},
        "IntegrationResponses": [{"StatusCode": "200", "ResponseTemplates": {"application/json": "{}"}}],
    }
    method = {
        "RestApiId": {"Ref": "Api"},
        "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
        "HttpMethod": "GET",
        "AuthorizationType": "NONE",
        "Integration": integration,
        "MethodResponses": [{"StatusCode": "200"}],
    }
    form = '{"m":"$context.httpMethod","s":"$context.status","p":"$context.path","k":"$context.identity.apiKeyId"}'
    stage = {
        "RestApiId": {"Ref": "Api"},
        "StageName": "live",
        "DeploymentId": {"Ref": "Deployment"},
        "AccessLogSetting": {"DestinationArn": {"Fn::GetAtt": ["Log", "Arn"]}, "Format": form},
    }
    return {
        "Log": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": name}},
        "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": name}},
        "Method": {"Type": "AWS::ApiGateway::Method", "Properties": method},
        "Deployment": {
            "Type": "AWS::ApiGateway::Deployment",
            "DependsOn": "Method",
            "Properties": {"RestApiId": {"Ref": "Api"}},
        },
        "Stage": {"Type": "AWS::ApiGateway::Stage", "Properties": stage},
    }


@cases("keep_access_log_settings", right=True, wrong=False)
def test_a_deployed_stage_keeps_its_access_log(clouds: Clouds, left_out: Name, expected: Any) -> None:
    server, name = clouds(left_out), name_of("api")
    api = server.deploy(name, api_with_access_log(name), {"Api": {"Ref": "Api"}})["Api"]
    stage = server.client("apigateway").get_stage(restApiId=api, stageName="live")
    assert bool(stage.get("accessLogSettings", {}).get("destinationArn")) is expected


@cases("write_access_logs", right=[{"m": "GET", "s": "200", "p": "/live/", "k": "-"}], wrong=[])
def test_a_request_makes_a_line_in_the_access_log(clouds: Clouds, left_out: Name, expected: Any) -> None:
    server, name = clouds(left_out), name_of("api")
    api = server.deploy(name, api_with_access_log(name), {"Api": {"Ref": "Api"}})["Api"]
    assert httpx.get(f"{server.url}/_aws/execute-api/{api}/live/", trust_env=False).status_code == 200
    events = server.client("logs").filter_log_events(logGroupName=name)["events"]
    assert [json.loads(event["message"]) for event in events] == expected


def logged_workflow(name: str, role: str) -> dict[str, Any]:
    """A state machine of one state that logs all but the data."""
    destination = {"CloudWatchLogsLogGroup": {"LogGroupArn": {"Fn::GetAtt": ["Log", "Arn"]}}}
    machine = {
        "RoleArn": role,
        "DefinitionString": json.dumps({"StartAt": "Pass", "States": {"Pass": {"Type": "Pass", "End": True}}}),
        "LoggingConfiguration": {"Level": "ALL", "IncludeExecutionData": False, "Destinations": [destination]},
    }
    return {
        "Log": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": name}},
        "Machine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": machine},
    }


@cases("keep_workflow_logging", right="ALL", wrong=None)
def test_a_deployed_state_machine_keeps_its_logging(clouds: Clouds, left_out: Name, expected: Any) -> None:
    server, name = clouds(left_out), name_of("logged")
    resources = logged_workflow(name, server.role(name, FAST))
    arn = server.deploy(name, resources, {"Arn": {"Ref": "Machine"}})["Arn"]
    machine = server.client("stepfunctions").describe_state_machine(stateMachineArn=arn)
    assert machine.get("loggingConfiguration", {}).get("level") == expected


@cases(
    "write_workflow_logs",
    right=[("PassStateEntered", {"name": "Pass"}), ("PassStateExited", {"name": "Pass"}), ("ExecutionSucceeded", {})],
    wrong=[],
)
def test_an_execution_writes_its_history_to_the_log(clouds: Clouds, left_out: Name, expected: Any) -> None:
    server, name = clouds(left_out), name_of("logged")
    resources = logged_workflow(name, server.role(name, FAST))
    arn = server.deploy(name, resources, {"Arn": {"Ref": "Machine"}})["Arn"]
    states = server.client("stepfunctions")
    execution = states.start_execution(stateMachineArn=arn, input='{"a": 1}')["executionArn"]
    wait_for(lambda: states.describe_execution(executionArn=execution)["status"] == "SUCCEEDED" or None)
    events = server.client("logs").filter_log_events(logGroupName=name)["events"]
    lines = [json.loads(event["message"]) for event in events]
    assert [(line["type"], line["details"]) for line in lines] == expected


@cases("encrypt_with_the_managed_key", right="aws:kms", wrong="InvalidArgument")
def test_an_object_may_be_encrypted_with_the_key_of_s3(clouds: Clouds, left_out: Name, expected: Any) -> None:
    server, name = clouds(left_out), name_of("sse")
    s3 = server.client("s3")
    s3.create_bucket(Bucket=name)
    try:
        s3.put_object(Bucket=name, Key="k", Body=b"x", ServerSideEncryption="aws:kms")
        seen = s3.head_object(Bucket=name, Key="k")["ServerSideEncryption"]
    except ClientError as error:
        seen = error.response["Error"]["Code"]
    assert seen == expected


@cases(
    "export_tables_to_s3",
    right=["data", "data", "data", "data", "manifest-files.json", "manifest-summary.json"],
    wrong=[],
)
def test_an_export_of_a_table_is_written_to_its_bucket(clouds: Clouds, left_out: Name, expected: Any) -> None:
    server, name = clouds(left_out), name_of("export")
    server.client("s3").create_bucket(Bucket=name)
    dynamodb, arn = server.client("dynamodb"), server.table(name)
    export = dynamodb.export_table_to_point_in_time(TableArn=arn, S3Bucket=name)["ExportDescription"]["ExportArn"]
    wait_for(
        lambda: dynamodb.describe_export(ExportArn=export)["ExportDescription"]["ExportStatus"] == "COMPLETED" or None
    )
    listed = server.client("s3").list_objects_v2(Bucket=name).get("Contents", [])
    assert [each["Key"].split("/")[2] for each in listed] == expected
