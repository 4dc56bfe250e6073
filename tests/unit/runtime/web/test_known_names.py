"""What a caller is told that a request takes, of each way in which a route says it."""

import asyncio
from typing import Annotated, Literal

import httpx
import pytest
from fastapi import Depends, FastAPI, Query, Request
from pydantic import BaseModel, Field

from geoclimate.runtime.web.known_names import body_members, query_parameters


class _Page(BaseModel):
    after: str = ""
    most: int = Field(10, alias="limit")


class _Walk(BaseModel):
    kind: Literal["walk"] = "walk"
    steps: int = 1


class _Drive(BaseModel):
    kind: Literal["drive"] = "drive"
    litres: float = 1.0


class _Trip(BaseModel):
    way: Annotated[_Walk | _Drive, Field(discriminator="kind")]
    stops: tuple[_Page, ...] = ()


def _zone(tz: str = "UTC") -> str:
    return tz


def _names(path: str, *location: str | int) -> list[str]:
    app = FastAPI()

    @app.get("/query")
    async def query(
        request: Request, page: Annotated[_Page, Query()], zone: Annotated[str, Depends(_zone)]
    ) -> list[str]:
        assert (page.after, zone) == ("", "UTC")
        return query_parameters(request)

    @app.post("/typed")
    async def typed(request: Request, body: _Trip) -> list[str]:
        assert body.way.kind == "walk"
        return body_members(request, location)

    documented = {"requestBody": {"content": {"application/json": {"schema": _Trip.model_json_schema()}}}}

    @app.post("/documented", openapi_extra=documented)
    @app.post("/bare")
    async def own(request: Request) -> list[str]:
        return body_members(request, location)

    async def send() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api") as client:
            return await client.request("GET" if path == "/query" else "POST", path, json={"way": {"kind": "walk"}})

    names: list[str] = asyncio.run(send()).json()
    return names


def test_names_the_query_parameters_of_a_shape_and_of_what_the_route_depends_on() -> None:
    assert _names("/query") == ["after", "limit", "tz"]


@pytest.mark.parametrize("path", ["/typed", "/documented"])
@pytest.mark.parametrize(
    ("location", "members"),
    [
        ((), ["way", "stops"]),
        (("way", "drive"), ["kind", "litres"]),
        (("stops", 3), ["after", "limit"]),
        (("nothing", "there"), []),
    ],
)
def test_names_the_members_of_an_object_in_a_body_that_is_read_or_documented(
    path: str, location: tuple[str | int, ...], members: list[str]
) -> None:
    assert _names(path, *location) == members


def test_names_nothing_where_a_route_takes_no_body() -> None:
    assert _names("/bare") == []
