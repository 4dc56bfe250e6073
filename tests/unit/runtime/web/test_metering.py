"""Calls that count: what they cost, what is left, and an estimate that does nothing."""

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from aws_lambda_powertools import Logger
from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from geoclimate.contracts.usage import ESTIMATE_JSON
from geoclimate.domain import costs
from geoclimate.domain.errors import UnknownStation
from geoclimate.runtime.web.costing import sized
from geoclimate.runtime.web.guarded_route import GuardedRoute, requires
from geoclimate.runtime.web.metering import Metering
from geoclimate.services.meter_calls import CallMeter
from tests.api_events import ACCOUNT, KEY_ID, OTHER_ACCOUNT, signed_in
from tests.key_app import KeyApp
from tests.key_fakes import PLANS, START, ClockByHand, KeysInMemory, UsageInMemory, key_of

SERIES = costs.Cost(base=2, unit="series", included=10, step=10)


class SeriesRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    series: int = 1


def routes(done: list[int]) -> APIRouter:
    router = APIRouter(route_class=GuardedRoute)

    @router.get("/v1/things")
    @requires("stations:read")
    @sized(lambda query: query.series)
    async def list_things(query: Annotated[SeriesRequest, Query()]) -> dict[str, int]:
        done.append(query.series)
        return {"series": query.series}

    @router.get("/v1/things/lost")
    @requires("stations:read")
    async def get_lost() -> None:
        raise UnknownStation("lost")

    @router.get("/v1/me/things")
    @requires("account:manage")
    async def list_my_things(query: Annotated[SeriesRequest, Query()]) -> dict[str, int]:
        return {"series": query.series}

    return router


class World:
    """An app that counts, and everything around it."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.keys = KeysInMemory({KEY_ID: key_of(key_id=KEY_ID)})
        self.usage = UsageInMemory()
        self.clock = ClockByHand()
        meter = CallMeter(self.keys, self.usage, PLANS, self.clock)
        self.app = KeyApp([routes(self.done)], [Metering(lambda: meter, Logger(service="test"))])
        self.app.event = signed_in()

    def get(self, path: str = "/v1/things", **query: Any) -> Any:
        return self.app.request("GET", path, params=query)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr("geoclimate.runtime.web.costing.COSTS", {"list_things": SERIES})
    monkeypatch.setattr("geoclimate.domain.costs.COSTS", {"list_things": SERIES})
    world = World()
    with world.app:
        yield world


def test_an_answer_says_what_it_cost_and_what_is_left(world: World) -> None:
    headers = world.get(series=25).headers
    assert headers["X-Cost"] == "4"
    assert headers["RateLimit-Policy"] == '"day";q=1000;w=86400, "minute";q=60;w=60'
    assert headers["RateLimit"] == '"day";r=996;t=43200'
    assert headers["X-RateLimit-Limit"] == "1000"
    assert headers["X-RateLimit-Remaining"] == "996"
    assert headers["X-RateLimit-Reset"] == str(int(dt.datetime(2026, 3, 11, tzinfo=dt.UTC).timestamp()))
    assert world.usage.calls == [(ACCOUNT, START.date(), "list_things", 4)]


def test_an_estimate_says_the_cost_and_does_and_counts_nothing(world: World) -> None:
    answer = world.get(series=25, estimate="true")
    assert answer.headers["content-type"] == ESTIMATE_JSON
    assert answer.json() == {"operation": "list_things", "cost": 4, "size": 25, "unit": "series"}
    assert (world.done, world.usage.calls) == ([], [])
    assert "X-Cost" not in answer.headers


def test_an_estimate_is_refused_where_the_call_would_be(world: World) -> None:
    assert world.get(series="many", estimate="true").status_code == 422
    world.app.event = signed_in(roles=[])
    assert world.get(estimate="true").status_code == 403


def test_no_estimate_is_an_ordinary_call(world: World) -> None:
    assert world.get(series=3, estimate="false").json() == {"series": 3}
    assert world.done == [3]


@pytest.mark.parametrize("query", ["estimate=maybe", "estimate=true&estimate=true"])
def test_a_bad_estimate_is_refused_by_its_name(world: World, query: str) -> None:
    problem = world.app.problem("GET", f"/v1/things?{query}")
    assert problem.errors is not None
    assert (problem.status, problem.errors[0].name) == (422, "estimate")


def test_what_is_refused_costs_nothing(world: World) -> None:
    assert world.get(series="many").status_code == 422
    assert world.get("/v1/things/lost").status_code == 404
    assert world.usage.calls == []


def test_what_needs_no_key_neither_counts_nor_knows_estimates(world: World) -> None:
    world.app.event = signed_in(key_id=None)
    assert "X-Cost" not in world.get("/v1/me/things").headers
    assert world.get("/v1/me/things", estimate="true").status_code == 422
    assert world.usage.calls == []


def test_another_accounts_key_is_refused(world: World) -> None:
    world.app.event = signed_in(account=OTHER_ACCOUNT)
    problem = world.app.problem("GET", "/v1/things")
    assert (problem.status, problem.type) == (403, "urn:geoclimate:problem:foreign-api-key")
    assert world.done == []


def test_an_expired_key_is_refused(world: World) -> None:
    world.keys.kept[KEY_ID] = key_of(key_id=KEY_ID, expires_at=START)
    assert world.app.problem("GET", "/v1/things").type == "urn:geoclimate:problem:expired-api-key"


def test_a_used_up_quota_says_when_it_is_full_again(world: World) -> None:
    world.usage.add(ACCOUNT, START.date(), "earlier", 1_000)
    assert world.get().status_code == 200
    refused = world.get()
    assert (refused.status_code, refused.json()["type"]) == (429, "urn:geoclimate:problem:quota-exceeded")
    assert refused.headers["Retry-After"] == "43200"
    assert refused.headers["RateLimit"] == '"day";r=0;t=43200'


def test_a_call_is_answered_though_it_cannot_be_counted(world: World) -> None:
    world.usage.broken = True
    answer = world.get(series=3)
    assert (answer.status_code, answer.headers["X-Cost"]) == (200, "2")
    assert "RateLimit" not in answer.headers


def test_a_call_is_answered_though_its_key_cannot_be_looked_up(world: World) -> None:
    world.keys.broken = True
    assert world.get().status_code == 200


def test_a_key_of_nobody_counts_for_the_caller_and_has_no_plan_to_tell_of(world: World) -> None:
    world.app.event = signed_in(key_id="planfirst1")
    answer = world.get()
    assert ("X-Cost" in answer.headers, "RateLimit" in answer.headers) == (True, False)
    assert world.usage.calls == [(ACCOUNT, START.date(), "list_things", 2)]


def test_a_route_that_is_no_coroutine_is_refused_when_it_is_made() -> None:
    router = APIRouter(route_class=GuardedRoute)

    @requires("stations:read")
    def blocking() -> None:
        """Would run in a thread."""

    with pytest.raises(TypeError, match="no coroutine"):
        router.get("/v1/things")(blocking)
