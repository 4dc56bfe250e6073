"""Tokens, from the sign-in to the sign-out."""

import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.accounts_api import AccountsApi, Logged
from tests.identity_fakes import SECRET, SHOWN
from tests.web_calls import problem_of

ADA = "ada@example.org"
PASSWORD = "Correct-horse-7"


@pytest.fixture
def ada(accounts: AccountsApi) -> str:
    accounts.event = {}
    return accounts.pool.add(ADA, PASSWORD, "consumer")


@pytest.fixture
def logged() -> Iterator[Logged]:
    handler = Logged()
    loggers = [logging.getLogger(name) for name in (None, "accounts", "botocore", "geoclimate")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
    yield handler
    for logger, level in zip(loggers, levels, strict=True):
        logger.removeHandler(handler)
        logger.setLevel(level)


def test_a_sign_in_gives_three_tokens_and_says_how_long(accounts: AccountsApi, ada: str) -> None:
    answer = accounts.post("/v1/auth/sign-in", email=ADA, password=PASSWORD)
    assert answer.json() == {
        "kind": "tokens",
        "token_type": "Bearer",
        "expires_in": 1800,
        "id_token": f"id-{ada}",
        "access_token": f"access-{ada}",
        "refresh_token": f"refresh-{ada}",
    }
    assert answer.headers["cache-control"] == "no-store"


def test_refuses_a_wrong_password(accounts: AccountsApi, ada: str) -> None:
    answer = accounts.post("/v1/auth/sign-in", email=ADA, password="wrong")
    assert problem_of(answer).type == "urn:geoclimate:problem:sign-in-refused"
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert accounts.pool.members[ada].refresh_tokens == set()


def test_too_many_attempts_are_told_how_long_to_wait(accounts: AccountsApi, ada: str) -> None:
    accounts.pool.locked_for_s = 77
    answer = accounts.post("/v1/auth/sign-in", email=ADA, password=PASSWORD)
    assert problem_of(answer).type == "urn:geoclimate:problem:too-many-attempts"
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "77")
    assert ada


def test_new_tokens_come_for_a_refresh_token(accounts: AccountsApi, ada: str) -> None:
    accounts.post("/v1/auth/sign-in", email=ADA, password=PASSWORD)
    answer = accounts.post("/v1/auth/refresh", refresh_token=f"refresh-{ada}")
    assert answer.json()["id_token"] == f"id-{ada}"
    assert answer.json()["refresh_token"] is None


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("refresh", {"refresh_token": "stale"}),
        ("sign-out", {"access_token": "stale"}),
        ("mfa/associate", {"access_token": "stale"}),
    ],
)
def test_a_bad_token_is_called_a_token(accounts: AccountsApi, path: str, body: dict[str, str]) -> None:
    accounts.event = {}
    problem = problem_of(accounts.post(f"/v1/auth/{path}", **body))
    assert (problem.status, problem.type) == (401, "urn:geoclimate:problem:token-refused")
    assert "password" not in f"{problem.title} {problem.detail} {problem.hint}".lower()


def test_after_the_sign_out_nothing_is_refreshed(accounts: AccountsApi, ada: str) -> None:
    accounts.post("/v1/auth/sign-in", email=ADA, password=PASSWORD)
    signed_out = accounts.post("/v1/auth/sign-out", access_token=f"access-{ada}")
    assert (signed_out.status_code, "content-type" in signed_out.headers) == (204, False)
    assert accounts.post("/v1/auth/refresh", refresh_token=f"refresh-{ada}").status_code == 401


