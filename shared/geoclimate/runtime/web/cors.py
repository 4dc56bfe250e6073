"""Which web pages of other origins may use the API (CORS, fetch.spec.whatwg.org)."""

from collections.abc import Callable, Sequence

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geoclimate.contracts.cross_origin import ANY_ORIGIN, EXPOSED_HEADERS, PREFLIGHT_HEADERS
from geoclimate.contracts.http import SECURITY_HEADERS

Origins = Callable[[], Sequence[str]]
"""The origins that the stage allows; asked for at the first request that has one."""


def allow_origins(app: FastAPI, origins: Origins) -> None:
    """Let pages of these origins use an app; without it only pages of the API's own origin do."""
    app.add_middleware(CrossOrigin, origins=origins)


class CrossOrigin:
    """ASGI middleware that answers preflights, and tells a browser whether a page may read an answer.

    No cookie is ever used, and no page can send a token that it does not have. So this keeps pages from reading
    answers; it is no door, and what it does not allow is answered all the same.
    """

    def __init__(self, app: ASGIApp, origins: Origins) -> None:
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        headers = Headers(scope=scope) if scope["type"] == "http" else {}
        origin = headers.get("origin")
        if origin is None:
            await self._app(scope, receive, send)
            return
        told = self._told(origin)
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            allowed = PREFLIGHT_HEADERS if "Access-Control-Allow-Origin" in told else {}
            await Response(status_code=204, headers={**SECURITY_HEADERS, **told, **allowed})(scope, receive, send)
            return

        async def send_with_origin(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                for name, value in told.items():
                    answer.append(name, value)
            await send(message)

        await self._app(scope, receive, send_with_origin)

    def _told(self, origin: str) -> dict[str, str]:
        allowed = self._origins()
        if ANY_ORIGIN in allowed:
            return {"Access-Control-Allow-Origin": ANY_ORIGIN, "Access-Control-Expose-Headers": EXPOSED_HEADERS}
        # The answer differs by origin, which caches must know.
        vary = {"Vary": "Origin"}
        if origin not in allowed:
            return vary
        return vary | {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": EXPOSED_HEADERS}
