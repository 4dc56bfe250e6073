"""Problem types (RFC 9457): the one table from which the API's and the gateway's own error answers are rendered.

A type is named by `urn:geoclimate:problem:<code>`. A URN, because the service runs in each team's own account under a
host name of its own, so no `https` address would be the same everywhere, and a relative reference would change its
meaning with the stage in the path. `docs/problems.md` has a section for every code.

`instance` is `urn:geoclimate:request:<request id>`: it names this occurrence, it is what an operator searches the logs
for, and unlike the path it holds nothing that a caller wrote, which the gateway's templates could not escape.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from geoclimate.contracts.http import PROBLEM_JSON, REQUEST_ID_HEADER, SECURITY_HEADERS
from geoclimate.domain import errors

_TYPE_PREFIX: Final = "urn:geoclimate:problem:"
_INSTANCE_PREFIX: Final = "urn:geoclimate:request:"
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One kind of problem.

    Attributes:
        code: Stable name in kebab case; part of the public interface.
        status: HTTP status. None for the gateway's two fallbacks: a status there would overrule that of other types.
        title: One sentence, the same for every occurrence.
        detail: What is said where the occurrence adds nothing of its own, or must not.
        hint: What the caller can do; None where there is nothing.
        headers: Response headers that go with it, such as `Retry-After`.
    """

    code: str
    status: int | None
    title: str
    detail: str
    hint: str | None = None
    headers: Mapping[str, str] = field(default_factory=lambda: _NOTHING)

    @property
    def uri(self) -> str:
        """The `type` member."""
        return _TYPE_PREFIX + self.code


def instance_uri(request_id: str) -> str:
    """The `instance` member of an occurrence."""
    return _INSTANCE_PREFIX + request_id


def _of(
    error: type[errors.GeoClimateError],
    status: int,
    detail: str,
    hint: str | None = None,
    headers: Mapping[str, str] = _NOTHING,
) -> ProblemType:
    return ProblemType(error.code, status, error.title, detail, hint, headers)


_TRY_AGAIN: Final = "Try again in a few seconds. If it stays so, give the operator the request id."
_TELL_THE_OPERATOR: Final = "Give the operator the request id: it leads to the cause in the logs."
_SEE_THE_DOCS: Final = "The paths and methods are listed in /openapi.json and on /docs, under the API's base URL."

INTERNAL_ERROR: Final = _of(
    errors.GeoClimateError, 500, "The request failed for a reason that is ours.", _TELL_THE_OPERATOR
)
UNAVAILABLE: Final = _of(
    errors.Unavailable, 503, "A part of the service does not answer.", _TRY_AGAIN, {"Retry-After": "5"}
)
INVALID_QUERY: Final = _of(
    errors.InvalidQuery, 422, "A parameter of the request cannot be used.", "Correct what `errors` names and repeat."
)
NOT_ACCEPTABLE: Final = _of(
    errors.NotAcceptable,
    406,
    "The path gives none of the media types that 'Accept' takes.",
    "Leave 'Accept' out for JSON, or say what you want with 'format'.",
)

UNAUTHORIZED: Final = _of(
    errors.NotSignedIn,
    401,
    "The request carries no token of the user pool, or one that is expired or forged.",
    "Sign in with POST /v1/auth/sign-in and send the ID token as 'Authorization: Bearer <token>'.",
    {"WWW-Authenticate": "Bearer"},
)
FORBIDDEN: Final = _of(
    errors.MissingPermission,
    403,
    "The token is valid, but it does not allow this request.",
    "Ask an administrator for a role that has the permission.",
)

