"""What API Gateway answers by itself, as problems: their types, bodies and headers."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from geoclimate.contracts.cross_origin import ANY_ORIGIN, EXPOSED_HEADERS
from geoclimate.contracts.http import PROBLEM_JSON, REQUEST_ID_HEADER, SECURITY_HEADERS
from geoclimate.contracts.problems import (
    DOMAIN_PROBLEMS,
    FORBIDDEN,
    INTERNAL_ERROR,
    METHOD_NOT_ALLOWED,
    NOT_READY,
    QUOTA_EXCEEDED,
    REQUEST_TOO_LARGE,
    SEE_THE_DOCS,
    UNAUTHORIZED,
    UNAVAILABLE,
    UNKNOWN_PATH,
    UNSUPPORTED_MEDIA_TYPE,
    ProblemType,
    problem_members,
)

INVALID_API_KEY: Final = ProblemType(
    "invalid-api-key",
    403,
    "No valid API key",
    "The request carries no key of a usage plan, or one that is unknown or switched off.",
    "Send the key of your usage plan in the header 'x-api-key'.",
)
THROTTLED: Final = ProblemType(
    "throttled",
    429,
    "Too many requests at once",
    "The request came faster than the usage plan or the stage allows.",
    "Wait as long as Retry-After says, in seconds, and send fewer requests at once.",
    # The gateway gives back a share of the minute each second.
    {"Retry-After": "1", "RateLimit": '"minute";r=0;t=1'},
)
# Says no more than that: it stands for every refusal that has no type of its own.
_REFUSED: Final = ProblemType("request-refused", None, "The request was refused", "The gateway did not take it.")

GATEWAY_PROBLEMS: Final[Mapping[str, ProblemType]] = MappingProxyType(
    {
        "ACCESS_DENIED": FORBIDDEN,
        "API_CONFIGURATION_ERROR": INTERNAL_ERROR,
        "AUTHORIZER_CONFIGURATION_ERROR": INTERNAL_ERROR,
        "AUTHORIZER_FAILURE": INTERNAL_ERROR,
        "BAD_REQUEST_BODY": ProblemType(
            "invalid-request-body", 400, "The body is not valid", "The body does not fit the schema.", SEE_THE_DOCS
        ),
        "BAD_REQUEST_PARAMETERS": ProblemType(
            "invalid-request-parameters",
            400,
            "The parameters are not valid",
            "A required parameter or header is missing or not valid.",
            SEE_THE_DOCS,
        ),
        "DEFAULT_4XX": _REFUSED,
        "DEFAULT_5XX": ProblemType(
            INTERNAL_ERROR.code, None, INTERNAL_ERROR.title, INTERNAL_ERROR.detail, INTERNAL_ERROR.hint
        ),
        "EXPIRED_TOKEN": UNAUTHORIZED,
        "INTEGRATION_FAILURE": UNAVAILABLE,
        "INTEGRATION_TIMEOUT": UNAVAILABLE,
        "INVALID_API_KEY": INVALID_API_KEY,
        "INVALID_SIGNATURE": UNAUTHORIZED,
        # The gateway's name for a path or method that it does not serve; a missing token is UNAUTHORIZED.
        "MISSING_AUTHENTICATION_TOKEN": UNKNOWN_PATH,
        "QUOTA_EXCEEDED": QUOTA_EXCEEDED,
        "REQUEST_TOO_LARGE": REQUEST_TOO_LARGE,
        "RESOURCE_NOT_FOUND": UNKNOWN_PATH,
        "THROTTLED": THROTTLED,
        "UNAUTHORIZED": UNAUTHORIZED,
        "UNSUPPORTED_MEDIA_TYPE": UNSUPPORTED_MEDIA_TYPE,
        "WAF_FILTERED": FORBIDDEN,
    }
)
"""What API Gateway answers by itself, by its response type. A status of None means that its own is kept."""


def all_problems() -> tuple[ProblemType, ...]:
    """Every type that the API or its gateway can answer with, each code once, ordered by code."""
    everything = (*DOMAIN_PROBLEMS.values(), METHOD_NOT_ALLOWED, NOT_READY, *GATEWAY_PROBLEMS.values())
    # The fallback without a status comes last, so the type that has one wins where both share a code.
    by_code = {problem.code: problem for problem in sorted(everything, key=lambda problem: problem.status is not None)}
    return tuple(by_code[code] for code in sorted(by_code))


def gateway_template(problem: ProblemType) -> str:
    """Body template of a gateway response, for its `application/json` entry.

    The gateway substitutes `$context.requestId` and offers no escaping, so no variable that a caller can write is used.
    """
    return json.dumps(problem_members(problem, "$context.requestId"))


def gateway_headers(problem: ProblemType, *, cross_origin: bool) -> dict[str, str]:
    """Headers of a gateway response as mapping expressions: a constant in single quotes, or a context variable.

    Args:
        problem: Kind of problem.
        cross_origin: Whether the stage lets pages of other origins use the API. Then every page may read these
            answers, which hold nothing of a caller: the gateway cannot compare origins.
    """
    constant = {"Content-Type": PROBLEM_JSON, **SECURITY_HEADERS, **problem.headers}
    if cross_origin:
        constant |= {"Access-Control-Allow-Origin": ANY_ORIGIN, "Access-Control-Expose-Headers": EXPOSED_HEADERS}
    return {name: f"'{value}'" for name, value in constant.items()} | {REQUEST_ID_HEADER: "context.requestId"}
