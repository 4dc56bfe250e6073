"""The OpenAPI document: FastAPI's, with what the gateway adds to every operation under `/v1`."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from geoclimate.contracts.gateway_problems import INVALID_API_KEY, THROTTLED
from geoclimate.contracts.gateway_routes import Access, route_of
from geoclimate.contracts.http import API_VERSION, PROBLEM_JSON, Problem
from geoclimate.contracts.idempotency import IDEMPOTENCY_HEADER, IDEMPOTENCY_KEY_PATTERN
from geoclimate.contracts.problems import (
    ANSWER_NOT_KEPT,
    EXPIRED_KEY,
    FORBIDDEN,
    FOREIGN_KEY,
    IDEMPOTENCY_KEY_REUSED,
    INTERNAL_ERROR,
    INVALID_HEADER,
    MALFORMED_BODY,
    QUOTA_EXCEEDED,
    REQUEST_IN_PROGRESS,
    REQUEST_TOO_LARGE,
    UNAUTHORIZED,
    UNAVAILABLE,
    UNSUPPORTED_MEDIA_TYPE,
    ProblemType,
)
from geoclimate.contracts.usage import EstimateAnswer
from geoclimate.runtime.web.caching import CACHING_COMPONENTS, add_tags
from geoclimate.runtime.web.metering_docs import METERING_COMPONENTS, add_metering
from geoclimate.runtime.web.problem_docs import PROBLEM_COMPONENTS, problem_responses
from geoclimate.runtime.web.routers_on_demand import include_all_routers

TITLE: Final = "GeoClimate"
_REFERENCE: Final = "#/components/schemas/{model}"
_TOKEN: Final = "token"  # noqa: S105 - the name of a scheme
_KEY: Final = "key"

_INTRODUCTION: Final = """\
What the air is now, what it will be, and how sure that is.

Most paths need two things: an ID token of the user pool (`Authorization: Bearer ...`), which says who you are, and the
key of a usage plan (`x-api-key`), which says how much you may ask for. Your account and its keys need the token alone;
signing in, health and this page are open.

Times are UTC. An observation and a forecast hour are intervals `[start, end)`. Values are in the parameter's canonical
unit, which the answer names.

