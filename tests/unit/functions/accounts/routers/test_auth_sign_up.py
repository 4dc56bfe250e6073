"""Getting an account, and back into it."""

import pytest

from tests.accounts_api import AccountsApi
from tests.identity_fakes import CODE
from tests.web_calls import problem_of

ADA = "ada@example.org"
PASSWORD = "Correct-horse-7"


@pytest.fixture(autouse=True)
def nobody_is_signed_in(accounts: AccountsApi) -> None:
    accounts.event = {}


def test_an_account_is_asked_for_confirmed_and_signed_in(accounts: AccountsApi) -> None:
    assert accounts.post("/v1/auth/sign-up", email=ADA, password=PASSWORD).status_code == 202
    assert accounts.pool.sent == [ADA]
    assert accounts.post("/v1/auth/confirm", email=ADA, code=CODE).status_code == 204
    assert accounts.post("/v1/auth/sign-in", email=ADA, password=PASSWORD).status_code == 200


def test_a_confirmed_account_is_a_consumer(accounts: AccountsApi) -> None:
    accounts.post("/v1/auth/sign-up", email=ADA, password=PASSWORD)
    (member,) = accounts.pool.members.values()
    assert member.roles == set()
    accounts.post("/v1/auth/confirm", email=ADA, code=CODE)
    assert member.roles == {"consumer"}


def test_case_of_an_address_makes_no_second_account(accounts: AccountsApi) -> None:
    for email in (ADA, "Ada@Example.ORG"):
        accounts.post("/v1/auth/sign-up", email=email, password=PASSWORD)
    assert len(accounts.pool.members) == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/auth/sign-up", {"password": "Another-horse-8"}),
        ("/v1/auth/sign-up", {"password": "weak"}),
        ("/v1/auth/resend", {}),
        ("/v1/auth/forgot-password", {}),
        ("/v1/auth/confirm", {"code": "000000"}),
        ("/v1/auth/reset-password", {"code": "000000", "password": "Another-horse-8"}),
        ("/v1/auth/reset-password", {"code": "000000", "password": "weak"}),
        ("/v1/auth/sign-in", {"password": "Another-horse-8"}),
    ],
)
@pytest.mark.parametrize("status", ["CONFIRMED", "UNCONFIRMED"])
def test_nobody_learns_whether_an_address_has_an_account(
    accounts: AccountsApi, path: str, body: dict[str, str], status: str
) -> None:
    accounts.post("/v1/auth/sign-up", email=ADA, password=PASSWORD)
    if status == "CONFIRMED":
        accounts.post("/v1/auth/confirm", email=ADA, code=CODE)
    known, unknown = (accounts.post(path, email=email, **body) for email in (ADA, "bob@example.org"))
    assert known.status_code == unknown.status_code
    told = [
        {name: value for name, value in answer.json().items() if name not in {"request_id", "instance"}}
        for answer in (known, unknown)
    ]
    assert told[0] == told[1]


def test_a_weak_password_is_told_rule_by_rule(accounts: AccountsApi) -> None:
    problem = problem_of(accounts.post("/v1/auth/sign-up", email=ADA, password="correct-horse"))
    assert problem.type.endswith(":weak-password")
    assert [(cause.pointer, cause.detail) for cause in problem.errors or ()] == [
        ("/body/password", "must have at least 14 characters"),
        ("/body/password", "must have an upper-case letter, A to Z"),
        ("/body/password", "must have a digit"),
    ]
    assert accounts.pool.members == {}


def test_where_administrators_make_the_accounts_nobody_signs_up(accounts: AccountsApi) -> None:
    accounts.pool.closed = True
    problem = problem_of(accounts.post("/v1/auth/sign-up", email=ADA, password=PASSWORD))
    assert (problem.status, problem.type) == (403, "urn:geoclimate:problem:sign-up-closed")


@pytest.mark.parametrize("code", ["000000", "999999"])
def test_refuses_a_wrong_code(accounts: AccountsApi, code: str) -> None:
    accounts.post("/v1/auth/sign-up", email=ADA, password=PASSWORD)
    problem = problem_of(accounts.post("/v1/auth/confirm", email=ADA, code=code))
    assert (problem.status, problem.type) == (422, "urn:geoclimate:problem:invalid-code")


def test_a_lost_password_is_set_anew(accounts: AccountsApi) -> None:
    accounts.pool.add(ADA, PASSWORD)
    assert accounts.post("/v1/auth/forgot-password", email=ADA).status_code == 202
    answer = accounts.post("/v1/auth/reset-password", email=ADA, code=CODE, password="Another-horse-8")
    assert answer.status_code == 204
    assert accounts.post("/v1/auth/sign-in", email=ADA, password=PASSWORD).status_code == 401
    assert accounts.post("/v1/auth/sign-in", email=ADA, password="Another-horse-8").status_code == 200


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"password": PASSWORD}, "email"),
        ({"email": "no address", "password": PASSWORD}, "email"),
        ({"email": ADA}, "password"),
        ({"email": ADA, "password": ""}, "password"),
        ({"email": ADA, "password": 7}, "password"),
        ({"email": ADA, "password": PASSWORD, "role": "admin"}, "role"),
    ],
)
def test_refuses_a_body_that_names_no_address_or_password(
    accounts: AccountsApi, body: dict[str, object], name: str
) -> None:
    problem = problem_of(accounts.request("POST", "/v1/auth/sign-up", body))
    assert problem.status == 422
    assert [cause.name for cause in problem.errors or ()] == [name]
    assert PASSWORD not in problem.model_dump_json()


@pytest.mark.parametrize(
    ("path", "body", "goes_to"),
    [
        ("sign-up", {"email": ADA, "password": PASSWORD}, "confirm"),
        ("resend", {"email": ADA}, "confirm"),
        ("forgot-password", {"email": ADA}, "reset-password"),
    ],
)
def test_an_answer_says_where_the_code_goes(
    accounts: AccountsApi, path: str, body: dict[str, str], goes_to: str
) -> None:
    assert accounts.post(f"/v1/auth/{path}", **body).headers["location"] == goes_to
