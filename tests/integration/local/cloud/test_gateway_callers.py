"""Where the gateway says that a request came from: seen from a function and in the access log."""

import json
from typing import Any

import httpx

from tests.integration.local.cloud.cases import cases, name_of
from tests.integration.local.cloud.servers import Clouds, Server

STAGE = "local"
HERE = "127.0.0.1"
ELSEWHERE = "192.0.2.7"
ECHO = """
import json
def handler(event, context):
    return {"statusCode": 200, "body": json.dumps(event["requestContext"]["identity"]["sourceIp"])}
"""


def echo_on(server: Server) -> str:
    """The URL of a path whose function answers where the gateway says that the request came from."""
    name = name_of("callers")
    function = server.function(name, ECHO, server.role(name))
    client: Any = server.client("apigateway")
    rest_api = client.create_rest_api(name=name)["id"]
    root = client.get_resources(restApiId=rest_api)["items"][0]["id"]
    path = {"restApiId": rest_api, "resourceId": root, "httpMethod": "GET"}
    client.put_method(**path, authorizationType="NONE")
    invocation = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations"
    client.put_integration(**path, type="AWS_PROXY", integrationHttpMethod="POST", uri=invocation)
    client.create_deployment(restApiId=rest_api, stageName=STAGE)
    return f"{server.url}/_aws/execute-api/{rest_api}/{STAGE}/"


@cases("tell_functions_the_address", right=HERE, wrong=ELSEWHERE)
def test_nobody_says_by_a_header_where_they_are(clouds: Clouds, left_out: str | None, expected: str) -> None:
    url = echo_on(clouds(left_out))
    assert httpx.get(url, headers={"X-Forwarded-For": ELSEWHERE}, trust_env=False).json() == expected


def test_the_access_log_tells_the_address_of_the_connection(server: Server) -> None:
    name = name_of("logged")
    template = {
        "Log": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": name}},
        "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": name}},
        "Method": {
            "Type": "AWS::ApiGateway::Method",
            "Properties": {
                "RestApiId": {"Ref": "Api"},
                "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
                "HttpMethod": "GET",
                "AuthorizationType": "NONE",
                "Integration": {
                    "Type": "MOCK",
                    "RequestTemplates": {"application/json": '{"statusCode": 200}'},
                    "IntegrationResponses": [{"StatusCode": "200"}],
                },
                "MethodResponses": [{"StatusCode": "200"}],
            },
        },
        "Deployment": {
            "Type": "AWS::ApiGateway::Deployment",
            "DependsOn": "Method",
            "Properties": {"RestApiId": {"Ref": "Api"}},
        },
        "Stage": {
            "Type": "AWS::ApiGateway::Stage",
            "Properties": {
                "RestApiId": {"Ref": "Api"},
                "StageName": STAGE,
                "DeploymentId": {"Ref": "Deployment"},
                "AccessLogSetting": {
                    "DestinationArn": {"Fn::GetAtt": ["Log", "Arn"]},
                    "Format": '{"ip":"$context.identity.sourceIp"}',
                },
            },
        },
    }
    api = server.deploy(name, template, {"Api": {"Ref": "Api"}})["Api"]
    url = f"{server.url}/_aws/execute-api/{api}/{STAGE}/"
    assert httpx.get(url, headers={"X-Forwarded-For": ELSEWHERE}, trust_env=False).status_code == 200
    [event] = server.client("logs").filter_log_events(logGroupName=name)["events"]
    assert json.loads(event["message"]) == {"ip": HERE}
