"""Routers of keys, plans and usage as an app, called in process."""

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import httpx
from aws_lambda_powertools import Logger
from fastapi import APIRouter

from functions.accounts import bootstrap, identity
from geoclimate.contracts.http import Problem
from geoclimate.runtime.web.app import web_app
from geoclimate.runtime.web.calls import Watcher
from geoclimate.services.read_usage import UsageBook
from tests.api_events import ACCOUNT, signed_in
from tests.identity_fakes import UserPoolInMemory
from tests.key_fakes import PLANS, DeskInMemory, UsageInMemory
from tests.web_calls import call, problem_of


class Settings:
    """What the routers read of the function's environment."""

    plans = PLANS


class KeyApp:
    """An app whose stores are in memory; `event` is who calls."""

    def __init__(self, routers: Sequence[APIRouter], watchers: Sequence[Watcher] = ()) -> None:
        self.world = DeskInMemory()
        self.usage = UsageInMemory()
        self.pool = UserPoolInMemory()
        self.pool.add("ada@example.org", account=ACCOUNT)
        self.event = signed_in(key_id=None)
        self._app = web_app(routers, Logger(service="test"), watchers)
        self._loop = asyncio.new_event_loop()
        for provide, given in (
            (bootstrap.provide_key_desk, lambda: self.world.desk),
            (bootstrap.provide_usage_book, self._book),
            (bootstrap.provide_settings, Settings),
            (identity.provide_directory, lambda: self.pool),
        ):
            self._app.dependency_overrides[provide] = given

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.close()

    def request(self, method: str, path: str, **given: Any) -> httpx.Response:
        return self._loop.run_until_complete(call(self._app, self.event, method, path, **given))

    def problem(self, method: str, path: str, **given: Any) -> Problem:
        """The problem that a request is answered with; that it is a well-formed one is asserted here."""
        return problem_of(self.request(method, path, **given))

    def _book(self) -> UsageBook:
        return UsageBook(self.usage, self.world.store, PLANS, self.world.clock)
