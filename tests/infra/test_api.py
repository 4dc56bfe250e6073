"""The gateway: what is open, what needs token and key, what it answers by itself, and what each plan may do."""

import json

import pytest

from geoclimate.contracts.gateway_problems import GATEWAY_PROBLEMS
from geoclimate.contracts.gateway_routes import GATEWAY_ROUTES, GatewayRoute
from tests.infra.synthesis import Synthesis

PLANS = {
    "Free": (1.0, 100, 1_000),
    "Basic": (5.0, 500, 10_000),
    "Pro": (16.67, 2_000, 100_000),
    "Enterprise": (100.0, 4_000, 1_000_000),
}


def methods_by_path(synthesis: Synthesis) -> dict[str, dict[str, object]]:
    """Properties of each method by its path; every path has one method, beside a browser's question."""
    parts = synthesis.of_type("AWS::ApiGateway::Resource")

    def path_of(resource: object) -> str:
        match resource:
            case {"Ref": str(name)}:
                return f"{path_of(parts[name]['ParentId'])}/{parts[name]['PathPart']}"
            case _:
                return ""

    methods = [
        each for each in synthesis.of_type("AWS::ApiGateway::Method").values() if each["HttpMethod"] != "OPTIONS"
    ]
    found = {path_of(method["ResourceId"]): method for method in methods}
    assert len(found) == len(methods)
    return found


def test_the_gateway_serves_exactly_the_routes_of_the_contract(stage: Synthesis) -> None:
    assert methods_by_path(stage).keys() == {route.path for route in GATEWAY_ROUTES}


@pytest.mark.parametrize("route", GATEWAY_ROUTES, ids=lambda route: route.path)
def test_a_path_asks_for_what_the_contract_says(stage: Synthesis, route: GatewayRoute) -> None:
    authorizer_id, authorizer = stage.only("AWS::ApiGateway::Authorizer", "ApiToken")
    pool, _ = stage.only("AWS::Cognito::UserPool", "Identity")
    assert authorizer["Type"] == "COGNITO_USER_POOLS"
    assert authorizer["ProviderARNs"] == [{"Fn::GetAtt": [pool, "Arn"]}]
    method = methods_by_path(stage)[route.path]
    assert method.get("ApiKeyRequired", False) is (route.access == "token and key")
    if route.access == "open":
        assert method["AuthorizationType"] == "NONE"
    else:
        assert method["AuthorizationType"] == "COGNITO_USER_POOLS"
        assert method["AuthorizerId"] == {"Ref": authorizer_id}


def test_only_health_docs_signing_in_and_receipts_of_erasures_are_open() -> None:
    opened = {route.path for route in GATEWAY_ROUTES if route.access == "open"}
    assert all(path.startswith(("/health", "/docs", "/openapi.json", "/v1/auth/", "/v1/receipts/")) for path in opened)


def test_the_key_comes_in_the_header(stage: Synthesis) -> None:
    _, rest = stage.only("AWS::ApiGateway::RestApi", "Api")
    assert rest["ApiKeySourceType"] == "HEADER"


@pytest.mark.parametrize("response_type", sorted(GATEWAY_PROBLEMS))
def test_the_gateway_s_own_answers_are_problems(stage: Synthesis, response_type: str) -> None:
    problem = GATEWAY_PROBLEMS[response_type]
    (response,) = [
        each
        for each in stage.of_type("AWS::ApiGateway::GatewayResponse").values()
        if each["ResponseType"] == response_type
    ]
    assert response.get("StatusCode") == (None if problem.status is None else str(problem.status))
    assert response["ResponseParameters"]["gatewayresponse.header.Content-Type"] == "'application/problem+json'"
    body = json.loads(response["ResponseTemplates"]["application/json"])
    assert body["type"] == problem.uri
    assert body["title"] == problem.title
    assert body["request_id"] == "$context.requestId"


