"""The reading part of the API as one FastAPI app."""

from typing import Final

from fastapi import FastAPI

from functions.api.bootstrap import api_logger, open_meter
from geoclimate.runtime.web.app import web_app
from geoclimate.runtime.web.metering import Metering
from geoclimate.runtime.web.routers_on_demand import RouterAt

ROUTERS: Final = (
    RouterAt("/health", "functions.api.routers.health"),
    RouterAt("/v1/stations", "functions.api.routers.stations"),
    RouterAt("/v1/stations/{station}/observations", "functions.api.routers.observations"),
    RouterAt("/v1/observations/latest", "functions.api.routers.latest"),
    RouterAt("/v1/stations/{station}/forecast", "functions.api.routers.forecasts"),
    RouterAt("/v1/stations/{station}/forecast/skill", "functions.api.routers.forecast_skill"),
    RouterAt("/v1/forecasts", "functions.api.routers.forecast_by_id"),
    RouterAt("/v1/parameters", "functions.api.routers.parameters"),
    RouterAt("/v1/stations/{station}/aqi", "functions.api.routers.station_aqi"),
    RouterAt("/v1/stations/{station}/forecast/aqi", "functions.api.routers.forecast_aqi"),
    RouterAt("/v1/aqi/standards", "functions.api.routers.aqi_standards"),
    RouterAt("/edr", "functions.api.routers.edr"),
    RouterAt("/edr/collections/observations", "functions.api.routers.edr_observations"),
    RouterAt("/edr/collections/forecasts", "functions.api.routers.edr_forecasts"),
    RouterAt("/openapi.json", "functions.api.routers.docs"),
    RouterAt("/docs", "functions.api.routers.docs"),
)
"""Where each router's paths begin, and its module; a router whose paths begin in two ways stands here twice."""


def create_app() -> FastAPI:
    """The app; it reads no environment and makes no client until a request needs one."""
    logger = api_logger()
    return web_app(ROUTERS, logger, watchers=(Metering(open_meter, logger),))
