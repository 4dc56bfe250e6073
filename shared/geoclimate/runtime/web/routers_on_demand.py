"""Routers that are imported when the first request for their paths comes.

Building all routes takes most of a cold start, and a process answers requests for few of them in its first second. So
an app is told where each router's paths begin, and imports a router's module, with the shapes and services that it
needs, at the first request that could be its.
"""

import importlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

_PART: Final = re.compile(r"\\\{[^/]*\\\}")


@dataclass(frozen=True, slots=True)
class RouterAt:
    """Where a router is found.

    Attributes:
        path: What all paths of the router begin with, as routes write it: `/v1/stations/{station}/forecast`.
        module: The module that has it as `router`, by its dotted name.
    """

    path: str
    module: str


class RoutersOnDemand:
    """The routers of an app, included one by one.

    A path belongs to the routers whose beginning of it is the longest: those of `/v1/stations/{station}/forecast` are
    asked for `/v1/stations/a/forecast`, and those of `/v1/stations` are not.
    """

    def __init__(self, include: Callable[[APIRouter], None], routers: Sequence[RouterAt]) -> None:
        self._include_router = include
        self._waiting: dict[str, list[str]] = {}
        for one in routers:
            self._waiting.setdefault(one.path, []).append(one.module)
        longest_first = sorted(self._waiting, key=lambda path: path.count("/"), reverse=True)
        self._patterns = [(re.compile(_pattern(path)), path) for path in longest_first]
        self._included: set[str] = set()

    def include_for(self, path: str) -> None:
        """Include the routers that a path belongs to, where they are not yet."""
        if not self._waiting:
            return
        for pattern, beginning in self._patterns:
            if pattern.match(path):
                self._include(beginning)
                return

    def include_all(self) -> None:
        """Include every router: for a snapshot, for the OpenAPI document, and for tests that look at all routes."""
        for beginning in list(self._waiting):
            self._include(beginning)

    def _include(self, beginning: str) -> None:
        for module in self._waiting.pop(beginning, ()):
            # A router whose paths begin in two ways stands there twice.
            if module not in self._included:
                self._include_router(importlib.import_module(module).router)
                self._included.add(module)


class IncludeOnDemand:
    """ASGI middleware that includes the routers of a request's path before the app looks for its route."""

    def __init__(self, app: ASGIApp, routers: RoutersOnDemand) -> None:
        self._app = app
        self._routers = routers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            self._routers.include_for(scope["path"])
        await self._app(scope, receive, send)


def include_all_routers(app: FastAPI) -> None:
    """Include every router that an app of `web_app` has not included yet."""
    routers: Any = app.state.routers
    routers.include_all()


def _pattern(path: str) -> str:
    return _PART.sub("[^/]+", re.escape(path)) + r"(?:/|\Z)"
