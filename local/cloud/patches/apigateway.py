"""Stages keep their access-log settings, requests make the lines that they ask for, and functions are told who came."""

import contextvars
import datetime as dt
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

from ministack.services import apigateway_v1

from local.cloud.patches import log_groups
from local.cloud.patches.cloudformation import Properties, apply_after
from local.cloud.settings import HOST
from local.sagemaker_standin.patching import private, replace

_VARIABLE: Final = re.compile(r"\$context\.([A-Za-z0-9_.\-]+)")
_key_id: contextvars.ContextVar[str | None] = contextvars.ContextVar("api_key_id", default=None)
_seen: contextvars.ContextVar[dict[str, Any] | None] = contextvars.ContextVar("access_log", default=None)


def keep_access_log_settings() -> None:
    """CloudFormation drops a stage's AccessLogSetting without a word, so no request would ever be logged."""
    apply_after("AWS::ApiGateway::Stage", _set_access_log)


def write_access_logs() -> None:
    """API Gateway keeps a stage's access-log settings and never writes a line.

    The line is rendered from the stage's format and appended to its log group after each request. A variable that has
    no value, or that MiniStack does not know, becomes "-", as in AWS.
    """
    replace(apigateway_v1, "_call_lambda_raw", _timing)
    replace(apigateway_v1, "_authorize_request_v1", _noting_the_caller)
    replace(apigateway_v1, "_check_api_key", _noting_the_key)
    replace(apigateway_v1, "_execute_in_scope", _noting_the_outcome)
    replace(apigateway_v1, "_handle_execute_in_scope", _logging)


def tell_functions_the_key() -> None:
    """A function behind a path that needs a key is not told which key came: `identity.apiKeyId` is missing."""
    replace(apigateway_v1, "_check_api_key", _remembering_the_key)
    replace(apigateway_v1, "_build_lambda_event_v1", _naming_the_key)


def tell_functions_the_address() -> None:
    """A caller is wherever its own `X-Forwarded-For` says; on AWS it is where the connection comes from.

    The server listens on the loopback alone, so nobody is elsewhere.
    """
    replace(apigateway_v1, "_build_lambda_event_v1", _naming_the_address)


def rendered(form: str, values: dict[str, Any]) -> str:
    """A format with its `$context.` variables filled in; quotes and line breaks of a value are escaped."""

    def value(match: re.Match[str]) -> str:
        found = values.get(match.group(1))
        if found is None or found == "":
            return "-"
        text = str(found).replace("\\", "\\\\").replace('"', '\\"')
        return text.replace("\n", "\\n").replace("\r", "\\r")

    return _VARIABLE.sub(value, form)


def _set_access_log(stage_name: str, properties: Properties, _: Properties) -> None:
    setting = properties.get("AccessLogSetting") or {}
    stage = private(apigateway_v1, "_stages_v1")[properties["RestApiId"]][stage_name]
    stage["accessLogSettings"] = (
        {"destinationArn": setting["DestinationArn"], "format": setting.get("Format", "")} if setting else {}
    )


def _timing(call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def call_lambda(*arguments: Any, **options: Any) -> Any:
        started = time.monotonic()
        try:
            return await call(*arguments, **options)
        finally:
            _note(integrationLatency=round((time.monotonic() - started) * 1000))

    return call_lambda


def _noting_the_caller(authorize: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def authorize_request(*arguments: Any, **options: Any) -> Any:
        error, context = await authorize(*arguments, **options)
        claims = (context or {}).get("claims") or {}
        _note(**{f"authorizer.claims.{name}": claim for name, claim in claims.items()})
        return error, context

    return authorize_request


def _noting_the_key(check: Callable[..., Any]) -> Callable[..., Any]:
    def check_api_key(*arguments: Any, **options: Any) -> Any:
        error, key = check(*arguments, **options)
        _note(**{"identity.apiKeyId": (key or {}).get("id")})
        return error, key

    return check_api_key


def _remembering_the_key(check: Callable[..., Any]) -> Callable[..., Any]:
    def check_api_key(*arguments: Any, **options: Any) -> Any:
        error, key = check(*arguments, **options)
        _key_id.set((key or {}).get("id"))
        return error, key

    return check_api_key


def _naming_the_key(build: Callable[..., Any]) -> Callable[..., Any]:
    def build_event(*arguments: Any, **options: Any) -> Any:
        event = build(*arguments, **options)
        if (key_id := _key_id.get()) is not None:
            event["requestContext"]["identity"]["apiKeyId"] = key_id
        return event

    return build_event


def _naming_the_address(build: Callable[..., Any]) -> Callable[..., Any]:
    def build_event(*arguments: Any, **options: Any) -> Any:
        event = build(*arguments, **options)
        event["requestContext"]["identity"]["sourceIp"] = HOST
        return event

    return build_event


def _noting_the_outcome(execute: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def execute_in_scope(request: dict[str, Any], *arguments: Any, **options: Any) -> Any:
        response = await execute(request, *arguments, **options)
        _note(requestId=request["request_id"], resourcePath=request["resource_path"], stage_record=request["stage"])
        if isinstance(response, private(apigateway_v1, "_GatewayError")):
            _note(**{"error.responseType": response.response_type, "error.message": response.message})
        return response

    return execute_in_scope


def _logging(handle: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def handle_in_scope(
        api_id: str, stage_name: str, method: str, path: str, headers: dict[str, str], *rest: Any
    ) -> Any:
        seen: dict[str, Any] = {}
        token = _seen.set(seen)
        started = time.time()
        try:
            response = await handle(api_id, stage_name, method, path, headers, *rest)
        finally:
            _seen.reset(token)
        settings = (seen.get("stage_record") or {}).get("accessLogSettings") or {}
        if settings.get("destinationArn"):
            status, _, body = response
            now = dt.datetime.fromtimestamp(started, dt.UTC)
            values = seen | {
                "apiId": api_id,
                "stage": stage_name,
                "httpMethod": method,
                "path": f"/{stage_name}{path}",
                "protocol": "HTTP/1.1",
                "requestTime": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
                "requestTimeEpoch": round(started * 1000),
                "status": status,
                "responseLength": len(body) if isinstance(body, bytes | str) else None,
                "responseLatency": round((time.time() - started) * 1000),
                "identity.sourceIp": HOST,
                "identity.userAgent": headers.get("user-agent"),
            }
            group = settings["destinationArn"].split(":log-group:")[-1].removesuffix(":*")
            log_groups.write(group, f"{api_id}-{now:%Y-%m-%d}", rendered(settings["format"], values))
        return response

    return handle_in_scope


def _note(**values: Any) -> None:
    seen = _seen.get()
    if seen is not None:
        seen.update(values)
