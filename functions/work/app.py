"""What makes the platform work as one FastAPI app."""

from typing import Final

from fastapi import FastAPI

from functions.work.bootstrap import open_meter, work_logger, work_settings
from functions.work.records import open_audit, open_requests
from geoclimate.runtime.clock import utc_now
from geoclimate.runtime.web.app import web_app
from geoclimate.runtime.web.auditing import Auditing
from geoclimate.runtime.web.cors import allow_origins
from geoclimate.runtime.web.idempotency import Idempotency
from geoclimate.runtime.web.metering import Metering
from geoclimate.runtime.web.routers_on_demand import RouterAt

ROUTERS: Final = (
    RouterAt("/v1/models", "functions.work.routers.models"),
    RouterAt("/v1/predict", "functions.work.routers.predict"),
    RouterAt("/v1/uploads", "functions.work.routers.uploads"),
    RouterAt("/v1/jobs", "functions.work.routers.jobs"),
)
"""Where each router's paths begin, and its module; that of predictions needs numpy, which the others do without."""


def create_app() -> FastAPI:
    """The app; it reads no environment and makes no client until a request needs one."""
    logger = work_logger()
    watchers = (
        Auditing(open_audit, utc_now, logger),
        Idempotency(open_requests, utc_now, logger),
        Metering(open_meter, logger),
    )
    app = web_app(ROUTERS, logger, watchers)
    allow_origins(app, lambda: work_settings().allowed_origins)
    return app
