"""What makes the platform work as one FastAPI app."""

from fastapi import FastAPI

from functions.work.bootstrap import open_meter, work_logger
from functions.work.routers import models
from geoclimate.runtime.web.app import web_app
from geoclimate.runtime.web.metering import Metering

_ROUTERS = (models.router,)


def create_app() -> FastAPI:
    """The app; it reads no environment and makes no client until a request needs one."""
    logger = work_logger()
    return web_app(_ROUTERS, logger, watchers=(Metering(open_meter, logger),))
