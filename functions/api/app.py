"""The reading part of the API as one FastAPI app."""

from typing import Final

from fastapi import FastAPI

from functions.api.bootstrap import api_logger, api_settings, open_cursor_key, open_meter
from functions.api.records import open_audit
from geoclimate.runtime.clock import utc_now
from geoclimate.runtime.web.app import web_app
from geoclimate.runtime.web.auditing import Auditing
from geoclimate.runtime.web.cors import allow_origins
from geoclimate.runtime.web.metering import Metering
from geoclimate.runtime.web.pages import sign_cursors_with
from geoclimate.runtime.web.routers_on_demand import RouterAt

ROUTERS: Final = (
    RouterAt("/health", "functions.api.routers.health"),
    RouterAt("/v1/stations", "functions.api.routers.stations"),
    RouterAt("/v1/stations/{station}/observations", "functions.api.routers.observations"),
    RouterAt("/v1/observations/latest", "functions.api.routers.latest"),
    RouterAt("/v1/stations/{station}/forecast", "functions.api.routers.forecasts"),
    RouterAt("/v1/stations/{station}/forecast/skill", "functions.api.routers.forecast_skill"),
    RouterAt("/v1/forecasts", "functions.api.routers.forecast_by_id"),
    RouterAt("/v1/skill", "functions.api.routers.skill"),
    RouterAt("/v1/parameters", "functions.api.routers.parameters"),
    RouterAt("/v1/stations/{station}/aqi", "functions.api.routers.station_aqi"),
    RouterAt("/v1/stations/{station}/forecast/aqi", "functions.api.routers.forecast_aqi"),
    RouterAt("/v1/aqi", "functions.api.routers.aqi"),
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
    # Nothing is written here, so there is no request to answer only once.
    watchers = (Auditing(open_audit, utc_now, logger), Metering(open_meter, logger))
    app = web_app(ROUTERS, logger, watchers)
    sign_cursors_with(app, open_cursor_key)
    allow_origins(app, lambda: api_settings().allowed_origins)
    return app
