"""The OpenAPI document: FastAPI's, with what the gateway adds to every operation under `/v1`."""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from functions.api.problem_docs import problem_responses
from geoclimate.contracts.http import API_VERSION, Problem
from geoclimate.contracts.problems import (
    FORBIDDEN,
    INTERNAL_ERROR,
    INVALID_API_KEY,
    QUOTA_EXCEEDED,
    THROTTLED,
    UNAUTHORIZED,
    UNAVAILABLE,
)

TITLE: Final = "GeoClimate"
_REFERENCE: Final = "#/components/schemas/{model}"
_TOKEN: Final = "token"  # noqa: S105 - the name of a scheme
_KEY: Final = "key"

_INTRODUCTION: Final = """\
What the air is now, what it will be, and how sure that is.

Paths under `/v1` need two things: an ID token of the user pool (`Authorization: Bearer ...`), which says who you are,
and the key of a usage plan (`x-api-key`), which says how much you may ask for. Health and this page are open.

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


def openapi_document(app: FastAPI) -> dict[str, Any]:
    """The document of this app, OpenAPI 3.1."""
    document = get_openapi(
        title=TITLE,
        version=API_VERSION,
        description=_INTRODUCTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        routes=app.routes,
        # Relative to the document's own address, whatever stands before it in the path.
        servers=[{"url": ".", "description": "Where this document was read from"}],
        tags=[
            {"name": "stations", "description": "Places that measure, and what they measured."},
            {"name": "forecasts", "description": "What is expected."},
            {"name": "air quality index", "description": "One number for how healthy the air is."},
            {"name": "parameters", "description": "What can be measured."},
            {"name": "health", "description": "Whether the service answers; open."},
        ],
    )
    components = document["components"]
    schema = Problem.model_json_schema(ref_template=_REFERENCE)
    components["schemas"] |= schema.pop("$defs", {}) | {"Problem": schema}
    components["securitySchemes"] = _SECURITY_SCHEMES
    for path, operations in document["paths"].items():
        for operation in operations.values():
            if path.startswith("/v1/"):
                operation["security"] = [{_TOKEN: [], _KEY: []}]
                _add_problems(operation)
            else:
                operation["security"] = []
    return document


def _add_problems(operation: dict[str, Any]) -> None:
    """What every operation behind the gateway's doors can answer."""
    shared = problem_responses(
        UNAUTHORIZED, INVALID_API_KEY, FORBIDDEN, THROTTLED, QUOTA_EXCEEDED, INTERNAL_ERROR, UNAVAILABLE
    )
    operation["responses"] |= {str(status): response for status, response in shared.items()}
