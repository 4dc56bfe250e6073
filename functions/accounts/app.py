"""What concerns accounts as one FastAPI app."""

from typing import Final

from fastapi import FastAPI

from functions.accounts.bootstrap import accounts_logger, accounts_settings
from functions.accounts.privacy import open_standing
from functions.accounts.records import open_audit, open_requests
from geoclimate.runtime.clock import utc_now
from geoclimate.runtime.web.app import web_app
from geoclimate.runtime.web.auditing import Auditing
from geoclimate.runtime.web.cors import allow_origins
from geoclimate.runtime.web.erased_accounts import ErasedAccounts
from geoclimate.runtime.web.idempotency import Idempotency
from geoclimate.runtime.web.routers_on_demand import RouterAt

ROUTERS: Final = (
    RouterAt("/v1/auth", "functions.accounts.routers.auth_sign_up"),
    RouterAt("/v1/auth", "functions.accounts.routers.auth_sign_in"),
    RouterAt("/v1/auth/mfa", "functions.accounts.routers.mfa"),
    RouterAt("/v1/me", "functions.accounts.routers.me"),
    RouterAt("/v1/me", "functions.accounts.routers.privacy"),
    RouterAt("/v1/receipts", "functions.accounts.routers.privacy"),
    RouterAt("/v1/me/usage", "functions.accounts.routers.usage"),
    RouterAt("/v1/keys", "functions.accounts.routers.keys"),
    RouterAt("/v1/audit", "functions.accounts.routers.audit"),
    RouterAt("/v1/accounts", "functions.accounts.routers.roles"),
    RouterAt("/v1/accounts/{account}/plan", "functions.accounts.routers.plans"),
)
"""Where each router's paths begin, and its module; a router whose paths begin in two ways stands here twice."""


def create_app() -> FastAPI:
    """The app; it reads no environment and makes no client until a request needs one."""
    logger = accounts_logger()
    watchers = (
        Auditing(open_audit, utc_now, logger),
        ErasedAccounts(open_standing),
        Idempotency(open_requests, utc_now, logger),
    )
    app = web_app(ROUTERS, logger, watchers)
    allow_origins(app, lambda: accounts_settings().allowed_origins)
    return app
