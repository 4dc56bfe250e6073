"""`/v1/keys`."""

import datetime as dt
from collections.abc import Iterator
from urllib.parse import urljoin

import pytest

from functions.accounts.routers import keys
from geoclimate.runtime.web.idempotency import is_answered_once
from tests.api_events import OTHER_ACCOUNT, signed_in
from tests.key_app import KeyApp
from tests.key_fakes import START

NAMED = {"name": "dashboard"}


@pytest.fixture
def app() -> Iterator[KeyApp]:
    with KeyApp([keys.router]) as app:
        yield app


def test_the_value_is_told_once(app: KeyApp) -> None:
    made = app.request("POST", "/v1/keys", json=NAMED)
    assert made.status_code == 201
    assert made.json()["value"] == "value-of-key001"
    listed = app.request("GET", "/v1/keys").json()["keys"]
    assert [key["id"] for key in listed] == ["key001"]
    assert "value" not in listed[0]
    assert "value" not in app.request("GET", "/v1/keys/key001").json()


def test_an_answer_says_where_the_new_key_is(app: KeyApp) -> None:
    made = app.request("POST", "/v1/keys", json=NAMED)
    rotated = app.request("POST", "/v1/keys/key001/rotate")

    assert urljoin("/v1/keys", made.headers["location"]) == "/v1/keys/key001"
    assert urljoin("/v1/keys/key001/rotate", rotated.headers["location"]) == "/v1/keys/key002"


def test_an_answer_with_a_value_is_never_kept_for_a_repeated_request() -> None:
    assert is_answered_once(keys.post_key)
    assert is_answered_once(keys.rotate)


def test_a_key_says_what_it_is(app: KeyApp) -> None:
    app.request("POST", "/v1/keys", json=NAMED)
    assert app.request("GET", "/v1/keys/key001").json() == {
        "id": "key001",
        "name": "dashboard",
        "plan": "free",
        "state": "active",
        "created_at": "2026-03-10T12:00:00Z",
        "expires_at": None,
        "replaced_by": None,
    }


def test_a_rotation_gives_the_new_key_and_says_when_the_old_one_ends(app: KeyApp) -> None:
    app.request("POST", "/v1/keys", json=NAMED)
    answer = app.request("POST", "/v1/keys/key001/rotate").json()
    assert (answer["key"]["id"], answer["key"]["value"]) == ("key002", "value-of-key002")
    assert (answer["replaced"]["state"], answer["replaced"]["expires_at"]) == ("replaced", "2026-03-11T12:00:00Z")
    assert app.problem("POST", "/v1/keys/key001/rotate").type.endswith(":conflict")


def test_a_key_past_its_end_says_so_until_it_is_gone(app: KeyApp) -> None:
    end = START + dt.timedelta(hours=1)
    app.request("POST", "/v1/keys", json={**NAMED, "expires_at": end.isoformat()})
    app.world.clock.pass_by(hours=1)
    assert app.request("GET", "/v1/keys/key001").json()["state"] == "expired"


def test_a_revoked_key_is_gone(app: KeyApp) -> None:
    app.request("POST", "/v1/keys", json=NAMED)
    revoked = app.request("DELETE", "/v1/keys/key001")
    assert (revoked.status_code, revoked.content) == (204, b"")
    assert app.problem("GET", "/v1/keys/key001").type.endswith(":unknown-key")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/keys/key001", None),
        ("PATCH", "/v1/keys/key001", {"name": "mine"}),
        ("POST", "/v1/keys/key001/rotate", {}),
        ("DELETE", "/v1/keys/key001", None),
    ],
)
def test_another_accounts_key_does_not_exist(app: KeyApp, method: str, path: str, body: object) -> None:
    app.request("POST", "/v1/keys", json=NAMED)
    app.event = signed_in(account=OTHER_ACCOUNT, key_id=None)
    problem = app.problem(method, path, json=body) if body is not None else app.problem(method, path)
    assert (problem.status, problem.type) == (404, "urn:geoclimate:problem:unknown-key")
    assert app.request("GET", "/v1/keys").json() == {"keys": []}


def test_a_patch_changes_what_it_names(app: KeyApp) -> None:
    app.request("POST", "/v1/keys", json={**NAMED, "expires_at": "2026-04-01T00:00:00Z"})
    assert app.request("PATCH", "/v1/keys/key001", json={"name": "tablet"}).json()["expires_at"] is not None
    answer = app.request("PATCH", "/v1/keys/key001", json={"expires_at": None}).json()
    assert (answer["name"], answer["expires_at"]) == ("tablet", None)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/body/name"),
        ({"name": ""}, "/body/name"),
        ({"name": "a" * 65}, "/body/name"),
        ({"name": "a\nb"}, "/body/name"),
        ({**NAMED, "expires_at": "2026-03-10T11:00:00Z"}, "/body/expires_at"),
        ({**NAMED, "expires_at": "2026-04-01T00:00:00"}, "/body/expires_at"),
        ({**NAMED, "plan": "pro"}, "/body/plan"),
    ],
)
def test_a_bad_body_is_refused_with_its_place(app: KeyApp, body: object, pointer: str) -> None:
    problem = app.problem("POST", "/v1/keys", json=body)
    assert problem.status == 422
    assert problem.errors is not None
    assert [cause.pointer for cause in problem.errors] == [pointer]


@pytest.mark.parametrize("body", [{}, {"name": None}])
def test_a_patch_that_names_nothing_is_refused(app: KeyApp, body: object) -> None:
    app.request("POST", "/v1/keys", json=NAMED)
    assert "nothing to change" in (app.problem("PATCH", "/v1/keys/key001", json=body).detail or "")
