"""What the audit log hears of a call."""

from typing import Any

import httpx
import pytest
from aws_lambda_powertools import Logger
from fastapi import APIRouter
from starlette.responses import Response

from geoclimate.contracts.idempotency import REPLAYED_HEADER
from geoclimate.domain.account_errors import ExpiredKey, ForeignKey, NotSignedIn
from geoclimate.domain.audit import NOBODY
from geoclimate.domain.errors import Conflict, NotFound
from geoclimate.domain.pseudonyms import pseudonym_of
from geoclimate.runtime.web.app import web_app
from geoclimate.runtime.web.auditing import Auditing
from geoclimate.runtime.web.guarded_route import GuardedRoute, open_to_all, requires
from tests.api_events import ACCOUNT, OTHER_ACCOUNT, signed_in
from tests.audit_fakes import NOW, AuditInMemory
from tests.web_calls import ask

DONE: list[str] = []


def router() -> APIRouter:  # noqa: C901 - one branch a route
    routes = APIRouter(route_class=GuardedRoute)

    @routes.get("/v1/keys/{key}")
    @requires("keys:manage")
    async def get_key(key: str) -> str:
        if key == "foreign":
            raise NotFound("no such key")
        return key

    @routes.get("/v1/stations/{station}")
    @requires("stations:read")
    async def get_station(station: str) -> None:
        # As metering refuses a key, before the route is reached.
        refusals = {"foreign": ForeignKey("another account's"), "expired": ExpiredKey("it has ended")}
        raise refusals.get(station, NotFound(station))

    @routes.post("/v1/keys", status_code=201)
    @requires("keys:manage")
    async def create_key(taken: int = 0) -> str:
        if taken:
            raise Conflict("taken")
        DONE.append("create_key")
        return "made"

    @routes.post("/v1/predict")
    @requires("predictions:create")
    async def predict() -> str:
        return "calculated"

    @routes.put("/v1/accounts/{account}/plan")
    @requires("plans:assign")
    async def assign_plan(account: str) -> str:
        return account

    @routes.get("/v1/me/export")
    @requires("account:manage")
    async def export_me() -> str:
        return "begun"

    @routes.delete("/v1/keys/{key}")
    @requires("keys:manage")
    async def revoke_key(key: str, response: Response) -> str:
        response.headers[REPLAYED_HEADER] = "true"
        return key

    @routes.post("/v1/jobs")
    @requires("jobs:manage")
    async def create_job(body: dict[str, int]) -> dict[str, int]:
        return body

    @routes.post("/v1/auth/sign-in")
    @open_to_all
    async def sign_in() -> None:
        raise NotSignedIn("address and password do not fit")

    return routes


@pytest.fixture
def log() -> AuditInMemory:
    DONE.clear()
    return AuditInMemory()


def call(
    log: AuditInMemory, method: str, path: str, event: dict[str, Any] | None = None, body: bytes | None = None
) -> httpx.Response:
    watcher = Auditing(lambda: log, lambda: NOW, Logger(service="test"))
    app = web_app([router()], Logger(service="test"), [watcher])
    headers = {"content-type": "application/json"}
    return ask(app, signed_in() if event is None else event, method, path, body=body, headers=headers)


def told(log: AuditInMemory) -> list[tuple[str, str, int | None, str | None]]:
    return [(event.operation, event.outcome, event.status, event.problem) for event in log.events]


def test_a_write_is_on_record_before_it_begins_and_where_it_ends(log: AuditInMemory) -> None:
    answer = call(log, "POST", "/v1/keys?taken=0")
    assert told(log) == [("create_key", "begun", None, None), ("create_key", "done", 201, None)]
    begun, done = log.events
    assert (begun.actor, begun.permission, begun.method, begun.resource) == (
        pseudonym_of(ACCOUNT),
        "keys:manage",
        "POST",
        "/v1/keys",
    )
    assert (begun.at, begun.network) == (NOW, "203.0.113.0/24")
    assert begun.request_id == done.request_id == answer.headers["x-request-id"]


def test_a_write_that_is_refused_says_by_what(log: AuditInMemory) -> None:
    call(log, "POST", "/v1/keys?taken=1")
    assert told(log)[-1] == ("create_key", "refused", 409, "conflict")


def test_input_that_cannot_be_used_is_on_record_of_a_write_and_not_of_a_read(log: AuditInMemory) -> None:
    call(log, "POST", "/v1/keys?taken=x")
    assert told(log) == [("create_key", "begun", None, None), ("create_key", "refused", 422, "invalid-query")]


def test_a_body_that_cannot_be_used_is_on_record_by_the_problem_that_was_answered(log: AuditInMemory) -> None:
    answer = call(log, "POST", "/v1/jobs", body=b'{"series": "many"}')
    assert answer.json()["type"].rpartition(":")[2] == "invalid-body"
    assert told(log)[-1] == ("create_job", "refused", 422, "invalid-body")


