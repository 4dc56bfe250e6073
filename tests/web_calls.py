"""Calls of an app in process, as the gateway passes them on."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
from starlette.types import ASGIApp

from geoclimate.contracts.http import PROBLEM_JSON, Problem
from tests.api_events import behind_the_gateway


def ask(
    app: ASGIApp,
    event: dict[str, Any],
    method: str,
    path: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | list[tuple[str, str]] | None = None,
) -> httpx.Response:
    """One request of which the gateway says what stands in `event`."""
    return asyncio.run(call(app, event, method, path, content=body, headers=headers))


async def call(app: ASGIApp, event: dict[str, Any], method: str, path: str, **given: Any) -> httpx.Response:
    """The same within a loop of the caller's; `given` is what httpx takes."""
    transport = httpx.ASGITransport(behind_the_gateway(app, event))
    async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
        return await client.request(method, path, **given)


def problem_of(answer: httpx.Response) -> Problem:
    """The problem that an answer is; that it is a well-formed one is asserted here."""
    assert answer.headers["content-type"] == PROBLEM_JSON, answer.text
    problem = Problem.model_validate(answer.json(), extra="forbid")
    assert problem.status == answer.status_code
    assert problem.request_id == answer.headers["x-request-id"]
    return problem
