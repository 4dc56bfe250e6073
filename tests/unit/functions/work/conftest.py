"""The app of the work function with its stores in memory, called in process."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from functions.work import bootstrap, prediction_bootstrap
from functions.work.app import create_app
from geoclimate.contracts.http import Problem
from geoclimate.services.account_jobs import AccountJobs
from geoclimate.services.account_uploads import AccountUploads
from geoclimate.services.change_production import ProductionChanges
from geoclimate.services.predict_series import SeriesPredictor
from tests.api_events import signed_in
from tests.api_fakes import EMBASSY, StationsInMemory
from tests.engine_fakes import SPEC, EngineInMemory
from tests.executions_fake import WorkflowInMemory
from tests.jobs_fake import JobsInMemory
from tests.uploads_fake import AccountUploadsInMemory, FilesInMemory
from tests.web_calls import call, problem_of
from tests.workflow_fakes import NOW, ObjectsInMemory, RegistryInMemory

STATION = replace(EMBASSY, id="openaq-8118")
"""The one of the sample events."""


@dataclass
class Work:
    """The app, what it works with, and a way to ask it."""

    app: FastAPI
    loop: asyncio.AbstractEventLoop
    event: dict[str, Any] = field(default_factory=signed_in)
    registry: RegistryInMemory = field(default_factory=RegistryInMemory)
    artifacts: ObjectsInMemory = field(default_factory=ObjectsInMemory)
    deployment: WorkflowInMemory = field(default_factory=WorkflowInMemory)
    rollback: WorkflowInMemory = field(default_factory=WorkflowInMemory)
    engines: list[EngineInMemory] = field(default_factory=list)
    uploads: AccountUploadsInMemory = field(default_factory=AccountUploadsInMemory)
    files: FilesInMemory = field(default_factory=FilesInMemory)
    jobs: JobsInMemory = field(default_factory=JobsInMemory)
    stations: StationsInMemory = field(default_factory=lambda: StationsInMemory([STATION]))
    results: ObjectsInMemory = field(default_factory=ObjectsInMemory)
    jobs_workflow: WorkflowInMemory = field(default_factory=WorkflowInMemory)

    def request(self, method: str, path: str, **given: Any) -> httpx.Response:
        return self.loop.run_until_complete(call(self.app, self.event, method, path, **given))

    def problem(self, method: str, path: str, **given: Any) -> Problem:
        """The problem that a request is answered with; that it is a well-formed one is asserted here."""
        return problem_of(self.request(method, path, **given))


@pytest.fixture
def work() -> Iterator[Work]:
    app = create_app()
    app.state.watchers = ()
    loop = asyncio.new_event_loop()
    work = Work(app, loop)

    async def registry() -> object:
        return work.registry

    async def changes() -> object:
        return ProductionChanges("pm25", work.registry, work.deployment, work.rollback)

    async def artifacts() -> object:
        return work.artifacts

    async def predictor() -> object:
        return SeriesPredictor(SPEC, work.registry, work.engines)

    async def uploads() -> object:
        return AccountUploads(work.uploads, work.files, work.files, lambda: NOW)

    async def jobs() -> object:
        return AccountJobs(
            store=work.jobs,
            stations=work.stations,
            models=work.registry,
            target="pm25",
            files=work.results,
            forms=work.files,
            workflow=work.jobs_workflow,
            clock=lambda: NOW,
        )

    async def clock() -> object:
        return lambda: NOW

    app.dependency_overrides = {
        bootstrap.provide_clock: clock,
        bootstrap.provide_uploads: uploads,
        bootstrap.provide_jobs: jobs,
        prediction_bootstrap.provide_predictor: predictor,
        bootstrap.provide_registry: registry,
        bootstrap.provide_changes: changes,
        bootstrap.provide_artifacts: artifacts,
    }
    yield work
    loop.close()
