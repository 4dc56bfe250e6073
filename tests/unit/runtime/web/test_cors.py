"""Pages of other origins."""

import httpx
import pytest
from aws_lambda_powertools import Logger
from fastapi import APIRouter

from geoclimate.runtime.web.app import web_app
from geoclimate.runtime.web.cors import allow_origins
from geoclimate.runtime.web.guarded_route import GuardedRoute, requires
from tests.api_events import signed_in
from tests.web_calls import ask

PAGE = "https://air.example.org"


def call(
    origins: tuple[str, ...], origin: str | None, method: str = "GET", path: str = "/v1/models", **headers: str
) -> httpx.Response:
    routes = APIRouter(route_class=GuardedRoute)

    @routes.get("/v1/models")
    @requires("models:read")
    async def read() -> str:
        return "read"

    app = web_app([routes], Logger(service="test"))
    allow_origins(app, lambda: origins)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return ask(app, signed_in(), method, path, headers=given | ({} if origin is None else {"Origin": origin}))


def test_a_page_that_is_let_in_may_read_the_answer_and_its_headers() -> None:
    answer = call((PAGE, "https://other.example.org"), PAGE)
    assert answer.json() == "read"
    assert answer.headers["access-control-allow-origin"] == PAGE
    readable = set(answer.headers["access-control-expose-headers"].split(", "))
    assert {"X-Request-Id", "X-Cost", "RateLimit", "Location", "ETag"} <= readable
    assert answer.headers["vary"] == "Origin"
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin", ["https://evil.example.org", "http://air.example.org", "https://air.example.org.evil.org", "null", ""]
)
def test_another_page_may_not_read_it(origin: str) -> None:
    answer = call((PAGE,), origin)
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["vary"] == "Origin"


def test_any_page_may_where_the_stage_says_so() -> None:
    answer = call(("*",), "https://anything.example.org")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "vary" not in answer.headers


def test_errors_can_be_read_too() -> None:
    answer = call((PAGE,), PAGE, path="/v1/nowhere")
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (404, PAGE)


def test_a_browser_that_asks_first_is_told_what_may_be_sent() -> None:
    answer = call((PAGE,), PAGE, "OPTIONS", Access_Control_Request_Method="POST")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == PAGE
    for name in ("Authorization", "X-Api-Key", "Idempotency-Key", "Content-Type"):
        assert name in answer.headers["access-control-allow-headers"]
    assert "DELETE" in answer.headers["access-control-allow-methods"]
    assert answer.headers["access-control-max-age"] == "7200"


def test_a_browser_that_asks_for_another_page_is_told_nothing() -> None:
    answer = call((PAGE,), "https://evil.example.org", "OPTIONS", Access_Control_Request_Method="POST")
    assert answer.status_code == 204
    assert not any(name.startswith("access-control") for name in answer.headers)


def test_who_is_no_page_is_told_nothing_of_it() -> None:
    assert not any(name.startswith("access-control") for name in call((PAGE,), None).headers)


def test_options_that_is_no_question_of_a_browser_is_answered_as_any_method() -> None:
    assert call((PAGE,), PAGE, "OPTIONS").status_code == 405
