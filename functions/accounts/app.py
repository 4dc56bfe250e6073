"""What concerns accounts as one FastAPI app."""

from fastapi import FastAPI

from functions.accounts.bootstrap import accounts_logger
from functions.accounts.routers import me
from geoclimate.runtime.web.app import web_app

_ROUTERS = (me.router,)


def create_app() -> FastAPI:
    """The app; it reads no environment and makes no client until a request needs one."""
    return web_app(_ROUTERS, accounts_logger())
