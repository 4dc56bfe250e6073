"""Keys: who may make and delete them, what the functions know of the plans, and the schedule that ends keys."""

import json
from dataclasses import asdict

import pytest

from cdk.config import USAGE_PLANS
from geoclimate.domain.plans import Plan
from tests.infra.synthesis import Synthesis, listed, written


@pytest.mark.parametrize("name", USAGE_PLANS)
def test_a_plan_is_found_by_its_name(stage: Synthesis, name: str) -> None:
    _, plan = stage.only("AWS::ApiGateway::UsagePlan", f"ApiRestPlan{name.capitalize()}")
    assert plan["UsagePlanName"] == f"geoclimate-{stage.stage}-{name}"


@pytest.mark.parametrize("function", ["ApiHandler", "ApiAccounts", "ApiWork"])
def test_the_functions_know_the_figures_of_the_plans(stage: Synthesis, function: str) -> None:
    _, properties = stage.only("AWS::Lambda::Function", function)
    told = json.loads(properties["Environment"]["Variables"]["GEOCLIMATE_PLANS"])
    assert {name: Plan(**figures) for name, figures in told.items()} == {
        name: Plan(**asdict(plan)) for name, plan in USAGE_PLANS.items()
    }


@pytest.mark.parametrize("function", ["ApiHandler", "ApiWork"])
def test_what_counts_calls_may_look_a_key_up_and_add_to_the_usage(stage: Synthesis, function: str) -> None:
    assert "dynamodb:GetItem" in stage.actions_on(f"{function}Role", "StorageAccounts")
    assert stage.actions_on(f"{function}Role", "StorageUsage") == {"dynamodb:UpdateItem"}


@pytest.mark.parametrize("role", ["ApiHandlerRole", "ApiWorkRole"])
def test_what_counts_calls_reaches_no_key_of_the_gateway(stage: Synthesis, role: str) -> None:
    assert not [action for action in stage.actions(role) if action.startswith("apigateway:")]


def test_accounts_make_and_delete_keys_and_nobody_reads_one(stage: Synthesis) -> None:
    allowed = {
        (action, written(resource).rpartition("::")[2])
        for statement in stage.statements("ApiAccountsRole")
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
        if action.startswith("apigateway:")
    }
    assert allowed == {
        ("apigateway:POST", "/apikeys"),
        ("apigateway:DELETE", "/apikeys/*"),
        ("apigateway:GET", "/usageplans"),
        ("apigateway:POST", "/usageplans/*/keys"),
        ("apigateway:DELETE", "/usageplans/*/keys/*"),
    }


def test_the_usage_of_accounts_can_be_read_and_not_written_by_what_answers_for_them(stage: Synthesis) -> None:
    assert "dynamodb:Query" in stage.actions_on("ApiAccountsRole", "StorageUsage")
    assert "dynamodb:UpdateItem" not in stage.actions_on("ApiAccountsRole", "StorageUsage")


def test_expired_keys_are_ended_every_quarter_of_an_hour(stage: Synthesis) -> None:
    function, _ = stage.only("AWS::Lambda::Function", "KeyExpiryExpire")
    _, rule = stage.only("AWS::Events::Rule", "KeyExpirySchedule")
    assert rule["ScheduleExpression"] == "rate(15 minutes)"
    assert [target["Arn"] for target in rule["Targets"]] == [{"Fn::GetAtt": [function, "Arn"]}]


def test_what_ends_keys_may_do_that_alone(stage: Synthesis) -> None:
    assert stage.actions_on("KeyExpiryExpireRole", "::/apikeys/*") == {"apigateway:DELETE"}
    assert stage.actions_on("KeyExpiryExpireRole", "StorageAccounts") == {
        "dynamodb:DeleteItem",
        "dynamodb:GetItem",
        "dynamodb:Query",
        "dynamodb:UpdateItem",
    }
