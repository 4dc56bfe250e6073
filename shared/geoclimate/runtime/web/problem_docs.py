"""Problem types as the OpenAPI document shows them."""

from collections import defaultdict
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from geoclimate.contracts.http import PROBLEM_JSON
from geoclimate.contracts.problems import ProblemType, problem_members

_RETRY_AFTER: Final = "Retry-After"
PROBLEM_COMPONENTS: Final[dict[str, dict[str, Any]]] = {
    "headers": {
        "RetryAfter": {
            "description": "How many seconds to wait before it is sent again.",
            "schema": {"type": "integer"},
            "example": 5,
        }
    }
}
"""What the responses refer to."""

_SAMPLE_REQUEST: Final = "5f0e9c1c-6e0c-4f0a-9a3e-0a8a5a3b2c1d"


def problem_responses(*problems: ProblemType) -> dict[int | str, dict[str, Any]]:
    """The `responses` of an operation that can answer with these problems."""
    by_status: defaultdict[int, list[ProblemType]] = defaultdict(list)
    for problem in problems:
        if problem.status is not None:
            by_status[problem.status].append(problem)
    return {
        status: {
            "description": f"{HTTPStatus(status).phrase}: " + ", ".join(f"`{one.code}`" for one in alike),
            "content": {
                PROBLEM_JSON: {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "examples": {
                        one.code: {"summary": one.title, "value": problem_members(one, _SAMPLE_REQUEST)}
                        for one in alike
                    },
                }
            },
            **_headers(alike),
        }
        for status, alike in sorted(by_status.items())
    }


def _headers(problems: Sequence[ProblemType]) -> dict[str, Any]:
    """The headers of a response that is one of these problems; the meter's are told with the calls that count."""
    if not any(_RETRY_AFTER in one.headers for one in problems):
        return {}
    return {"headers": {_RETRY_AFTER: {"$ref": "#/components/headers/RetryAfter"}}}
