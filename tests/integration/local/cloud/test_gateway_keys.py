"""Keys of the gateway: what a function is told of them, and what becomes of those that are deleted or moved."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from geoclimate.adapters.apigateway_keys import ApiGatewayKeys
from tests.integration.local.cloud.cases import cases, name_of
from tests.integration.local.cloud.servers import Clouds, Server

STAGE = "local"
ECHO = """
import json
def handler(event, context):
    return {"statusCode": 200, "body": json.dumps(event["requestContext"]["identity"].get("apiKeyId"))}
"""
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}


@dataclass
class Gateway:
    """A REST API whose one path needs a key and answers with the key's id."""

    server: Server
    rest_api: str
    keys: ApiGatewayKeys

    def ask(self, value: str) -> httpx.Response:
        url = f"{self.server.url}/_aws/execute-api/{self.rest_api}/{STAGE}/"
        return httpx.get(url, headers={"x-api-key": value}, trust_env=False)


def gateway_on(server: Server) -> Gateway:
    name = name_of("keys")
    function = server.function(name, ECHO, server.role(name, ALL))
    client: Any = server.client("apigateway")
    rest_api = client.create_rest_api(name=name)["id"]
    root = client.get_resources(restApiId=rest_api)["items"][0]["id"]
    path = {"restApiId": rest_api, "resourceId": root, "httpMethod": "GET"}
    client.put_method(**path, authorizationType="NONE", apiKeyRequired=True)
    invocation = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations"
    client.put_integration(**path, type="AWS_PROXY", integrationHttpMethod="POST", uri=invocation)
    client.create_deployment(restApiId=rest_api, stageName=STAGE)
    for plan, limit in (("free", 2), ("pro", 1_000)):
        client.create_usage_plan(
            name=f"{name}-{plan}",
            apiStages=[{"apiId": rest_api, "stage": STAGE}],
            quota={"limit": limit, "period": "DAY"},
        )
    return Gateway(server, rest_api, ApiGatewayKeys(client, rest_api, STAGE))


@pytest.fixture
def gateway(clouds: Clouds) -> Gateway:
    return gateway_on(clouds(None))


@cases("tell_functions_the_key", right="its id", wrong=None)
def test_a_function_is_told_which_key_came(clouds: Clouds, left_out: str | None, expected: Any) -> None:
    gateway = gateway_on(clouds(left_out))
    issued = gateway.keys.issue("somebody", "pro")
    assert gateway.ask(issued.value).json() == (issued.key_id if expected else None)


def test_a_deleted_key_is_refused_at_once(gateway: Gateway) -> None:
    issued = gateway.keys.issue("somebody", "pro")
    assert gateway.ask(issued.value).status_code == 200
    gateway.keys.delete(issued.key_id)
    assert gateway.ask(issued.value).status_code == 403


def test_a_new_key_has_its_plans_quota_and_after_a_move_that_of_the_other(gateway: Gateway) -> None:
    issued = gateway.keys.issue("somebody", "free")
    assert [gateway.ask(issued.value).status_code for _ in range(3)] == [200, 200, 429]
    gateway.keys.move(issued.key_id, "free", "pro")
    assert gateway.ask(issued.value).status_code == 200
