"""Calls that count, as the OpenAPI document shows them: their cost, their estimate, and what is left."""

from http import HTTPStatus
from typing import Any, Final

from geoclimate.contracts.usage import COST_HEADER, ESTIMATE, ESTIMATE_JSON
from geoclimate.domain.costs import Cost
from geoclimate.runtime.web.costing import cost_table
from geoclimate.runtime.web.rate_limits import (
    LEGACY_LIMIT_HEADER,
    LEGACY_REMAINING_HEADER,
    LEGACY_RESET_HEADER,
    POLICY_HEADER,
    RATE_LIMIT_HEADER,
)

_OK: Final = str(HTTPStatus.OK.value)
_SUCCESS: Final = "2"
_OVER_QUOTA: Final = str(HTTPStatus.TOO_MANY_REQUESTS.value)
_PARAMETER: Final = "Estimate"
_NAMES: Final = {
    COST_HEADER: ("Cost", "What the call has cost; one plain read costs 1.", "integer", 1),
    POLICY_HEADER: (
        "RateLimitPolicy",
        "What the plan allows: of a day in cost, of a minute in requests.",
        "string",
        '"day";q=1000;w=86400, "minute";q=60;w=60',
    ),
    RATE_LIMIT_HEADER: (
        "RateLimit",
        "What is left of the day, and seconds until it is full again.",
        "string",
        '"day";r=987;t=36000',
    ),
    LEGACY_LIMIT_HEADER: ("LegacyLimit", "What the plan allows in a day.", "integer", 1_000),
    LEGACY_REMAINING_HEADER: ("LegacyRemaining", "What is left of the day.", "integer", 987),
    LEGACY_RESET_HEADER: ("LegacyReset", "When it is full again, in seconds since 1970.", "integer", 1_927_670_400),
}

_COUNTED: Final = {name: {"$ref": f"#/components/headers/{known[0]}"} for name, known in _NAMES.items()}
_LEFT: Final = {name: known for name, known in _COUNTED.items() if name != COST_HEADER}
"""Of a call that was refused for its cost, which costs nothing."""

METERING_COMPONENTS: Final[dict[str, dict[str, Any]]] = {
    "headers": {
        name: {"description": description, "schema": {"type": kind}, "example": example}
        for name, description, kind, example in _NAMES.values()
    },
    "parameters": {
        _PARAMETER: {
            "name": ESTIMATE,
            "in": "query",
            "required": False,
            "description": "With `true` nothing is done and nothing counts: the answer is what the call would cost.",
            "schema": {"type": "string", "enum": ["true", "false"]},
        }
    },
}
"""What the operations refer to."""


def add_metering(operation: dict[str, Any]) -> None:
    """Say of an operation that its calls count."""
    operation["x-cost"] = _table(cost_table(operation["operationId"]))
    operation.setdefault("parameters", []).append({"$ref": f"#/components/parameters/{_PARAMETER}"})
    responses = operation["responses"]
    for status, response in responses.items():
        if status.startswith(_SUCCESS):
            response.setdefault("headers", {}).update(_COUNTED)
    responses[_OVER_QUOTA]["headers"].update(_LEFT)
    answered = responses.setdefault(_OK, {"description": "The estimate."})
    answered.setdefault("content", {})[ESTIMATE_JSON] = {"schema": {"$ref": "#/components/schemas/EstimateAnswer"}}


def _table(cost: Cost) -> dict[str, Any]:
    return {"base": cost.base, "unit": cost.unit, "included": cost.included, "step": cost.step}
