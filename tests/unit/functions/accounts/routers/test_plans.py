"""`/v1/accounts/{account}/plan`."""

from collections.abc import Iterator

import pytest

from functions.accounts.routers import keys, plans
from tests.api_events import ACCOUNT, signed_in
from tests.key_app import KeyApp

PATH = f"/v1/accounts/{ACCOUNT}/plan"


@pytest.fixture
def app() -> Iterator[KeyApp]:
    with KeyApp([keys.router, plans.router]) as app:
        app.request("POST", "/v1/keys", json={"name": "dashboard"})
        app.event = signed_in(roles=["admin"], account="0" * 36, key_id=None)
        yield app


def test_an_administrator_moves_an_account_and_its_keys(app: KeyApp) -> None:
    answer = app.request("PUT", PATH, json={"plan": "basic"})
    assert answer.json() == {"account": ACCOUNT, "plan": "basic", "keys": 1}
    assert app.world.gateway.plan_of == {"key001": "basic"}


@pytest.mark.parametrize("role", ["consumer", "analyst", "operator"])
def test_nobody_else_may(app: KeyApp, role: str) -> None:
    app.event = signed_in(roles=[role])
    problem = app.problem("PUT", PATH, json={"plan": "basic"})
    assert (problem.status, "plans:assign" in (problem.detail or "")) == (403, True)


def test_an_account_that_does_not_exist_gets_no_plan(app: KeyApp) -> None:
    nobody = "00000000-0000-4000-8000-000000000000"
    problem = app.problem("PUT", f"/v1/accounts/{nobody}/plan", json={"plan": "basic"})
    assert (problem.status, problem.type) == (404, "urn:geoclimate:problem:unknown-account")
    assert app.world.store.plan(nobody) == "free"


def test_a_plan_that_does_not_exist_is_refused_with_those_that_do(app: KeyApp) -> None:
    problem = app.problem("PUT", PATH, json={"plan": "gold"})
    assert (problem.status, problem.type) == (422, "urn:geoclimate:problem:unknown-plan")
    assert "basic, free" in (problem.detail or "")
