"""What makes the platform work as one FastAPI app."""

from typing import Final

from fastapi import FastAPI

from functions.work.bootstrap import open_meter, work_logger
from geoclimate.runtime.web.app import web_app
from geoclimate.runtime.web.metering import Metering
from geoclimate.runtime.web.routers_on_demand import RouterAt

ROUTERS: Final = (
    RouterAt("/v1/models", "functions.work.routers.models"),
    RouterAt("/v1/predict", "functions.work.routers.predict"),
)
"""Where each router's paths begin, and its module; that of predictions needs numpy, which the others do without."""


    RouterAt("/v1/uploads", "functions.work.routers.uploads"),
def create_app() -> FastAPI:
    """The app; it reads no environment and makes no client until a request needs one."""
    logger = work_logger()
    return web_app(ROUTERS, logger, watchers=(Metering(open_meter, logger),))
