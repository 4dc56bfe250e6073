"""Who is let in, and what the watchers hear of it."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from aws_lambda_powertools import Logger
from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from geoclimate.domain.errors import Conflict, GeoClimateError, Unavailable
from geoclimate.runtime.web.app import web_app
from geoclimate.runtime.web.calls import Call
from geoclimate.runtime.web.guarded_route import GuardedRoute, open_to_all, requires
from tests import web_calls
from tests.api_events import ACCOUNT, signed_in


class Recorder:
    def __init__(self, instead: Response | None = None, *, down: bool = False) -> None:
        self.heard: list[tuple[str, str, str | None]] = []
        self.instead = instead
        self.down = down

    async def admitted(self, call: Call) -> Response | None:
        self._hear("admitted", call)
        return self.instead

    async def answered(self, call: Call, response: Response) -> None:
        response.headers["x-watched"] = "yes"
        self._hear(f"answered {response.status_code}", call)

    async def refused(self, call: Call, error: GeoClimateError) -> None:
        self._hear(f"refused {error.code}", call)

    def _hear(self, what: str, call: Call) -> None:
        self.heard.append((what, call.operation, None if call.caller is None else call.caller.account))
        if self.down and not what.startswith("admitted"):
            raise Unavailable("it cannot write down what it heard")


def router() -> APIRouter:
    routes = APIRouter(route_class=GuardedRoute)

    @routes.get("/v1/models")
    @requires("models:read")
    async def read(limit: int = 3) -> dict[str, int]:
        return {"limit": limit}

    @routes.post("/v1/models")
    @requires("models:decide")
    async def decide() -> None:
        raise Conflict("somebody was faster")

    @routes.post("/v1/auth/sign-in")
    @open_to_all
    async def enter() -> str:
        return "in"

    return routes


def ask(method: str, path: str, event: dict[str, Any], *watchers: Recorder) -> httpx.Response:
    return web_calls.ask(web_app([router()], Logger(service="test"), watchers), event, method, path)


def test_a_caller_with_the_permission_is_let_in_and_every_watcher_hears_of_it() -> None:
    first, second = Recorder(), Recorder()
    answer = ask("GET", "/v1/models", signed_in(), first, second)
    assert (answer.status_code, answer.json(), answer.headers["x-watched"]) == (200, {"limit": 3}, "yes")
    assert first.heard == second.heard == [("admitted", "read", ACCOUNT), ("answered 200", "read", ACCOUNT)]


def test_a_caller_without_the_permission_is_told_which_is_missing() -> None:
    watcher = Recorder()
    answer = ask("POST", "/v1/models", signed_in(["analyst"]), watcher)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:geoclimate:problem:forbidden")
    assert "models:decide" in answer.json()["detail"]
    assert watcher.heard == [("refused forbidden", "decide", ACCOUNT)]


def test_what_fails_is_heard_of_by_its_code() -> None:
    watcher = Recorder()
    assert ask("POST", "/v1/models", signed_in(["operator"]), watcher).status_code == 409
    assert watcher.heard == [("admitted", "decide", ACCOUNT), ("refused conflict", "decide", ACCOUNT)]


@pytest.mark.parametrize("path", ["/v1/models?limit=many", "/v1/models?limit=1&limit=2"])
def test_input_that_cannot_be_used_is_heard_of(path: str) -> None:
    watcher = Recorder()
    assert ask("GET", path, signed_in(), watcher).status_code == 422
    assert [what for what, _, _ in watcher.heard][-1] == "refused invalid-query"


def test_an_answer_that_a_watcher_withholds_is_a_refusal_to_those_who_come_after() -> None:
    before, after = Recorder(), Recorder()
    assert ask("GET", "/v1/models", signed_in(), before, Recorder(down=True), after).status_code == 503
    assert [what for what, _, _ in before.heard] == ["admitted", "answered 200"]
    assert [what for what, _, _ in after.heard] == ["admitted", "refused unavailable"]


def test_a_refusal_that_one_watcher_cannot_take_is_told_to_the_others_all_the_same() -> None:
    after = Recorder()
    assert ask("POST", "/v1/models", signed_in(["operator"]), Recorder(down=True), after).status_code == 503
    assert [what for what, _, _ in after.heard] == ["admitted", "refused conflict"]


def test_nobody_is_401() -> None:
    assert ask("GET", "/v1/models", {}).status_code == 401


def test_an_open_route_asks_for_nobody() -> None:
    watcher = Recorder()
    assert ask("POST", "/v1/auth/sign-in", {}, watcher).status_code == 200
    assert watcher.heard == [("admitted", "enter", None), ("answered 200", "enter", None)]


def test_a_watcher_may_answer_instead_of_the_route() -> None:
    answer = ask("POST", "/v1/models", signed_in(["operator"]), Recorder(JSONResponse({"cost": 3})))
    assert answer.json() == {"cost": 3}


def test_a_route_that_says_nothing_of_permissions_is_not_made() -> None:
    async def bare() -> None: ...

    add: Callable[..., Any] = APIRouter(route_class=GuardedRoute).add_api_route
    with pytest.raises(TypeError, match="bare says neither"):
        add("/v1/bare", bare)