def test_every_change_of_an_answer_is_deployed(stage: Synthesis) -> None:
    (deployment,) = [each for each in stage.resources.values() if each["Type"] == "AWS::ApiGateway::Deployment"]
    assert stage.of_type("AWS::ApiGateway::GatewayResponse").keys() <= set(deployment["DependsOn"])


def test_no_answer_is_written_for_a_type_that_the_table_lacks(stage: Synthesis) -> None:
    responses = stage.of_type("AWS::ApiGateway::GatewayResponse").values()
    assert {each["ResponseType"] for each in responses} == GATEWAY_PROBLEMS.keys()


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_allows_what_the_design_says(stage: Synthesis, name: str) -> None:
    rate, burst, per_day = PLANS[name]
    plan_id, plan = stage.only("AWS::ApiGateway::UsagePlan", f"ApiRestPlan{name}")
    assert plan["Throttle"] == {"RateLimit": rate, "BurstLimit": burst}
    assert plan["Quota"] == {"Limit": per_day, "Period": "DAY"}
    rest, _ = stage.only("AWS::ApiGateway::RestApi", "Api")
    assert [each["ApiId"] for each in plan["ApiStages"]] == [{"Ref": rest}]
    key_id, _ = stage.only("AWS::ApiGateway::ApiKey", f"ApiRestKey{name}")
    joined = [
        each["KeyId"]
        for each in stage.of_type("AWS::ApiGateway::UsagePlanKey").values()
        if each["UsagePlanId"] == {"Ref": plan_id}
    ]
    assert joined == [{"Ref": key_id}]


def test_the_whole_stage_is_throttled_above_every_plan(stage: Synthesis) -> None:
    _, gateway_stage = stage.only("AWS::ApiGateway::Stage", "Api")
    (settings,) = gateway_stage["MethodSettings"]
    assert (settings["HttpMethod"], settings["ResourcePath"]) == ("*", "/*")
    assert (settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]) == (500, 5_000)
    assert settings["ThrottlingBurstLimit"] >= max(burst for _, burst, _ in PLANS.values())
    assert settings["ThrottlingRateLimit"] >= max(rate for rate, _, _ in PLANS.values())


def test_access_is_logged_without_anything_worth_stealing(stage: Synthesis) -> None:
    log_group, _ = stage.only("AWS::Logs::LogGroup", "ApiAccessLog")
    _, gateway_stage = stage.only("AWS::ApiGateway::Stage", "Api")
    setting = gateway_stage["AccessLogSetting"]
    assert setting["DestinationArn"] == {"Fn::GetAtt": [log_group, "Arn"]}
    line = json.loads(setting["Format"])
    assert {"request_id", "status", "latency_ms", "api_key_id", "source_ip"} <= line.keys()
    said = setting["Format"]
    assert '$context.identity.apiKey"' not in said
    assert "Authorization" not in said
    assert "$input" not in said
    (settings,) = gateway_stage["MethodSettings"]
    assert settings["DataTraceEnabled"] is False


def test_the_cloud_calls_snapshots_of_what_people_wait_for(cloud_stage: Synthesis) -> None:
    for name in ("ApiHandler", "ApiAccounts"):
        _, function = cloud_stage.only("AWS::Lambda::Function", name)
        assert function["SnapStart"] == {"ApplyOn": "PublishedVersions"}
    aliases = {
        "api": cloud_stage.only("AWS::Lambda::Alias", "ApiHandlerLive")[0],
        "accounts": cloud_stage.only("AWS::Lambda::Alias", "ApiAccountsLive")[0],
        "work": cloud_stage.only("AWS::Lambda::Function", "ApiWork")[0],
    }
    methods = methods_by_path(cloud_stage)
    for route in GATEWAY_ROUTES:
        assert aliases[route.function] in json.dumps(methods[route.path]["Integration"]), route.path


def test_the_local_cloud_calls_the_function_itself(local: Synthesis) -> None:
    _, function = local.only("AWS::Lambda::Function", "ApiHandler")
    assert "SnapStart" not in function
    assert local.of_type("AWS::Lambda::Alias") == {}