DOMAIN_PROBLEMS: Final[Mapping[type[errors.GeoClimateError], ProblemType]] = MappingProxyType(
    {
        errors.GeoClimateError: INTERNAL_ERROR,
        errors.InvalidInput: _of(errors.InvalidInput, 422, "What was sent cannot be used.", "Correct it and repeat."),
        errors.InvalidQuery: INVALID_QUERY,
        errors.NotAcceptable: NOT_ACCEPTABLE,
        errors.NotFound: _of(errors.NotFound, 404, "There is nothing here.", _SEE_THE_DOCS),
        errors.UnknownStation: _of(
            errors.UnknownStation, 404, "No station has this id.", "GET /v1/stations lists the stations."
        ),
        # A parameter code always reaches the API in the query string, so it is an invalid query and no missing page.
        errors.UnknownParameter: _of(
            errors.UnknownParameter,
            422,
            "No parameter has this code.",
            "GET /v1/parameters lists the codes, GET /v1/stations what is measured where.",
        ),
        errors.UnknownSeries: _of(
            errors.UnknownSeries,
            404,
            "This station does not measure this parameter.",
            "GET /v1/stations/{station} lists what the station measures.",
        ),
        errors.UnknownStandard: _of(
            errors.UnknownStandard,
            404,
            "No air quality index has this id.",
            "GET /v1/aqi/standards lists them.",
        ),
        errors.NoForecast: _of(
            errors.NoForecast,
            404,
            "No forecast has been made for this series.",
            "Forecasts are made ahead, on a schedule, for parameters that have a model in production and stations with"
            " enough recent observations. Try again after the next run, or ask the operator to train a model.",
        ),
        errors.NotSignedIn: UNAUTHORIZED,
        errors.MissingPermission: FORBIDDEN,
        errors.Conflict: _of(
            errors.Conflict, 409, "Somebody else changed it first.", "Read it again, then repeat the change."
        ),
        errors.ModelRejected: _of(errors.ModelRejected, 409, "The model did not pass its gate."),
        errors.IntegrityError: _of(
            errors.IntegrityError, 500, "Stored data failed its check, so it is not served.", _TELL_THE_OPERATOR
        ),
        errors.Unavailable: UNAVAILABLE,
    }
)

UNKNOWN_PATH: Final = ProblemType("unknown-path", 404, "No such path", "Nothing is served here.", _SEE_THE_DOCS)
METHOD_NOT_ALLOWED: Final = ProblemType(
    "method-not-allowed",
    405,
    "The path does not serve this method",
    "The path is served, but not by this method.",
    _SEE_THE_DOCS,
)
NOT_READY: Final = ProblemType(
    "not-ready", 503, "The service is not ready", "A store does not answer.", _TRY_AGAIN, {"Retry-After": "5"}
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
    {"Retry-After": "1"},
)
QUOTA_EXCEEDED: Final = ProblemType(
    "quota-exceeded",
    429,
    "The day's quota is used up",
    "The usage plan of this key allows no more requests today.",
    "The quota is full again at midnight UTC. Ask the operator for a larger plan if this happens often.",
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
            "invalid-request-body", 400, "The body is not valid", "The body does not fit the schema.", _SEE_THE_DOCS
        ),
        "BAD_REQUEST_PARAMETERS": ProblemType(
            "invalid-request-parameters",
            400,
            "The parameters are not valid",
            "A required parameter or header is missing or not valid.",
            _SEE_THE_DOCS,
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
        "REQUEST_TOO_LARGE": ProblemType(
            "request-too-large",
            413,
            "The request is too large",
            "A request may have 10 MB.",
            "Send it in parts.",
        ),
        "RESOURCE_NOT_FOUND": UNKNOWN_PATH,
        "THROTTLED": THROTTLED,
        "UNAUTHORIZED": UNAUTHORIZED,
        "UNSUPPORTED_MEDIA_TYPE": ProblemType(
            "unsupported-media-type",
            415,
            "The body's content type is not taken",
            "The path does not take a body of this content type.",
            "Send JSON as 'Content-Type: application/json'.",
        ),
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


def problem_of(error: errors.GeoClimateError) -> ProblemType:
    """The type of an error: its class's, or the nearest parent's."""
    for kind in type(error).__mro__:
        if issubclass(kind, errors.GeoClimateError) and kind in DOMAIN_PROBLEMS:
            return DOMAIN_PROBLEMS[kind]
    return INTERNAL_ERROR


def problem_members(problem: ProblemType, request_id: str, detail: str | None = None) -> dict[str, object]:
    """The members that every answer of this type has, in their order.

    Args:
        problem: Kind of problem.
        request_id: The gateway's id of the request, or its variable in a template.
        detail: What is said of this occurrence; the type's own sentence where None.
    """
    members: dict[str, object] = {"type": problem.uri, "title": problem.title}
    if problem.status is not None:
        members["status"] = problem.status
    members |= {"detail": detail or problem.detail, "instance": instance_uri(request_id), "request_id": request_id}
    if problem.hint is not None:
        members["hint"] = problem.hint
    return members


def gateway_template(problem: ProblemType) -> str:
    """Body template of a gateway response, for its `application/json` entry.

    The gateway substitutes `$context.requestId` and offers no escaping, so no variable that a caller can write is used.
    """
    return json.dumps(problem_members(problem, "$context.requestId"))


def gateway_headers(problem: ProblemType) -> dict[str, str]:
    """Headers of a gateway response as mapping expressions: a constant in single quotes, or a context variable."""
    constant = {"Content-Type": PROBLEM_JSON, **SECURITY_HEADERS, **problem.headers}
    return {name: f"'{value}'" for name, value in constant.items()} | {REQUEST_ID_HEADER: "context.requestId"}
