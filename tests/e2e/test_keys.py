"""An account makes its own keys, calls with them, sees what it used, and they end."""

import datetime as dt
import json
import time
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from local.consumer import api_url, create_user, demo_consumer, sign_in
from tests.e2e.conftest import Stack

pytestmark = pytest.mark.e2e

_PASSWORD = "Keys-and-plans-9-password"
_READ = "/v1/parameters"


@dataclass(frozen=True)
class Account:
    """Somebody who is signed in."""

    stack: Stack
    token: str

    def call(self, method: str, path: str, *, key: str | None = None, **given: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"} | ({} if key is None else {"x-api-key": key})
        address = api_url(self.stack.place, self.stack.outputs) + path
        return httpx.request(method, address, headers=headers, timeout=30, trust_env=False, **given)

    def make_key(self, **more: str) -> dict[str, Any]:
        answer = self.call("POST", "/v1/keys", json={"name": "e2e", **more})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def refusal(self, key: str) -> str:
        """Code of the problem that a read with a key is refused with."""
        answer = self.call("GET", _READ, key=key)
        assert answer.status_code == 403, answer.text
        return str(answer.json()["type"]).rpartition(":")[2]


def _account(stack: Stack, name: str) -> Account:
    create_user(stack.place, stack.outputs, name, _PASSWORD)
    return Account(stack, sign_in(stack.place, stack.outputs, name, _PASSWORD))


@pytest.fixture(scope="module")
def ada(stack: Stack) -> Account:
    return _account(stack, "ada.keys@example.org")


@pytest.fixture(scope="module")
def bob(stack: Stack) -> Account:
    return _account(stack, "bob.keys@example.org")


def test_a_new_key_works_at_once_and_says_what_is_left(ada: Account) -> None:
    key = ada.make_key()
    answer = ada.call("GET", _READ, key=key["value"])
    assert answer.status_code == 200, answer.text
    assert (answer.headers["x-cost"], answer.headers["x-ratelimit-limit"]) == ("1", "1000")
    assert answer.headers["ratelimit"].startswith('"day";r=99')
    assert "value" not in ada.call("GET", f"/v1/keys/{key['id']}").json()


def test_another_accounts_key_opens_nothing_and_does_not_exist(ada: Account, bob: Account) -> None:
    key = ada.make_key()
    assert bob.refusal(key["value"]) == "foreign-api-key"
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/rotate")):
        assert bob.call(method, f"/v1/keys/{key['id']}{path}").status_code == 404
    assert key["id"] not in bob.call("GET", "/v1/keys").text


def test_a_rotated_key_works_beside_the_new_one_until_it_is_revoked(ada: Account) -> None:
    old = ada.make_key()
    rotated = ada.call("POST", f"/v1/keys/{old['id']}/rotate").json()
    for value in (old["value"], rotated["key"]["value"]):
        assert ada.call("GET", _READ, key=value).status_code == 200
    assert ada.call("DELETE", f"/v1/keys/{old['id']}").status_code == 204
    assert ada.refusal(old["value"]) == "invalid-api-key"


def test_a_key_ends_in_its_second_and_is_then_swept_away(ada: Account, stack: Stack) -> None:
    end = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=3)
    key = ada.make_key(expires_at=end.isoformat())
    assert ada.call("GET", _READ, key=key["value"]).status_code == 200
    time.sleep(max(0.0, (end - dt.datetime.now(dt.UTC)).total_seconds()))
    assert ada.refusal(key["value"]) == "expired-api-key"
    swept = stack.client("lambda").invoke(FunctionName=stack.outputs["ExpireFunctionName"], Payload=b"{}")
    assert json.loads(swept["Payload"].read()) == {"ended": 1, "more": False}
    assert ada.refusal(key["value"]) == "invalid-api-key"
    assert key["id"] not in ada.call("GET", "/v1/keys").text


def test_what_was_used_is_told_to_its_account_alone(ada: Account, bob: Account) -> None:
    key = ada.make_key()
    before = ada.call("GET", "/v1/me/usage").json()["cost"]
    assert ada.call("GET", _READ, key=key["value"]).status_code == 200
    assert ada.call("GET", _READ, key=key["value"], params={"estimate": "true"}).json()["cost"] == 1
    assert ada.call("GET", _READ, key=key["value"], params={"nonsense": "1"}).status_code == 422
    assert ada.call("GET", "/v1/me/usage").json()["cost"] == before + 1
    assert bob.call("GET", "/v1/me/usage").json()["cost"] == 0


def test_the_demo_user_has_a_key_of_its_own_and_keeps_it(stack: Stack) -> None:
    demo, again = (demo_consumer(stack.place, stack.outputs) for _ in range(2))
    assert demo.key == again.key
    answer = stack.get(_READ, headers=demo.headers())
    assert (answer.status_code, answer.headers["x-ratelimit-limit"]) == (200, "100000")


def test_an_administrator_moves_an_account_to_another_plan(bob: Account, stack: Stack) -> None:
    key = bob.make_key()
    account = bob.call("GET", "/v1/me").json()["account"]
    assert bob.call("PUT", f"/v1/accounts/{account}/plan", json={"plan": "basic"}).status_code == 403
    name = "admin.keys@example.org"
    create_user(stack.place, stack.outputs, name, _PASSWORD)
    stack.client("cognito-idp").admin_add_user_to_group(
        UserPoolId=stack.outputs["UserPoolId"], Username=name, GroupName="admin"
    )
    admin = _account(stack, name)
    answer = admin.call("PUT", f"/v1/accounts/{account}/plan", json={"plan": "basic"})
    assert answer.json() == {"account": account, "plan": "basic", "keys": 1}
    assert bob.call("GET", f"/v1/keys/{key['id']}").json()["plan"] == "basic"
    assert bob.call("GET", _READ, key=key["value"]).status_code == 200
    assert bob.call("GET", "/v1/me/usage").json()["plan"]["per_day"] == 10_000
