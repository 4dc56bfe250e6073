"""The reading part of the API as one FastAPI app."""

from fastapi import FastAPI

from functions.api.bootstrap import api_logger
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
from geoclimate.runtime.web.app import web_app

_ROUTERS = (
    health.router,
    stations.router,
    observations.router,
    latest.router,
    forecasts.router,
    forecast_skill.router,
    parameters.router,
    station_aqi.router,
    forecast_aqi.router,
    aqi_standards.router,
    docs.router,
)


def create_app() -> FastAPI:
    """The app; it reads no environment and makes no client until a request needs one."""
    return web_app(_ROUTERS, api_logger())
