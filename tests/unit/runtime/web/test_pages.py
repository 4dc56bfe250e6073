"""Pages of lists: whose cursors are read, and what they cost."""

import asyncio
from collections.abc import Callable
from urllib.parse import parse_qs

import httpx
import pytest
from fastapi import FastAPI, Request

from geoclimate.domain.errors import InvalidQuery
from geoclimate.runtime.web.pages import next_link, position_of, sign_cursors_with


class _Key:
    def __init__(self, key: bytes) -> None:
        self.key = key
        self.reads = 0

    def __call__(self) -> bytes:
        self.reads += 1
        return self.key


class _Client:
    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def get(self, path: str) -> httpx.Response:
        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self._app), base_url="http://api") as client:
                return await client.get(path)

        return asyncio.run(ask())


def _client(key: Callable[[], bytes]) -> _Client:
    app = FastAPI()
    sign_cursors_with(app, key)

    @app.get("/things/{kind}")
    async def things(request: Request, cursor: str | None = None, more: bool = False) -> dict[str, str | None]:
        try:
            begin = None if cursor is None else str(position_of(request, cursor, str)[0])
        except InvalidQuery:
            begin = "refused"
        return {"begin": begin, "next": next_link(request, "7") if more else None}

    return _Client(app)


def _next(answer: httpx.Response) -> str:
    return str(answer.json()["next"])


def test_the_next_page_begins_where_the_last_one_ended() -> None:
    client = _client(_Key(b"a"))

    link = _next(client.get("/things/new?more=true&limit=5"))

    assert parse_qs(link[1:]).keys() == {"more", "limit", "cursor"}
    assert client.get(f"/things/new{link}").json()["begin"] == "7"


@pytest.mark.parametrize("changed", ["&by=name", "&more=false"])
def test_a_cursor_belongs_to_its_query(changed: str) -> None:
    client = _client(_Key(b"a"))
    link = _next(client.get("/things/new?more=true"))

    assert client.get(f"/things/new{link}{changed}").json()["begin"] == "refused"


def test_a_cursor_belongs_to_its_path() -> None:
    client = _client(_Key(b"a"))
    link = _next(client.get("/things/new?more=true"))

    assert client.get(f"/things/old{link}").json()["begin"] == "refused"


def test_the_size_of_the_page_may_change() -> None:
    client = _client(_Key(b"a"))
    link = _next(client.get("/things/new?more=true"))

    assert client.get(f"/things/new{link}&limit=2").json()["begin"] == "7"


def test_a_cursor_of_another_deployment_is_refused() -> None:
    link = _next(_client(_Key(b"a")).get("/things/new?more=true"))

    assert _client(_Key(b"b")).get(f"/things/new{link}").json()["begin"] == "refused"


def test_a_list_that_ends_on_its_first_page_asks_for_no_key() -> None:
    key = _Key(b"a")

    _client(key).get("/things/new")

    assert key.reads == 0
