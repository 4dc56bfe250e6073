"""The app with its stores in memory, called in process."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from functions.api import bootstrap
from functions.api.app import create_app
from functions.api.settings import ApiSettings
from geoclimate.contracts.http import Problem
from geoclimate.runtime.web.pages import sign_cursors_with
from geoclimate.services.live_coverage import LiveCoverages
from tests.api_events import signed_in
from tests.api_fakes import NOW, ForecastsInMemory, ObservationsInMemory, StationsInMemory, forecast, hourly
from tests.verification_fakes import VerificationInMemory
from tests.web_calls import call, problem_of
from tests.workflow_fakes import RegistryInMemory

SETTINGS = ApiSettings(
    stage="test",
    allowed_origins=(),
    observations_table="observations",
    stations_table="stations",
    forecasts_table="forecasts",
    verification_table="verification",
    models_table="models",
    cursor_key_id="cursors",
    accounts_table="accounts",
    audit_table="audit",
    usage_table="usage",
    plans={},
)

CURSOR_KEY = b"cursors of the tests"


@dataclass
class Api:
    """The app, what it reads, and a way to ask it."""

    app: FastAPI
    loop: asyncio.AbstractEventLoop
    event: dict[str, Any] = field(default_factory=signed_in)
    headers: dict[str, str] = field(default_factory=dict)
    stations: Any = field(default_factory=StationsInMemory)
    observations: Any = field(default_factory=lambda: ObservationsInMemory(hourly(72)))
    forecasts: Any = field(default_factory=lambda: ForecastsInMemory([forecast()]))
    skills: Any = field(default_factory=VerificationInMemory)
    registry: Any = field(default_factory=RegistryInMemory)

    def request(self, method: str, path: str, **query: str | list[str]) -> httpx.Response:
        asked = call(self.app, self.event, method, path, params=query, headers=self.headers)
        return self.loop.run_until_complete(asked)

    def get(self, path: str, **query: str | list[str]) -> httpx.Response:
        return self.request("GET", path, **query)

    def problem(self, path: str, **query: str | list[str]) -> Problem:
        """The problem that a GET answers with; that it is a well-formed one is asserted here."""
        return problem_of(self.get(path, **query))


@pytest.fixture
def api() -> Iterator[Api]:
    app = create_app()
    # Watchers have tests of their own, and stores of their own.
    app.state.watchers = ()
    sign_cursors_with(app, lambda: CURSOR_KEY)
    loop = asyncio.new_event_loop()
    api = Api(app, loop)

    async def settings() -> ApiSettings:
        return SETTINGS

    async def stations() -> object:
        return api.stations

    async def observations() -> object:
        return api.observations

    async def forecasts() -> object:
        return api.forecasts

    async def skills() -> object:
        return api.skills

    async def coverages() -> object:
        return LiveCoverages(api.skills, lambda: NOW)

    async def registry() -> object:
        return api.registry

    async def clock() -> object:
        return lambda: NOW

    app.dependency_overrides = {
        bootstrap.provide_settings: settings,
        bootstrap.provide_stations: stations,
        bootstrap.provide_observations: observations,
        bootstrap.provide_forecasts: forecasts,
        bootstrap.provide_skills: skills,
        bootstrap.provide_coverages: coverages,
        bootstrap.provide_registry: registry,
        bootstrap.provide_clock: clock,
    }
    yield api
    loop.close()