def test_a_second_factor_is_switched_on_asked_for_and_switched_off(accounts: AccountsApi, ada: str) -> None:
    token = f"access-{ada}"
    secret = accounts.post("/v1/auth/mfa/associate", access_token=token).json()
    assert secret == {
        "secret": SECRET,
        "uri": f"otpauth://totp/GeoClimate:ada%40example.org?secret={SECRET}&issuer=GeoClimate",
    }
    refused = accounts.post("/v1/auth/mfa/verify", access_token=token, code="000000")
    assert problem_of(refused).type == "urn:geoclimate:problem:invalid-code"
    assert accounts.post("/v1/auth/mfa/verify", access_token=token, code=SHOWN).status_code == 204

    asked = accounts.post("/v1/auth/sign-in", email=ADA, password=PASSWORD).json()
    assert (asked["kind"], asked["challenge"]) == ("challenge", "SOFTWARE_TOKEN_MFA")
    given = {"email": ADA, "challenge": asked["challenge"], "session": asked["session"]}
    assert accounts.post("/v1/auth/challenge", **given, code="000000").status_code == 401
    assert accounts.post("/v1/auth/challenge", **given, code=SHOWN).json()["kind"] == "tokens"

    assert accounts.post("/v1/auth/mfa/off", access_token=token).status_code == 204
    assert accounts.post("/v1/auth/sign-in", email=ADA, password=PASSWORD).json()["kind"] == "tokens"


def test_an_administrator_s_password_is_replaced_at_the_first_sign_in(accounts: AccountsApi, ada: str) -> None:
    member = accounts.pool.members[ada]
    member.user = replace(member.user, status="FORCE_CHANGE_PASSWORD")
    asked = accounts.post("/v1/auth/sign-in", email=ADA, password=PASSWORD).json()
    given = {"email": ADA, "challenge": "NEW_PASSWORD_REQUIRED", "session": asked["session"]}
    problem = problem_of(accounts.post("/v1/auth/challenge", **given))
    assert [cause.pointer for cause in problem.errors or ()] == ["/body/password"]
    weak = problem_of(accounts.post("/v1/auth/challenge", **given, password="another-horse-8"))
    assert (weak.type, weak.status) == ("urn:geoclimate:problem:weak-password", 422)
    assert [cause.detail for cause in weak.errors or ()] == ["must have an upper-case letter, A to Z"]
    assert accounts.post("/v1/auth/challenge", **given, password="Another-horse-8").json()["kind"] == "tokens"
    assert accounts.post("/v1/auth/sign-in", email=ADA, password="Another-horse-8").status_code == 200


def test_no_answer_to_a_challenge_without_the_sign_in_before(accounts: AccountsApi, ada: str) -> None:
    body = {"email": ADA, "challenge": "NEW_PASSWORD_REQUIRED", "session": "x" * 30, "password": "Another-horse-8"}
    assert accounts.post("/v1/auth/challenge", **body).status_code == 401
    assert accounts.pool.members[ada].password == PASSWORD


def test_nothing_secret_reaches_a_log(
    accounts: AccountsApi, ada: str, logged: Logged, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = "Wrong-horse-99!"
    accounts.post("/v1/auth/sign-up", email="new@example.org", password=PASSWORD)
    accounts.post("/v1/auth/sign-in", email=ADA, password=wrong)
    accounts.post("/v1/auth/sign-in", email=ADA, password=PASSWORD)
    accounts.post("/v1/auth/sign-in", email=ADA, password=PASSWORD, more=wrong)
    accounts.post("/v1/auth/confirm", email="new@example.org", code="000111")
    accounts.post("/v1/auth/refresh", refresh_token=f"refresh-{ada}")
    accounts.post("/v1/auth/mfa/associate", access_token=f"access-{ada}")
    accounts.pool.members.clear()
    monkeypatch.setattr(accounts.pool, "sign_in", _break)
    assert accounts.post("/v1/auth/sign-in", email=ADA, password=PASSWORD).status_code == 500
    told = "\n".join([*logged.lines, *capfd.readouterr()])
    assert "Unhandled exception" in told
    for secret in (PASSWORD, wrong, "000111", f"refresh-{ada}", f"access-{ada}", f"id-{ada}", SECRET):
        assert secret not in told


def _break(_email: str, _password: str) -> None:
    raise ZeroDivisionError
