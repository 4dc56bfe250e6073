"""Who may do what, for administrators."""

import pytest

from tests.accounts_api import AccountsApi
from tests.api_events import ACCOUNT, signed_in
from tests.web_calls import problem_of

BOB = "bob@example.org"
NOBODY = "00000000-0000-4000-8000-ffffffffffff"


@pytest.fixture
def bob(accounts: AccountsApi) -> str:
    accounts.event = signed_in(roles=("admin",))
    accounts.pool.add("ada@example.org", "", "admin", account=ACCOUNT)
    return accounts.pool.add(BOB, "", "consumer")


def test_an_account_is_found_by_its_address(accounts: AccountsApi, bob: str) -> None:
    assert accounts.get("/v1/accounts", email="BOB@example.org").json() == {
        "account": bob,
        "email": BOB,
        "status": "CONFIRMED",
        "enabled": True,
        "created_at": "2026-01-31T05:00:00Z",
        "second_factor": False,
        "roles": ["consumer"],
    }


def test_roles_are_given_and_read(accounts: AccountsApi, bob: str) -> None:
    given = accounts.request("PUT", f"/v1/accounts/{bob}/roles", {"roles": ["operator"]})
    assert given.json()["roles"] == ["operator"]
    assert "models:decide" in given.json()["permissions"]
    assert accounts.get(f"/v1/accounts/{bob}/roles").json() == given.json()


def test_administrators_do_not_lock_themselves_out(accounts: AccountsApi, bob: str) -> None:
    assert bob
    problem = problem_of(accounts.request("PUT", f"/v1/accounts/{ACCOUNT}/roles", {"roles": []}))
    assert (problem.status, [cause.pointer for cause in problem.errors or ()]) == (422, ["/body/roles"])
    assert accounts.pool.roles(ACCOUNT) == {"admin"}


@pytest.mark.parametrize("role", ["consumer", "analyst", "operator"])
def test_nobody_but_an_administrator_sees_or_gives_roles(accounts: AccountsApi, bob: str, role: str) -> None:
    accounts.event = signed_in(roles=(role,))
    for answer in (
        accounts.get("/v1/accounts", email=BOB),
        accounts.get(f"/v1/accounts/{bob}/roles"),
        accounts.request("PUT", f"/v1/accounts/{bob}/roles", {"roles": ["admin"]}),
    ):
        assert answer.status_code == 403
        assert "roles:assign" in str(problem_of(answer).detail)
    assert accounts.pool.roles(bob) == {"consumer"}


@pytest.mark.parametrize("roles", [["owner"], "admin", [["admin"]], None, ["consumer"] * 5])
def test_refuses_what_is_no_role(accounts: AccountsApi, bob: str, roles: object) -> None:
    problem = problem_of(accounts.request("PUT", f"/v1/accounts/{bob}/roles", {"roles": roles}))
    assert problem.status == 422
    assert accounts.pool.roles(bob) == {"consumer"}


def test_refuses_an_account_that_is_not_there(accounts: AccountsApi, bob: str) -> None:
    assert bob
    for answer in (
        accounts.get(f"/v1/accounts/{NOBODY}/roles"),
        accounts.request("PUT", f"/v1/accounts/{NOBODY}/roles", {"roles": ["consumer"]}),
        accounts.get("/v1/accounts", email="nobody@example.org"),
    ):
        assert problem_of(answer).type == "urn:geoclimate:problem:unknown-account"