def test_reading_leaves_no_record(log: AuditInMemory) -> None:
    assert call(log, "GET", "/v1/keys/1").status_code == 200
    assert call(log, "GET", "/v1/stations/nowhere").status_code == 404
    assert log.events == []


@pytest.mark.parametrize(
    ("path", "event", "operation", "status", "problem"),
    [
        ("/v1/keys/1", {}, "get_key", 401, "unauthorized"),
        ("/v1/keys/1", signed_in(roles=()), "get_key", 403, "forbidden"),
        ("/v1/keys/foreign", signed_in(), "get_key", 404, "not-found"),
        ("/v1/stations/foreign", signed_in(), "get_station", 403, "foreign-api-key"),
        ("/v1/stations/expired", signed_in(), "get_station", 403, "expired-api-key"),
    ],
)
def test_a_denied_read_is_on_record(
    log: AuditInMemory, path: str, event: dict[str, Any], operation: str, status: int, problem: str
) -> None:
    assert call(log, "GET", path, event).status_code == status
    assert told(log) == [(operation, "refused", status, problem)]


def test_a_denied_write_is_on_record_once_for_it_never_began(log: AuditInMemory) -> None:
    call(log, "PUT", f"/v1/accounts/{OTHER_ACCOUNT}/plan")
    assert told(log) == [("assign_plan", "refused", 403, "forbidden")]


def test_a_failed_sign_in_is_on_record_of_nobody(log: AuditInMemory) -> None:
    assert call(log, "POST", "/v1/auth/sign-in", {}).status_code == 401
    assert {event.actor for event in log.events} == {NOBODY}
    assert sorted(outcome for _, outcome, _, _ in told(log)) == ["begun", "refused"]


def test_an_account_in_the_path_is_a_pseudonym(log: AuditInMemory) -> None:
    call(log, "PUT", f"/v1/accounts/{OTHER_ACCOUNT}/plan", signed_in(roles=("admin",)))
    assert {event.resource for event in log.events} == {f"/v1/accounts/{pseudonym_of(OTHER_ACCOUNT)}/plan"}


def test_no_account_address_or_full_ip_address_is_on_record(log: AuditInMemory) -> None:
    call(log, "PUT", f"/v1/accounts/{OTHER_ACCOUNT}/plan", signed_in(roles=("admin",)))
    written = repr(log.events)
    for secret in (ACCOUNT, OTHER_ACCOUNT, "example.org", "203.0.113.9"):
        assert secret not in written


def test_an_export_is_a_write_though_it_is_a_get_and_an_answer_given_again_says_so(log: AuditInMemory) -> None:
    call(log, "GET", "/v1/me/export")
    assert [outcome for _, outcome, _, _ in told(log)] == ["begun", "done"]
    call(log, "DELETE", "/v1/keys/1")
    assert told(log)[-1][:2] == ("revoke_key", "replayed")


def test_where_the_log_cannot_be_written_a_write_does_not_happen(log: AuditInMemory) -> None:
    log.down = True
    answer = call(log, "POST", "/v1/keys")
    assert (answer.status_code, DONE) == (503, [])


def test_where_the_log_fails_after_the_beginning_the_answer_is_given_and_the_beginning_stays(
    log: AuditInMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = log.record

    def once(event: Any) -> Any:
        entry = record(event)
        log.down = True
        return entry

    monkeypatch.setattr(log, "record", once)
    assert call(log, "POST", "/v1/keys").status_code == 201
    assert told(log) == [("create_key", "begun", None, None)]


def test_a_denial_that_cannot_be_put_on_record_is_told_as_unavailable(log: AuditInMemory) -> None:
    log.down = True
    assert call(log, "GET", "/v1/keys/1", signed_in(roles=())).status_code == 503


def test_a_prediction_changes_nothing_and_needs_one_record(log: AuditInMemory) -> None:
    call(log, "POST", "/v1/predict")
    assert told(log) == [("predict", "done", 200, None)]


@pytest.mark.parametrize("address", ["not an address", "2001:db8::7"])
def test_an_address_is_shortened_to_its_network(log: AuditInMemory, address: str) -> None:
    event = signed_in()
    event["requestContext"]["identity"]["sourceIp"] = address
    call(log, "POST", "/v1/predict", event)
    assert log.events[0].network == ("2001:db8::/48" if ":" in address else None)


def test_an_endless_path_takes_no_room(log: AuditInMemory) -> None:
    call(log, "DELETE", "/v1/keys/" + "x" * 5_000)
    assert {len(event.resource) for event in log.events} == {512}
