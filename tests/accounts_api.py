"""The accounts app called in process, with its stores in memory."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI

from functions.accounts import identity, privacy
from functions.accounts.app import ROUTERS
from functions.accounts.bootstrap import accounts_logger
from geoclimate.runtime.web.app import web_app
from geoclimate.runtime.web.erased_accounts import ErasedAccounts
from geoclimate.services.request_privacy import PrivacyDesk
from tests.api_events import signed_in
from tests.executions_fake import WorkflowInMemory
from tests.identity_fakes import UserPoolInMemory
from tests.key_fakes import ClockByHand
from tests.privacy_fakes import FilesInMemory, ReceiptsInMemory
from tests.web_calls import call


@dataclass
class AccountsApi:
    """The app, what stands behind it, and a way to ask it."""

    loop: asyncio.AbstractEventLoop
    event: dict[str, Any] = field(default_factory=signed_in)
    pool: UserPoolInMemory = field(default_factory=UserPoolInMemory)
    receipts: ReceiptsInMemory = field(default_factory=ReceiptsInMemory)
    files: FilesInMemory = field(default_factory=FilesInMemory)
    exporting: WorkflowInMemory = field(default_factory=WorkflowInMemory)
    erasing: WorkflowInMemory = field(default_factory=WorkflowInMemory)
    clock: ClockByHand = field(default_factory=ClockByHand)
    app: FastAPI = field(init=False)

    def __post_init__(self) -> None:
        self.app = web_app(ROUTERS, accounts_logger(), watchers=(ErasedAccounts(lambda: self.receipts),))
        desk = PrivacyDesk(self.receipts, self.exporting, self.erasing, self.files, self.clock)
        provided: dict[Callable[..., Any], object] = {
            identity.provide_sign_ups: self.pool,
            identity.provide_sign_ins: self.pool,
            identity.provide_second_factors: self.pool,
            identity.provide_directory: self.pool,
            privacy.provide_privacy_desk: desk,
        }
        self.app.dependency_overrides = {provide: _giving(given) for provide, given in provided.items()}

    def request(self, method: str, path: str, body: object = None, **query: str) -> httpx.Response:
        return self.loop.run_until_complete(call(self.app, self.event, method, path, params=query, json=body))

    def get(self, path: str, **query: str) -> httpx.Response:
        return self.request("GET", path, **query)

    def post(self, path: str, **body: object) -> httpx.Response:
        return self.request("POST", path, body)


class Logged(logging.Handler):
    """Every line that is logged, as text."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.getMessage()} {vars(record)}")
        if record.exc_info:
            self.lines.append(logging.Formatter().formatException(record.exc_info))


def _giving(given: object) -> Callable[[], object]:
    async def provide() -> object:
        return given

    return provide
