"""An account from its sign-up to its erasure, through the gateway, with the roles of the deployed functions."""

import base64
import hashlib
import hmac
import re
import struct
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from local.consumer import api_url
from tests.e2e.conftest import Stack

PASSWORD = "Correct-horse-7-battery"
ANOTHER = "Another-horse-8-battery"


class Person:
    """Somebody at their terminal: an address, an inbox, and what the API answered last."""

    def __init__(self, stack: Stack, name: str) -> None:
        self.stack = stack
        self.address = f"{name}@example.org"
        self.tokens: dict[str, Any] = {}

    def ask(self, method: str, path: str, body: object = None, *, signed_in: bool = True) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.tokens['id_token']}"} if signed_in else {}
        url = api_url(self.stack.place, self.stack.outputs) + path
        return httpx.request(method, url, json=body, headers=headers, timeout=30, trust_env=False)

    def post(self, path: str, **body: object) -> httpx.Response:
        return self.ask("POST", f"/v1/auth/{path}", body, signed_in=False)

    def code(self) -> str:
        """The code of the newest message."""
        kept = httpx.get(f"{self.stack.place.url}/_ministack/ses/messages", trust_env=False).json()["messages"]
        mine = [one for messages in kept.values() for one in messages if one["To"] == [self.address]]
        (code,) = re.findall(r"\b\d{6}\b", mine[-1]["BodyText"])
        return str(code)

    def sign_up(self) -> None:
        assert self.post("sign-up", email=self.address, password=PASSWORD).status_code == 202
        assert self.post("confirm", email=self.address, code=self.code()).status_code == 204

    def sign_in(self, password: str = PASSWORD) -> httpx.Response:
        answer = self.post("sign-in", email=self.address, password=password)
        if answer.json().get("kind") == "tokens":
            self.tokens = answer.json()
        return answer

    def until(self, path: str, *, signed_in: bool) -> dict[str, Any]:
        """A receipt once it runs no more."""
        return waited(lambda: self._ended(path, signed_in=signed_in))

    def _ended(self, path: str, *, signed_in: bool) -> dict[str, Any] | None:
        answer = self.ask("GET", path, signed_in=signed_in)
        assert answer.status_code == 200, answer.text
        receipt: dict[str, Any] = answer.json()
        return None if receipt["state"] == "running" else receipt


def waited(ask: Callable[[], dict[str, Any] | None]) -> dict[str, Any]:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        found = ask()
        if found is not None:
            return found
        time.sleep(0.5)
    raise AssertionError("it did not happen in time")


