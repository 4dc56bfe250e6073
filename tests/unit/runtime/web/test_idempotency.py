"""A POST that comes again with the same key."""

from typing import Any

import httpx
import pytest
from aws_lambda_powertools import Logger
from fastapi import APIRouter, Response
from pydantic import BaseModel

from geoclimate.domain.errors import Conflict
from geoclimate.runtime.web.app import web_app
from geoclimate.runtime.web.auditing import Auditing
from geoclimate.runtime.web.guarded_route import GuardedRoute, open_to_all, requires
from geoclimate.runtime.web.idempotency import Idempotency, answered_once
from tests.api_events import OTHER_ACCOUNT, signed_in
from tests.audit_fakes import NOW, AuditInMemory
from tests.idempotency_fakes import IdempotencyInMemory
from tests.web_calls import ask

DONE: list[str] = []


class Job(BaseModel):
    name: str


def router() -> APIRouter:
    routes = APIRouter(route_class=GuardedRoute)

    @routes.post("/v1/jobs", status_code=202)
    @requires("jobs:manage")
    async def create_job(job: Job, response: Response) -> dict[str, str]:
        if job.name == "refused":
            raise Conflict("no")
        if job.name == "broken":
            raise ValueError("nobody foresaw this")
        DONE.append(job.name)
        response.headers["Location"] = "/v1/jobs/1"
        return {"id": str(len(DONE))}

    @routes.post("/v1/keys", status_code=201)
    @requires("keys:manage")
    @answered_once
    async def create_key() -> dict[str, str]:
        DONE.append("key")
        return {"secret": "hush"}

    @routes.post("/v1/predict")
    @requires("predictions:create")
    async def predict(job: Job) -> str:
        return job.name

    @routes.post("/v1/auth/sign-in")
    @open_to_all
    async def sign_in() -> str:
        DONE.append("in")
        return "in"

    return routes


class Client:
    def __init__(self) -> None:
        DONE.clear()
        self.store = IdempotencyInMemory()
        self.log = AuditInMemory()
        logger = Logger(service="test")
        auditing = Auditing(lambda: self.log, lambda: NOW, logger)
        watcher = Idempotency(lambda: self.store, lambda: NOW, logger)
        self.app = web_app([router()], logger, [auditing, watcher])

    def post(
        self,
        path: str = "/v1/jobs",
        body: bytes | None = b'{"name":"a"}',
        *,
        keys: tuple[str, ...] = ("key-1",),
        event: dict[str, Any] | None = None,
    ) -> httpx.Response:
        headers = [("content-type", "application/json"), *(("Idempotency-Key", key) for key in keys)]
        return ask(self.app, signed_in() if event is None else event, "POST", path, body=body, headers=headers)


@pytest.fixture
def client() -> Client:
    return Client()


def code(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).rpartition(":")[2]


def test_the_second_request_is_given_the_first_answer_and_nothing_is_done_again(client: Client) -> None:
    first, second = client.post(), client.post()
    assert DONE == ["a"]
    assert (second.status_code, second.content) == (first.status_code, first.content) == (202, b'{"id":"1"}')
    assert (second.headers["location"], second.headers["content-type"]) == ("/v1/jobs/1", "application/json")
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert first.headers["x-request-id"] != second.headers["x-request-id"]


def test_without_a_key_every_request_is_a_new_one(client: Client) -> None:
    client.post(keys=())
    client.post(keys=())
    assert DONE == ["a", "a"]


def test_a_key_in_quotes_is_the_same_key(client: Client) -> None:
    client.post(keys=('"key-1"',))
    assert client.post(keys=("key-1",)).headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize(("path", "body"), [("/v1/jobs", b'{"name":"b"}'), ("/v1/jobs?x=1", b'{"name":"a"}')])
def test_the_same_key_for_another_request_is_refused(client: Client, path: str, body: bytes) -> None:
    client.post()
    answer = client.post(path, body)
    assert (answer.status_code, code(answer), DONE) == (422, "idempotency-key-reused", ["a"])


def test_two_accounts_may_take_the_same_key(client: Client) -> None:
    client.post()
    client.post(event=signed_in(account=OTHER_ACCOUNT))
    assert DONE == ["a", "a"]


def test_while_the_first_is_being_answered_the_second_is_told_to_wait(client: Client) -> None:
    client.post()
    (place, (claim, _)) = next(iter(client.store.claims.items()))
    client.store.claims[place] = claim, None
    answer = client.post()
    assert (answer.status_code, code(answer), answer.headers["retry-after"]) == (409, "request-in-progress", "2")


def test_a_refused_request_gives_its_key_back(client: Client) -> None:
    assert client.post(body=b'{"name":"refused"}').status_code == 409
    assert client.post(body=b'{"nome":"a"}').status_code == 422
    assert client.post().status_code == 202


@pytest.mark.parametrize("body", [b'{"name":"a"}', b'{"nome":"a"}'], ids=["answered", "refused"])
def test_a_prediction_that_the_audit_log_could_not_take_gives_its_key_back(client: Client, body: bytes) -> None:
    client.log.down = True
    assert client.post("/v1/predict", body).status_code == 503
    client.log.down = False
    assert client.post("/v1/predict").status_code == 200


def test_a_request_that_broke_keeps_its_key_until_the_claim_is_over(client: Client) -> None:
    assert client.post(body=b'{"name":"broken"}').status_code == 500
    assert code(client.post(body=b'{"name":"broken"}')) == "request-in-progress"


def test_an_answer_with_a_secret_is_given_once_and_never_kept(client: Client) -> None:
    assert client.post("/v1/keys", None).json() == {"secret": "hush"}
    again = client.post("/v1/keys", None)
    assert (again.status_code, code(again), DONE) == (409, "answer-not-kept", ["key"])
    assert "201" in again.json()["detail"]
    assert "hush" not in repr(client.store)


@pytest.mark.parametrize("keys", [("a", "b"), ("",), ("with space",), ("x" * 256,), ('"half',), ("\\",)])
def test_a_key_that_is_none_is_refused_by_name(client: Client, keys: tuple[str, ...]) -> None:
    answer = client.post(keys=keys)
    assert (answer.status_code, code(answer), DONE) == (422, "invalid-header", [])
    assert answer.json()["errors"][0]["pointer"] == "/header/Idempotency-Key"


def test_who_is_nobody_has_no_keys(client: Client) -> None:
    client.post("/v1/auth/sign-in", None, event={})
    client.post("/v1/auth/sign-in", None, event={})
    assert DONE == ["in", "in"]


def test_where_the_store_does_not_answer_nothing_is_done(client: Client) -> None:
    client.store.down = True
    assert (client.post().status_code, DONE) == (503, [])
    assert client.post(keys=()).status_code == 202
