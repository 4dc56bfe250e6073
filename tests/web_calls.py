"""Calls of an app in process, as the gateway passes them on."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
from starlette.types import ASGIApp

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

    async def run() -> httpx.Response:
        transport = httpx.ASGITransport(behind_the_gateway(app, event))
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
            return await client.request(method, path, content=body, headers=headers)

    return asyncio.run(run())