def shown_by_the_authenticator(secret: str) -> str:
    """RFC 6238 with a step of 30 seconds and six digits."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


@pytest.fixture(scope="module")
def ada(stack: Stack) -> Person:
    person = Person(stack, "ada")
    person.sign_up()
    assert person.sign_in().status_code == 200
    return person


def test_a_new_account_is_a_consumer_and_its_tokens_live_half_an_hour(ada: Person) -> None:
    me = ada.ask("GET", "/v1/me").json()
    assert (me["email"], me["roles"]) == (ada.address, ["consumer"])
    assert ada.tokens["expires_in"] == 1_800
    fresh = ada.post("refresh", refresh_token=ada.tokens["refresh_token"])
    assert fresh.status_code == 200


def test_nobody_gets_in_without_the_message_or_the_password(stack: Stack) -> None:
    eve = Person(stack, "eve")
    assert eve.post("sign-up", email=eve.address, password="weak").status_code == 422
    assert eve.post("sign-up", email=eve.address, password=PASSWORD).status_code == 202
    wrong = "000000" if eve.code() != "000000" else "000001"
    assert eve.post("confirm", email=eve.address, code=wrong).status_code == 422
    assert eve.sign_in().status_code == 401
    assert eve.post("confirm", email=eve.address, code=eve.code()).status_code == 204
    assert eve.sign_in(ANOTHER).status_code == 401


def test_nobody_learns_which_addresses_have_an_account(stack: Stack, ada: Person) -> None:
    waiting, nobody = Person(stack, "waiting"), Person(stack, "nobody")
    waiting.post("sign-up", email=waiting.address, password=PASSWORD)
    for path, body in (
        ("resend", {}),
        ("forgot-password", {}),
        ("confirm", {"code": "000000"}),
        ("reset-password", {"code": "000000", "password": ANOTHER}),
        ("sign-in", {"password": ANOTHER}),
    ):
        answers = [one.post(path, email=one.address, **body) for one in (ada, waiting, nobody)]
        assert len({(one.status_code, one.json().get("type"), one.json()["detail"]) for one in answers}) == 1, path


def test_a_lost_password_is_set_anew_and_a_second_factor_asked_for(stack: Stack) -> None:
    bob = Person(stack, "bob")
    bob.sign_up()
    assert bob.post("forgot-password", email=bob.address).status_code == 202
    assert bob.post("reset-password", email=bob.address, code=bob.code(), password=ANOTHER).status_code == 204
    assert bob.sign_in(PASSWORD).status_code == 401
    assert bob.sign_in(ANOTHER).status_code == 200
    access = bob.tokens["access_token"]
    secret = bob.post("mfa/associate", access_token=access).json()["secret"]
    switched = bob.post("mfa/verify", access_token=access, code=shown_by_the_authenticator(secret))
    assert switched.status_code == 204
    asked = bob.sign_in(ANOTHER).json()
    assert asked["challenge"] == "SOFTWARE_TOKEN_MFA"
    given = {"email": bob.address, "challenge": asked["challenge"], "session": asked["session"]}
    code = shown_by_the_authenticator(secret)
    assert bob.post("challenge", **given, code=code).json()["kind"] == "tokens"
    assert bob.post("sign-out", access_token=access).status_code == 204
    assert bob.post("refresh", refresh_token=bob.tokens["refresh_token"]).status_code == 401


def test_an_administrator_gives_a_role_and_nobody_else_does(stack: Stack, ada: Person) -> None:
    admin = Person(stack, "root")
    admin.sign_up()
    admin.sign_in()
    path = f"/v1/accounts?email={ada.address}"
    assert admin.ask("GET", path).status_code == 403
    stack.client("cognito-idp").admin_add_user_to_group(
        UserPoolId=stack.outputs["UserPoolId"], Username=admin.address, GroupName="admin"
    )
    admin.sign_in()
    account = admin.ask("GET", path).json()["account"]
    answer = admin.ask("PUT", f"/v1/accounts/{account}/roles", {"roles": ["consumer", "analyst"]})
    assert answer.json()["roles"] == ["consumer", "analyst"]
    ada.sign_in()
    assert ada.ask("GET", "/v1/me").json()["roles"] == ["consumer", "analyst"]


def test_everything_that_is_kept_of_an_account_is_exported(ada: Person) -> None:
    key = ada.ask("POST", "/v1/keys", {"name": "dashboard"})
    assert key.status_code == 201, key.text
    begun = ada.ask("GET", "/v1/me/export")
    assert begun.status_code == 202
    receipt = ada.until(f"/v1/me/{begun.headers['location']}", signed_in=True)
    assert receipt["state"] == "done"
    document = httpx.get(receipt["result_url"], trust_env=False).json()
    assert document["identity"]["email"] == ada.address
    assert [kept["name"] for kept in document["records"]["keys"]] == ["dashboard"]
    assert key.json()["value"] not in str(document)


def test_an_erased_account_is_nowhere_any_more(stack: Stack, ada: Person) -> None:
    account = ada.ask("GET", "/v1/me").json()["account"]
    key = ada.ask("POST", "/v1/keys", {"name": "to be erased"}).json()
    begun = ada.ask("DELETE", "/v1/me")
    assert begun.status_code == 202
    assert ada.ask("GET", "/v1/me").status_code == 401
    receipt = ada.until(f"/v1/{begun.headers['location']}", signed_in=False)
    assert receipt["state"] == "done"
    assert receipt["counts"]["keys"] >= 1
    assert ada.sign_in().status_code == 401
    keys = stack.client("apigateway").get_api_keys(includeValues=True)["items"]
    assert key["value"] not in [one["value"] for one in keys]
    left = [
        (name, item["sk"]["S"])
        for name, table in stack.outputs.items()
        if name.endswith("TableName")
        for item in stack.client("dynamodb").scan(TableName=table)["Items"]
        if account in str(item)
    ]
    assert left == [("AccountsTableName", "ERASURE")]
    found = stack.client("s3").list_objects_v2(Bucket=stack.outputs["ResultsBucketName"], Prefix=account)
    assert found["KeyCount"] == 0
