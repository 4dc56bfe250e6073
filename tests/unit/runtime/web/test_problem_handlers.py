"""What a caller is told of a request that cannot be used: whole sentences that say what to do."""

import asyncio
from typing import Annotated, Any, Literal

import httpx
import pytest
from aws_lambda_powertools import Logger
from fastapi import FastAPI, Query, Request

from geoclimate.contracts.auth import Email
from geoclimate.contracts.jobs import JobBody
from geoclimate.contracts.roles import RolesRequest
from geoclimate.domain.errors import InvalidQuery
from geoclimate.runtime.web.problem_handlers import install_problem_handlers


def _ask(path: str, body: object = None) -> dict[str, Any]:
    app = FastAPI()

    @app.middleware("http")
    async def name_the_request(request: Request, call_next):  # type: ignore[no-untyped-def]  # starlette's own shape
        request.state.request_id = "r-1"
        return await call_next(request)

    @app.get("/typed")
    async def typed(
        limit: Annotated[int, Query(ge=1)] = 1,
        output: Literal["csv", "json"] = "csv",
        name: Annotated[str, Query(max_length=3)] = "",
        email: Annotated[Email, Query()] = "ada@example.org",
        month: Annotated[str, Query(pattern=r"^\d{4}-\d\d$")] = "2014-01",
    ) -> None:
        """Takes one parameter of each kind."""

    @app.post("/jobs")
    async def jobs(body: JobBody) -> None:
        """Takes a job of one of two kinds."""

    @app.post("/roles")
    async def roles(body: RolesRequest) -> None:
        """Takes a list."""

    @app.get("/refused")
    async def refused(message: str) -> None:
        raise InvalidQuery("near", message)

    install_problem_handlers(app, Logger(service="test"))

    async def send() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api") as client:
            return await client.request("GET" if body is None else "POST", path, json=body)

    answer: dict[str, Any] = asyncio.run(send()).json()
    return answer


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("limit=0", "'limit' must be greater than or equal to 1."),
        ("limit=x", "'limit' must be a valid integer, unable to parse string as an integer."),
        ("output=xml", "'output' must be 'csv' or 'json'."),
        ("name=abcd", "'name' must have at most 3 characters."),
        ("month=Jan", r"'month' must match the pattern ^\d{4}-\d\d$."),
        ("email=ada", "'email' must be an address such as ada@example.org."),
    ],
)
def test_says_what_a_parameter_must_be(query: str, told: str) -> None:
    assert _ask(f"/typed?{query}")["detail"] == told


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("is not 2 numbers", "'near' is not 2 numbers."),
        ("did you mean 39.9,116.4?", "'near' did you mean 39.9,116.4?"),
        ("is wrong.", "'near' is wrong."),
    ],
)
def test_ends_a_sentence_once(message: str, told: str) -> None:
    assert _ask(f"/refused?message={message}")["detail"] == told


_EXPORT = {
    "kind": "export",
    "what": "observations",
    "stations": ["openaq-1"],
    "parameters": ["pm25"],
    "from": "2014-01-01T00:00:00Z",
    "to": "2015-01-01T00:00:00Z",
}


@pytest.mark.parametrize(
    ("change", "pointer", "told"),
    [
        ({"what": "dreams"}, "/body/job/what", "'/job/what' must be 'observations' or 'forecasts'."),
        ({"what": None}, "/body/job/what", "'/job/what' must be 'observations' or 'forecasts'."),
        (
            {"more": 1},
            "/body/job/more",
            "'/job/more' is not a member of this object; it takes kind, what, stations, parameters, from, to, output.",
        ),
        ({"stations": ["openaq-1", "#"]}, "/body/job/stations/1", "'/job/stations/1' must match the pattern "),
        ({"parameters": []}, "/body/job/parameters", "'/job/parameters' must have at least 1 item, not 0."),
        ({"to": "2013-01-01T00:00:00Z"}, "/body/job", "'job' 'to' must come after 'from'."),
        ({"kind": "wish"}, "/body/job", "'job' must have as 'kind' one of 'predict', 'export'."),
    ],
)
def test_points_to_the_member_of_the_body_that_is_wrong(change: dict[str, object], pointer: str, told: str) -> None:
    answer = _ask("/jobs", {"job": _EXPORT | change})

    assert [cause["pointer"] for cause in answer["errors"]] == [pointer]
    assert answer["detail"].startswith(told)


def test_points_to_a_member_that_is_not_there() -> None:
    answer = _ask("/jobs", {"job": {name: value for name, value in _EXPORT.items() if name != "what"}})

    assert [cause["pointer"] for cause in answer["errors"]] == ["/body/job/what"]
    assert answer["detail"] == "'/job/what' is required."
    assert _ask("/jobs", {"job": {}})["detail"] == "'job' must have a member 'kind'."


@pytest.mark.parametrize(("body", "name"), [({"job": 5}, "job"), ([], "body"), ("x", "body")])
def test_says_that_an_object_is_wanted(body: object, name: str) -> None:
    assert _ask("/jobs", body)["detail"] == f"'{name}' must be a JSON object."


def test_names_the_place_in_a_list() -> None:
    assert _ask("/roles", {"roles": ["consumer", "wizard"]})["detail"].startswith("'/roles/1' must be 'consumer', ")


def test_names_a_list_as_json_does() -> None:
    assert _ask("/roles", {"roles": "admin"})["detail"] == "'roles' must be a valid list."