Every error is `application/problem+json` (RFC 9457) with a `type` that stays the same, a `request_id` that leads to the
logs, and where there is something to do, a `hint`.
"""

_SECURITY_SCHEMES: Final[dict[str, dict[str, str]]] = {
    _TOKEN: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "ID token of the Cognito user pool.",
    },
    _KEY: {"type": "apiKey", "in": "header", "name": "x-api-key", "description": "Key of a usage plan."},
}


_SECURITY: Final[dict[Access, list[dict[str, list[str]]]]] = {
    "open": [],
    "token": [{_TOKEN: []}],
    "token and key": [{_TOKEN: [], _KEY: []}],
}
_FASTAPIS_ERRORS: Final = ("HTTPValidationError", "ValidationError")
_ALWAYS: Final = (THROTTLED, INTERNAL_ERROR, UNAVAILABLE)
_PROBLEMS: Final[dict[Access, tuple[ProblemType, ...]]] = {
    "open": _ALWAYS,
    "token": (UNAUTHORIZED, FORBIDDEN, *_ALWAYS),
    "token and key": (UNAUTHORIZED, INVALID_API_KEY, FOREIGN_KEY, EXPIRED_KEY, FORBIDDEN, QUOTA_EXCEEDED, *_ALWAYS),
}
_REPEATED: Final = (INVALID_HEADER, IDEMPOTENCY_KEY_REUSED, REQUEST_IN_PROGRESS, ANSWER_NOT_KEPT)
_IDEMPOTENCY_KEY: Final = {
    "name": IDEMPOTENCY_HEADER,
    "in": "header",
    "required": False,
    "description": "Names the request, so that it is done once however often it is sent: within 24 hours the same"
    " request is given the first answer, with `Idempotency-Replayed: true`. A random UUID, for example.",
    "schema": {"type": "string", "pattern": IDEMPOTENCY_KEY_PATTERN},
    "example": "8e03978e-40d5-43dd-bc93-6894a57f9324",
}
_OPEN_PATHS: Final = ("/health", "/docs", "/openapi.json")
_TAGS: Final = {
    "stations": "Places that measure, and what they measured.",
    "forecasts": "What is expected.",
    "air quality index": "One number for how healthy the air is.",
    "parameters": "What can be measured.",
    "environmental data retrieval": "Observations and forecasts as CoverageJSON, by OGC API-EDR.",
    "models": "What makes the forecasts.",
    "predictions": "What is expected where you measured yourself.",
    "jobs": "What takes longer than a request: bulk predictions, exports.",
    "uploads": "Files of providers, and what became of them.",
    "account": "Who you are, what you may do and what you used.",
    "keys": "What you call with, and how much it allows.",
    "signing in": "Getting an account and tokens; open.",
    "privacy": "What is kept of you, and the end of it.",
    "administration": "Whose account is which, and who may do what.",
    "audit": "Who did what, and whether the log of it is as it was written; for administrators.",
    "health": "Whether the service answers; open.",
}


def openapi_document(apps: Sequence[FastAPI]) -> dict[str, Any]:
    """The document of what the gateway serves with these apps behind it, OpenAPI 3.1.

    Raises:
        ValueError: The gateway has no route for an operation's path.
    """
    for app in apps:
        include_all_routers(app)
    document = get_openapi(
        title=TITLE,
        version=API_VERSION,
        description=_INTRODUCTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        routes=[route for app in apps for route in app.routes],
        # Relative to the document's own address, whatever stands before it in the path.
        servers=[{"url": ".", "description": "Where this document was read from"}],
        tags=[{"name": name, "description": description} for name, description in _TAGS.items()],
    )
    components = document["components"]
    schema = Problem.model_json_schema(ref_template=_REFERENCE)
    components["schemas"] |= schema.pop("$defs", {}) | {"Problem": schema}
    components["schemas"]["EstimateAnswer"] = EstimateAnswer.model_json_schema(ref_template=_REFERENCE)
    components |= METERING_COMPONENTS
    components["headers"] = {
        **METERING_COMPONENTS["headers"],
        **CACHING_COMPONENTS["headers"],
        **PROBLEM_COMPONENTS["headers"],
    }
    components["securitySchemes"] = _SECURITY_SCHEMES
    _drop_fastapis_errors(document)
    for path, operations in document["paths"].items():
        route = route_of(path)
        if route is None:
            message = f"the gateway has no route for {path}: name it in contracts/gateway_routes.py"
            raise ValueError(message)
        for method, operation in operations.items():
            operation["security"] = _SECURITY[route.access]
            if "requestBody" in operation:
                _add_problems(operation, (MALFORMED_BODY, REQUEST_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE))
            if method == "post" and route.access != "open":
                operation.setdefault("parameters", []).append(_IDEMPOTENCY_KEY)
                _add_problems(operation, _REPEATED)
            if not path.startswith(_OPEN_PATHS):
                _add_problems(operation, _PROBLEMS[route.access])
            if route.access == "token and key":
                add_metering(operation)
            add_tags(operation)
    return document


def _drop_fastapis_errors(document: dict[str, Any]) -> None:
    """Take away the 422 that FastAPI adds in a shape of its own where an operation documents none."""
    for operations in document["paths"].values():
        for operation in operations.values():
            if PROBLEM_JSON not in operation["responses"].get("422", {}).get("content", {}):
                operation["responses"].pop("422", None)
    for unused in _FASTAPIS_ERRORS:
        document["components"]["schemas"].pop(unused, None)


def _add_problems(operation: dict[str, Any], problems: tuple[ProblemType, ...]) -> None:
    """What every operation behind the gateway's doors can answer, beside what it says itself."""
    for status, response in problem_responses(*problems).items():
        known = operation["responses"].setdefault(str(status), response)
        if "headers" in response:
            known.setdefault("headers", {}).update(response["headers"])
        known["content"][PROBLEM_JSON]["examples"] |= response["content"][PROBLEM_JSON]["examples"]
        known["description"] = f"{HTTPStatus(int(status)).phrase}: " + ", ".join(
            f"`{code}`" for code in known["content"][PROBLEM_JSON]["examples"]
        )
