"""The outermost layer of the API: request id, security headers, and what nobody foresaw."""

import uuid
from typing import Final

from aws_lambda_powertools import Logger
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geoclimate.contracts.http import REQUEST_ID_HEADER, SECURITY_HEADERS
from geoclimate.contracts.problems import INTERNAL_ERROR
from geoclimate.runtime.web.problem_response import problem_response

CONTENT_SECURITY_POLICY: Final = "Content-Security-Policy"
_WITHOUT_BODY: Final = frozenset({204, 304})
_NOTHING_TO_LOAD: Final = "default-src 'none'; frame-ancestors 'none'"


class Edge:
    """ASGI middleware that every request and answer passes.

    A request's id is the gateway's, so that the answer, our logs and the gateway's logs tell of the same request.
    An exception that no handler knows is logged once, with that id, and the answer hides it.
    """

    def __init__(self, app: ASGIApp, logger: Logger) -> None:
        self._app = app
        self._logger = logger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                if message["status"] in _WITHOUT_BODY:
                    del headers["content-type"]
                headers[REQUEST_ID_HEADER] = request_id
                headers.setdefault(CONTENT_SECURITY_POLICY, _NOTHING_TO_LOAD)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception:  # the edge: the one place where everything unforeseen ends
            self._logger.exception(
                "Unhandled exception",
                extra={"request_id": request_id, "method": scope["method"], "path": scope["path"]},
            )
            if begun:
                raise
            await problem_response(INTERNAL_ERROR, request_id, scope["path"])(scope, receive, send_with_headers)


def _request_id(scope: Scope) -> str:
    context = scope.get("aws.event", {}).get("requestContext", {})
    return str(context.get("requestId") or uuid.uuid4())
