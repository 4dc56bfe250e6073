"""Problem types (RFC 9457): the one table from which the API's error answers are rendered.

`gateway_problems.py` adds what the gateway answers by itself.

A type is named by `urn:geoclimate:problem:<code>`. A URN, because the service runs in each team's own account under a
host name of its own, so no `https` address would be the same everywhere, and a relative reference would change its
meaning with the stage in the path. `docs/problems.md` has a section for every code.

`instance` is `urn:geoclimate:request:<request id>`: it names this occurrence, it is what an operator searches the logs
for, and unlike the path it holds nothing that a caller wrote, which the gateway's templates could not escape.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from geoclimate.domain import account_errors, errors

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
_FIND_THE_ID: Final = "Check the id: GET /v1/models, /v1/jobs and /v1/uploads list what there is."
SEE_THE_DOCS: Final = "The paths and methods are listed in /openapi.json and on /docs, under the API's base URL."
"""What a caller can do who asked for something that is not offered."""

INTERNAL_ERROR: Final = _of(
    errors.GeoClimateError, 500, "The request failed for a reason that is ours.", _TELL_THE_OPERATOR
)
UNAVAILABLE: Final = _of(
    errors.Unavailable, 503, "A part of the service does not answer.", _TRY_AGAIN, {"Retry-After": "5"}
)
INVALID_QUERY: Final = _of(
    errors.InvalidQuery, 422, "A parameter of the request cannot be used.", "Correct what `errors` names and repeat."
)
INVALID_EDR_QUERY: Final = replace(INVALID_QUERY, status=400)
"""As OGC API - Environmental Data Retrieval (19-086r6) and Common have it: 400, where the rest of the API says 422."""
NOT_ACCEPTABLE: Final = _of(
    errors.NotAcceptable,
    406,
    "The path gives none of the media types that 'Accept' takes.",
    "Leave 'Accept' out for JSON, or say what you want with 'format'.",
)

UNAUTHORIZED: Final = _of(
    account_errors.NotSignedIn,
    401,
    "The request carries no token of the user pool, or one that is expired or forged.",
    "Sign in with POST /v1/auth/sign-in and send the ID token as 'Authorization: Bearer <token>'.",
    {"WWW-Authenticate": "Bearer"},
)
FORBIDDEN: Final = _of(
    account_errors.MissingPermission,
    403,
    "The token is valid, but it does not allow this request.",
    "Ask an administrator for a role that has the permission.",
)

INVALID_BODY: Final = _of(
    errors.InvalidBody, 422, "A member of the body cannot be used.", "Correct what `errors` names and repeat."
)
MALFORMED_BODY: Final = _of(
    errors.MalformedBody,
    400,
    "The body is not JSON as RFC 8259 describes it.",
    "Send UTF-8 JSON with finite numbers and without deep nesting; null says that there is no value.",
)
UNSUPPORTED_MEDIA_TYPE: Final = _of(
    errors.UnsupportedMediaType,
    415,
    "The path does not take a body of this content type.",
    "Send JSON as 'Content-Type: application/json'.",
)
REQUEST_TOO_LARGE: Final = _of(errors.RequestTooLarge, 413, "A request may have 10 MB.", "Send it in parts.")
INVALID_HEADER: Final = _of(
    errors.InvalidHeader, 422, "A header of the request cannot be used.", "Correct what `errors` names and repeat."
)
IDEMPOTENCY_KEY_REUSED: Final = _of(
    errors.IdempotencyKeyReused,
    422,
    "This Idempotency-Key came with another request in the last 24 hours.",
    "Take a new key for a new request, such as a random UUID; repeat a request with exactly the same body.",
)
REQUEST_IN_PROGRESS: Final = _of(
    errors.RequestInProgress,
    409,
    "A request with this Idempotency-Key is being answered.",
    "Wait as long as Retry-After says, in seconds, and repeat it: you will be given the first one's answer.",
    {"Retry-After": "2"},
)
ANSWER_NOT_KEPT: Final = _of(
    errors.AnswerNotKept,
    409,
    "A request with this Idempotency-Key was done, and its answer is not kept: it holds a secret, or it is too large.",
    "It will not be done again. List what it made; for a secret that was lost, make a new one with a new key.",
)

FOREIGN_KEY: Final = _of(
    account_errors.ForeignKey,
    403,
    "The API key belongs to another account than the token.",
    "Send a key of your own account: GET /v1/keys lists them, POST /v1/keys makes one.",
)
EXPIRED_KEY: Final = _of(
    account_errors.ExpiredKey,
    403,
    "The API key has expired.",
    "Make a new one with POST /v1/keys; a key that has not ended yet can be rotated.",
)
QUOTA_EXCEEDED: Final = _of(
    account_errors.QuotaUsedUp,
    429,
    "The usage plan allows no more today.",
    "The quota is full again at midnight UTC. Ask the operator for a larger plan if this happens often.",
    # The gateway's own answer is a template, which knows neither the plan nor the time: look again in an hour.
    {"Retry-After": "3600", "RateLimit": '"day";r=0', "X-RateLimit-Remaining": "0"},
)

WEAK_PASSWORD: Final = _of(
    account_errors.WeakPassword,
    422,
    "The password breaks rules of the user pool.",
    "Choose one that keeps all that `errors` names; a long sentence does.",
)
INVALID_CODE: Final = _of(
    account_errors.InvalidCode,
    422,
    "The code is not the one that was sent last, or it has expired.",
    "Take the newest message, or what the authenticator shows now. A new code comes by POST /v1/auth/resend, or"
    " /v1/auth/forgot-password for a password.",
)
SIGN_IN_REFUSED: Final = _of(
    account_errors.SignInRefused,
    401,
    "What was sent to sign in is not right, or the address is not confirmed yet.",
    "Check what you sent. A new account is confirmed by POST /v1/auth/confirm; a lost password is reset by POST"
    " /v1/auth/forgot-password.",
    {"WWW-Authenticate": "Bearer"},
)
TOKEN_REFUSED: Final = _of(
    account_errors.TokenRefused,
    401,
    "The refresh or access token in the body is not valid: it has expired, was revoked, or was not issued by this"
    " service.",
    "POST /v1/auth/refresh takes the refresh token of a sign-in, the other paths its access token. Where it has"
    " expired, POST /v1/auth/sign-in again.",
    {"WWW-Authenticate": "Bearer"},
)
ACCOUNT_ERASED: Final = _of(
    account_errors.AccountErased,
    401,
    "The account of this token was erased; nothing is kept of it.",
    "POST /v1/auth/sign-up makes a new account.",
    {"WWW-Authenticate": "Bearer"},
)
SIGN_UP_CLOSED: Final = _of(
    account_errors.SignUpClosed, 403, "Accounts are made by an administrator.", "Ask the operator for an account."
)
TOO_MANY_ATTEMPTS: Final = _of(
    account_errors.TooManyAttempts,
    429,
    "It was tried too often with this address.",
    "Wait as long as Retry-After says, in seconds.",
    {"Retry-After": "900"},
)
UNKNOWN_ACCOUNT: Final = _of(
    account_errors.UnknownAccount, 404, "No account has this id or address.", "GET /v1/accounts?email=... gives the id."
)
UNKNOWN_RECEIPT: Final = _of(
    account_errors.UnknownReceipt, 404, "No receipt of this id is kept.", "A receipt can be read for 30 days."
)

DOMAIN_PROBLEMS: Final[Mapping[type[errors.GeoClimateError], ProblemType]] = MappingProxyType(
    {
        errors.GeoClimateError: INTERNAL_ERROR,
        errors.InvalidInput: _of(errors.InvalidInput, 422, "What was sent cannot be used.", "Correct it and repeat."),
        errors.InvalidQuery: INVALID_QUERY,
        errors.NotAcceptable: NOT_ACCEPTABLE,
        errors.InvalidHeader: INVALID_HEADER,
        errors.InvalidBody: INVALID_BODY,
        account_errors.WeakPassword: WEAK_PASSWORD,
        account_errors.InvalidCode: INVALID_CODE,
        errors.TooManySeries: _of(
            errors.TooManySeries,
            413,
            "A request predicts up to 1,000 series of 24 hours, or 24,000 hours in all.",
            "Send it in parts, or POST /v1/jobs with the kind 'predict', which takes 20,000 series.",
        ),
        errors.ModelNotServed: _of(
            errors.ModelNotServed,
            409,
            "The model is registered, but nothing serves it now.",
            "Leave out 'model' to ask the one in production, or POST /v1/jobs of the kind 'predict' with this 'model'.",
        ),
        errors.MalformedBody: MALFORMED_BODY,
        errors.UnsupportedMediaType: UNSUPPORTED_MEDIA_TYPE,
        errors.RequestTooLarge: REQUEST_TOO_LARGE,
        errors.IdempotencyKeyReused: IDEMPOTENCY_KEY_REUSED,
        errors.RequestInProgress: REQUEST_IN_PROGRESS,
        errors.AnswerNotKept: ANSWER_NOT_KEPT,
        errors.NotFound: _of(
            errors.NotFound,
            404,
            "There is nothing here.",
            _FIND_THE_ID,
        ),
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
        errors.UnknownForecast: _of(
            errors.UnknownForecast,
            404,
            "No forecast has this id.",
            "Every answer with a forecast has its id; GET /v1/stations/{station}/forecast gives the newest one.",
        ),
        account_errors.UnknownKey: _of(
            account_errors.UnknownKey,
            404,
            "The account has no key of this id.",
            "GET /v1/keys lists the account's keys.",
        ),
        account_errors.UnknownPlan: _of(
            account_errors.UnknownPlan,
            422,
            "There is no usage plan of this name.",
            "Take one of those that `detail` names.",
        ),
        account_errors.UnknownAccount: UNKNOWN_ACCOUNT,
        account_errors.UnknownReceipt: UNKNOWN_RECEIPT,
        account_errors.NotSignedIn: UNAUTHORIZED,
        account_errors.SignInRefused: SIGN_IN_REFUSED,
        account_errors.TokenRefused: TOKEN_REFUSED,
        account_errors.AccountErased: ACCOUNT_ERASED,
        account_errors.SignUpClosed: SIGN_UP_CLOSED,
        account_errors.TooManyAttempts: TOO_MANY_ATTEMPTS,
        account_errors.MissingPermission: FORBIDDEN,
        account_errors.ForeignKey: FOREIGN_KEY,
        account_errors.ExpiredKey: EXPIRED_KEY,
        account_errors.QuotaUsedUp: QUOTA_EXCEEDED,
        account_errors.TooManyKeys: _of(
            account_errors.TooManyKeys,
            409,
            "The account has as many keys as it may.",
            "Revoke one with DELETE /v1/keys/{key}, or wait until a replaced one ends.",
        ),
        errors.Conflict: _of(
            errors.Conflict,
            409,
            "It cannot be done as things stand.",
            "`detail` says what stands in the way; read it again before you repeat the request.",
        ),
        errors.ModelRejected: _of(errors.ModelRejected, 409, "The model did not pass its gate."),
        errors.IntegrityError: _of(
            errors.IntegrityError, 500, "Stored data failed its check, so it is not served.", _TELL_THE_OPERATOR
        ),
        errors.Unavailable: UNAVAILABLE,
    }
)

UNKNOWN_PATH: Final = ProblemType("unknown-path", 404, "No such path", "Nothing is served here.", SEE_THE_DOCS)
METHOD_NOT_ALLOWED: Final = ProblemType(
    "method-not-allowed",
    405,
    "The path does not serve this method",
    "The path is served, but not by this method.",
    SEE_THE_DOCS,
)
NOT_READY: Final = ProblemType(
    "not-ready", 503, "The service is not ready", "A store does not answer.", _TRY_AGAIN, {"Retry-After": "5"}
)


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
