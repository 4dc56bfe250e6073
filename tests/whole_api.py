"""The three functions behind a gateway in process: real routes, watchers and adapters over AWS in memory (moto).

User pool and gateway keys are fakes, and no model is served; everything else is the code that is deployed.
"""

import importlib
import json
import pkgutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import boto3
import httpx
import pytest
from fastapi import FastAPI
from moto import mock_aws
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

import functions.accounts
import functions.api
import functions.work
from cdk.config import USAGE_PLANS
from functions.accounts import bootstrap, identity
from functions.accounts.app import create_app as accounts_app
from functions.api.app import create_app as reading_app
from functions.work.app import create_app as work_app
from geoclimate.adapters.dynamodb_keys import DynamoKeyStore
from geoclimate.contracts.gateway_routes import route_of
from geoclimate.runtime.clock import utc_now
from geoclimate.runtime.web.document import openapi_document
from geoclimate.services.manage_keys import KeyDesk
from tests.api_events import ACCOUNT, OTHER_ACCOUNT, behind_the_gateway, signed_in
from tests.identity_fakes import UserPoolInMemory
from tests.key_fakes import GatewayInMemory
from tests.moto_tables import create_audit_table, create_stations_table, create_table
from tests.web_calls import ask
from tests.wire import installed

_TABLES: Final = (
    "observations",
    "forecasts",
    "verification",
    "models",
    "accounts",
    "usage",
    "requests",
    "jobs",
    "circuits",
)
_BUCKETS: Final = ("results", "artifacts", "uploads", "lake")
_MACHINE: Final = json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}})
_TRUST: Final = json.dumps({"Version": "2012-10-17", "Statement": []})


@dataclass
class WholeApi:
    """The gateway's paths with their functions, and who calls."""

    apps: dict[str, FastAPI]
    event: dict[str, Any] = field(default_factory=lambda: signed_in(roles=("admin",)))
    document: dict[str, Any] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = route_of(scope["path"])
        if scope["path"] == "/openapi.json":
            await JSONResponse(self.document)(scope, receive, send)
        elif route is None:
            await JSONResponse({"message": "Missing Authentication Token"}, 404)(scope, receive, send)
        else:
            event = {} if route.access == "open" else self.event
            await behind_the_gateway(self.apps[route.function], event)(scope, receive, send)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """One request of the caller."""
        content = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {} if body is None else {"content-type": "application/json"}
        return ask(self, self.event, method, path, body=content, headers=given | headers)

    def of(self, account: str = ACCOUNT, *roles: str) -> "WholeApi":
        """The same, called by another account."""
        key = None if account == ACCOUNT else "another-key"
        return WholeApi(self.apps, signed_in(roles or ("consumer",), account, key), self.document)


@contextmanager
def whole_api(monkeypatch: pytest.MonkeyPatch) -> Iterator[WholeApi]:
    """The API on an empty account; no request leaves the process."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws(), contextmanager(installed)(monkeypatch):
        for name, value in _deployed().items():
            monkeypatch.setenv(f"GEOCLIMATE_{name.upper()}", value)
        _forget_wiring()
        made = {"api": reading_app(), "accounts": accounts_app(), "work": work_app()}
        _stand_in(made["accounts"])
        api = WholeApi(made)
        api.document = openapi_document(list(made.values()))
        yield api
    _forget_wiring()


def _deployed() -> dict[str, str]:
    """What the stack makes, by the name of the setting that tells it."""
    dynamodb = boto3.client("dynamodb")
    for name in _TABLES:
        create_table(dynamodb, name)
    create_stations_table(dynamodb, "stations")
    create_audit_table(dynamodb, "audit")
    s3 = boto3.client("s3")
    for name in _BUCKETS:
        s3.create_bucket(Bucket=f"{name}-bucket")
    machines = boto3.client("stepfunctions")
    role_arn = boto3.client("iam").create_role(RoleName="machine", AssumeRolePolicyDocument=_TRUST)["Role"]["Arn"]
    arn = machines.create_state_machine(name="machine", definition=_MACHINE, roleArn=role_arn)["stateMachineArn"]
    settings = {f"{name}_table": name for name in (*_TABLES, "stations", "audit")}
    settings |= {f"{name}_bucket": f"{name}-bucket" for name in _BUCKETS}
    settings |= {
        f"{name}_machine_arn": arn for name in ("export", "erasure", "deployment", "rollback", "jobs", "job", "bulk")
    }
    return settings | {
        "stage": "test",
        "allowed_origins": json.dumps(["https://air.example.org"]),
        "plans": json.dumps({name: asdict(plan) for name, plan in USAGE_PLANS.items()}),
        "user_pool_id": "pool",
        "user_pool_client_id": "client",
        "rest_api_id": "api",
        "cursor_key_id": boto3.client("kms").create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")[
            "KeyMetadata"
        ]["KeyId"],
        "target": "pm25",
        "endpoint_name": "endpoint",
    }


def _stand_in(app: FastAPI) -> None:
    """A user pool and a gateway's keys in memory, since moto's own need packages that nothing else does."""
    pool, gateway = UserPoolInMemory(), GatewayInMemory()
    for account in (ACCOUNT, OTHER_ACCOUNT):
        pool.add(f"{account[:4]}@example.org", "", "consumer", account=account)

    async def provide_pool() -> UserPoolInMemory:
        return pool

    async def provide_key_desk() -> KeyDesk:
        return KeyDesk(DynamoKeyStore(boto3.client("dynamodb"), "accounts"), gateway, utc_now)

    for provider in (
        identity.provide_sign_ups,
        identity.provide_sign_ins,
        identity.provide_second_factors,
        identity.provide_directory,
    ):
        app.dependency_overrides[provider] = provide_pool
    app.dependency_overrides[bootstrap.provide_key_desk] = provide_key_desk


def _forget_wiring() -> None:
    """Let the functions read their environment and make their clients anew."""
    for package in (functions.api, functions.accounts, functions.work):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            if not module.ispkg and not module.name.endswith(".handler"):
                importlib.import_module(module.name)
    for name, module_ in list(sys.modules.items()):
        if name.startswith("functions."):
            for value in vars(module_).values():
                clear: Callable[[], None] | None = getattr(value, "cache_clear", None)
                if clear is not None:
                    clear()
