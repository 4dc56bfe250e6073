"""The work function as the gateway calls it, and what its routes have in common."""

import asyncio
import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from functions.work.app import ROUTERS
from geoclimate.runtime.web.guarded_route import GuardedRoute
from geoclimate.runtime.web.lambda_handler import lambda_handler
from tests.load_event import load_event
from tests.unit.functions.work.conftest import Work

ROOT = Path(__file__).resolve().parents[4]


def test_answers_what_the_gateway_sends(work: Work) -> None:
    asyncio.set_event_loop(work.loop)
    answer = lambda_handler(work.app)(load_event("apigateway/post_job"), None)
    asyncio.set_event_loop(None)
    assert answer["statusCode"] == 202, answer["body"]
    created = json.loads(answer["body"])
    assert answer["headers"]["location"] == f"jobs/{created['id']}"
    assert work.jobs_workflow.started


@pytest.mark.parametrize(
    ("path", "served"),
    [
        ("/v1/jobs", "GET, POST"),
        ("/v1/jobs/20260101-000000-0123456789ab", "DELETE, GET"),
        ("/v1/models", "GET"),
        ("/v1/predict", "POST"),
        ("/v1/predict/batch", "POST"),
    ],
)
def test_a_wrong_method_is_told_every_method_of_the_path(work: Work, path: str, served: str) -> None:
    answer = work.request("PUT", path)
    assert (answer.status_code, answer.headers["allow"]) == (405, served)


@pytest.mark.parametrize("module", [one.module for one in ROUTERS])
def test_every_route_says_what_permission_it_needs(module: str) -> None:
    routes = importlib.import_module(module).router.routes
    assert routes
    for route in routes:
        assert isinstance(route, GuardedRoute), route
        assert route.permission is not None, route.path


@pytest.mark.parametrize("path", ["models", "uploads", "jobs"])
def test_only_predictions_import_numpy(path: str) -> None:
    code = f"import sys; sys.modules['numpy'] = None; import functions.work.handler, functions.work.routers.{path}"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
