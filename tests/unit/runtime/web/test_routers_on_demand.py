"""Routers come when they are asked for, and nobody sees that from outside."""

import importlib
import subprocess
import sys

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

from functions.api.app import ROUTERS
from geoclimate.runtime.web.routers_on_demand import RouterAt, RoutersOnDemand


def _router(module: str) -> APIRouter:
    router = importlib.import_module(module).router
    assert isinstance(router, APIRouter)
    return router


def _included_for(*paths: str) -> list[APIRouter]:
    included: list[APIRouter] = []
    routers = RoutersOnDemand(included.append, ROUTERS)
    for path in paths:
        routers.include_for(path)
    return included


_ROUTES = sorted(
    {(route.path, one.module) for one in ROUTERS for route in _router(one.module).routes if isinstance(route, APIRoute)}
)


@pytest.mark.parametrize(("path", "module"), _ROUTES)
def test_every_path_brings_the_router_that_serves_it(path: str, module: str) -> None:
    assert _router(module) in _included_for(path)


def test_a_path_brings_no_router_but_its_own() -> None:
    assert _included_for("/v1/stations/openaq-8118/forecast") == [_router("functions.api.routers.forecasts")]


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/stationsandmore", "/healthy", "/openapi-json", "/nowhere"])
def test_a_path_of_no_router_brings_none(path: str) -> None:
    assert _included_for(path) == []


def test_a_router_comes_once_however_often_and_under_whichever_of_its_paths_it_is_asked_for() -> None:
    assert _included_for("/docs", "/openapi.json", "/docs", "/docs/docs.js") == [_router("functions.api.routers.docs")]


def test_all_come_once_and_in_the_order_in_which_they_were_named() -> None:
    included: list[APIRouter] = []

    RoutersOnDemand(included.append, ROUTERS).include_all()

    assert included == [_router(module) for module in dict.fromkeys(one.module for one in ROUTERS)]


def test_what_is_included_already_does_not_come_again_with_the_rest() -> None:
    included: list[APIRouter] = []
    routers = RoutersOnDemand(included.append, ROUTERS)

    routers.include_for("/v1/parameters")
    routers.include_all()

    assert included.count(_router("functions.api.routers.parameters")) == 1


def test_two_routers_whose_paths_begin_alike_come_together() -> None:
    included: list[APIRouter] = []
    modules = ["functions.api.routers.health", "functions.api.routers.parameters"]

    RoutersOnDemand(included.append, [RouterAt("/v1", module) for module in modules]).include_for("/v1/a")

    assert included == [_router(module) for module in modules]


def test_no_router_is_imported_before_it_is_asked_for() -> None:
    program = (
        "import sys; from functions.api.app import create_app; create_app();"
        "print([name for name in sys.modules if name.startswith('functions.api.routers.')])"
    )

    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert printed.strip() == "[]"
