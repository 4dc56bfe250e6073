"""What the gateway is handed of an answer."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI, Response

from geoclimate.contracts.forms import COVERAGE_JSON, MEDIA_TYPES
from geoclimate.contracts.http import PROBLEM_JSON
from geoclimate.contracts.usage import ESTIMATE_JSON
from geoclimate.runtime.web.lambda_handler import lambda_handler


@pytest.fixture(autouse=True)
def loop() -> Iterator[None]:
    """The one that Mangum runs an app in."""
    made = asyncio.new_event_loop()
    asyncio.set_event_loop(made)
    yield
    asyncio.set_event_loop(None)
    made.close()


@pytest.mark.parametrize(
    ("media_type", "is_bytes"),
    [
        *((one, False) for one in (*MEDIA_TYPES.values(), COVERAGE_JSON, PROBLEM_JSON, ESTIMATE_JSON)),
        ("image/png", True),
    ],
)
def test_every_form_is_text_and_nothing_else_is(media_type: str, is_bytes: bool) -> None:
    app = FastAPI()

    @app.get("/")
    async def answer() -> Response:
        return Response("µ", media_type=media_type)

    event: dict[str, Any] = {
        "resource": "/",
        "path": "/",
        "httpMethod": "GET",
        "headers": {},
        "multiValueHeaders": {},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "requestContext": {"identity": {"sourceIp": "203.0.113.9"}},
        "body": None,
        "isBase64Encoded": False,
    }

    given = lambda_handler(app)(event, None)

    assert given["isBase64Encoded"] is is_bytes
    assert is_bytes or given["body"] == "µ"
