"""The API as one FastAPI app."""

from functools import lru_cache, partial

from fastapi import Depends, FastAPI
from fastapi.routing import APIRoute

from functions.api.bootstrap import api_logger
from functions.api.document import TITLE, openapi_document
from functions.api.edge import Edge
from functions.api.problem_handlers import install_problem_handlers
from functions.api.repeated_parameters import refuse_repeated_parameters
from functions.api.routers import (
    aqi_standards,
    docs,
    forecast_aqi,
    forecast_skill,
    forecasts,
    health,
    latest,
    observations,
    parameters,
    station_aqi,
    stations,
)
from geoclimate.contracts.http import API_VERSION


def create_app() -> FastAPI:
    """The app; it reads no environment and makes no client until a request needs one."""
    logger = api_logger()
    app = FastAPI(
        title=TITLE,
        version=API_VERSION,
        # Served by routers/docs.py: FastAPI's own pages load their scripts from the internet.
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        # A redirect would name an address without the stage, which the gateway does not know.
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
    )
    app.include_router(health.router)
    resources = (
        stations,
        observations,
        latest,
        forecasts,
        forecast_skill,
        parameters,
        station_aqi,
        forecast_aqi,
        aqi_standards,
    )
    for resource in resources:
        app.include_router(resource.router, dependencies=[Depends(refuse_repeated_parameters)])
    app.include_router(docs.router)
    install_problem_handlers(app, logger)
    app.add_middleware(Edge, logger=logger)
    # FastAPI's documented way to extend the document; it is built at the first request for it.
    app.openapi = lru_cache(maxsize=1)(partial(openapi_document, app))  # type: ignore[method-assign]
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name
