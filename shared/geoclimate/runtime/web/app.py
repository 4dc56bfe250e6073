"""A FastAPI app with what all of the API's functions have in common."""

from collections.abc import Sequence

from aws_lambda_powertools import Logger
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from geoclimate.contracts.http import API_VERSION
from geoclimate.runtime.web.calls import Watcher
from geoclimate.runtime.web.document import TITLE
from geoclimate.runtime.web.edge import Edge
from geoclimate.runtime.web.problem_handlers import install_problem_handlers
from geoclimate.runtime.web.routers_on_demand import IncludeOnDemand, RouterAt, RoutersOnDemand


def web_app(routers: Sequence[APIRouter | RouterAt], logger: Logger, watchers: Sequence[Watcher] = ()) -> FastAPI:
    """An app of some routers; it reads no environment and makes no client until a request needs one.

    Args:
        routers: One a resource; where a `RouterAt` stands, it is imported at the first request for its paths. Those
            that need a caller have `GuardedRoute` as their route class.
        logger: The function's logger.
        watchers: Who sees every call of a guarded route, in this order.
    """
    app = FastAPI(
        title=TITLE,
        version=API_VERSION,
        # The document is made ahead of all functions' apps; FastAPI's own pages load their scripts from the internet.
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        # A redirect would name an address without the stage, which the gateway does not know.
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
    )
    app.state.watchers = tuple(watchers)
    for router in routers:
        if isinstance(router, APIRouter):
            app.include_router(router)
    app.state.routers = RoutersOnDemand(app.include_router, [one for one in routers if isinstance(one, RouterAt)])
    install_problem_handlers(app, logger)
    app.add_middleware(IncludeOnDemand, routers=app.state.routers)
    app.add_middleware(Edge, logger=logger)
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name
