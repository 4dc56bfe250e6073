"""The tree of errors that the platform raises on purpose.

    GeoClimateError
    ├── InvalidInput            the caller or the provider must change something
    │   ├── UnreadableFile      a whole upload that cannot be taken
    │   ├── RefusedValue        one value of an upload that breaks a quality rule
    │   ├── InvalidQuery        a parameter of a request
    │   ├── NotAcceptable       none of the forms asked for is offered
    │   ├── InvalidHeader       a header of a request
    │   ├── InvalidBody         a member of a request's body
    │   │   ├── WeakPassword    breaks rules of the user pool
    │   │   └── UnusableValues  some of many values
    │   ├── TooManySeries       more than one request predicts
    │   ├── InvalidCode         a one-time code that is not, or no more, the right one
    │   ├── MalformedBody       a body that is no JSON
    │   ├── UnsupportedMediaType
    │   ├── RequestTooLarge
    │   └── IdempotencyKeyReused  the key came with another request before
    ├── NotFound                the thing named does not exist
    │   ├── UnknownStation
    │   ├── UnknownParameter
    │   ├── UnknownSeries       the station does not measure this parameter
    │   ├── UnknownStandard     there is no such air quality index
    │   ├── UnknownAccount
    │   ├── UnknownReceipt
    │   ├── NoForecast          the series is known, but nothing was forecast for it
    │   ├── UnknownForecast     no forecast has this id
    │   ├── UnknownKey          the account has no such key
    │   └── UnknownPlan         there is no such usage plan
    ├── NotSignedIn             nobody is proven to call
    │   ├── SignInRefused       what was sent to sign in is not right
    │   ├── TokenRefused        a refresh or access token that was sent in a body is not valid
    │   └── AccountErased       the account of the token is gone
    ├── SignUpClosed            accounts are made by an administrator only
    ├── TooManyAttempts         it was tried too often; wait
    ├── MissingPermission       the caller is known, but may not do this
    ├── ForeignKey              the key belongs to another account than the token
    ├── ExpiredKey              the key has ended by itself
    ├── QuotaUsedUp             the account has used what its plan allows in a day
    ├── Conflict                somebody else changed the thing first
    │   ├── ModelNotServed      the model is known, but nothing serves it now
    │   ├── RequestInProgress   the same request has not been answered yet
    │   └── AnswerNotKept       the same request was done, and its answer is not kept
    ├── ModelRejected           a model that must not be deployed
    ├── IntegrityError          stored bytes differ from their digest or signature
    └── Unavailable             a part of the platform does not answer; try again

A `code` is stable and part of the public interface; `contracts/problems.py` maps the classes to HTTP.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from geoclimate.domain.plans import Allowance


class GeoClimateError(Exception):
    """Root of every error that the platform raises on purpose.

    Attributes:
        code: Stable name of the kind of error, in kebab case.
        title: One safe sentence for people, the same for every instance.
    """

    code: ClassVar[str] = "internal-error"
    title: ClassVar[str] = "Something went wrong on our side"


class InvalidInput(GeoClimateError):  # noqa: N818 - named as the field says it; every child reads as a statement
    """The caller or provider must change what they sent."""

    code = "invalid-input"
    title = "The input is not valid"


class UnreadableFile(InvalidInput):
    """A whole upload that cannot be taken.

    Attributes:
        rule: Name of the rule that the file breaks, such as `gzip` or `header`.
        line: 1-based line where it was noticed, or None where no line applies.
    """

    code = "unreadable-file"
    title = "The file cannot be read"

    def __init__(self, rule: str, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.rule = rule
        self.line = line


class RefusedValue(InvalidInput):
    """One value of an upload that breaks a quality rule; the other rows of the file are not concerned.

    Attributes:
        rule: Name of the rule, such as `sentinel`.
        column: Column that breaks it, or None where the whole row does.
        value: Text as delivered.
    """

    code = "refused-value"
    title = "A value breaks a quality rule"

    def __init__(self, rule: str, column: str | None, value: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.column = column
        self.value = value


class InvalidQuery(InvalidInput):
    """A parameter of a request that cannot be used.

    Attributes:
        parameter: Name of the request's parameter.
    """

    code = "invalid-query"
    title = "A request parameter is not valid"

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(message)
        self.parameter = parameter


class NotAcceptable(InvalidInput):
    """None of the forms that a request's `Accept` takes is offered."""

    code = "not-acceptable"
    title = "None of the forms asked for is offered"


class InvalidHeader(InvalidInput):
    """A header of a request that cannot be used.

    Attributes:
        header: Name of the header.
    """

    code = "invalid-header"
    title = "A header is not valid"

    def __init__(self, header: str, message: str) -> None:
        super().__init__(message)
        self.header = header


class InvalidBody(InvalidInput):
    """A member of a request's body that cannot be used.

    Attributes:
        pointer: Where in the body, as a JSON pointer (RFC 6901); empty for the whole of it.
    """

    code = "invalid-body"
    title = "The body is not valid"

    def __init__(self, pointer: str, message: str) -> None:
        super().__init__(message)
        self.pointer = pointer


class WeakPassword(InvalidBody):
    """A password that breaks rules of the user pool.

    Attributes:
        rules: What is missing, a sentence each.
    """

    code = "weak-password"
    title = "The password is too weak"

    def __init__(self, rules: Sequence[str]) -> None:
        super().__init__("/password", "; ".join(rules))
        self.rules = tuple(rules)


class UnusableValues(InvalidBody):
    """Some of the many values of a body that cannot be used.

    Attributes:
        places: Where in the body each is, as a JSON pointer, and what is wrong with it; not all of them, where there
            are many.
    """

    def __init__(self, places: Sequence[tuple[str, str]], count: int) -> None:
        pointer, detail = places[0]
        more = "" if count == 1 else f"; and {count - 1:,} more"
        super().__init__(pointer, f"{detail}{more}")
        self.places = tuple(places)


class TooManySeries(InvalidInput):
    """More series or hours than one request predicts."""

    code = "too-many-series"
    title = "Too much for one prediction"


class InvalidCode(InvalidInput):
    """A one-time code that is not the one that was sent or shown, or not any more."""

    code = "invalid-code"
    title = "The code is not valid"


class MalformedBody(InvalidInput):
    """A body that is no JSON, or not such as every reader reads alike."""

    code = "malformed-body"
    title = "The body is not JSON"


class UnsupportedMediaType(InvalidInput):
    """A body of a content type that is not taken."""

    code = "unsupported-media-type"
    title = "The body's content type is not taken"


class RequestTooLarge(InvalidInput):
    """A body of more bytes than the gateway takes."""

    code = "request-too-large"
    title = "The request is too large"


class IdempotencyKeyReused(InvalidInput):
    """The same idempotency key came with another request before."""

    code = "idempotency-key-reused"
    title = "The idempotency key belongs to another request"


class NotFound(GeoClimateError):  # noqa: N818
    """The thing named does not exist."""

    code = "not-found"
    title = "Not found"


class UnknownStation(NotFound):
    """No station has this id."""

    code = "unknown-station"
    title = "No such station"


class UnknownParameter(NotFound):
    """The platform does not know this parameter."""

    code = "unknown-parameter"
    title = "No such parameter"


class UnknownSeries(NotFound):
    """The station is known, but it does not measure this parameter."""

    code = "unknown-series"
    title = "The station does not measure this parameter"


class UnknownStandard(NotFound):
    """There is no air quality index of this id."""

    code = "unknown-standard"
    title = "No such air quality index"


class UnknownAccount(NotFound):
    """There is no account of this id or address."""

    code = "unknown-account"
    title = "No such account"


class UnknownReceipt(NotFound):
    """There is no receipt of this id, or it has expired."""

    code = "unknown-receipt"
    title = "No such receipt"


class NoForecast(NotFound):
    """The series is known, but no forecast was made for it."""

    code = "no-forecast"
    title = "No forecast has been made for this series"


class UnknownForecast(NotFound):
    """No forecast has this id."""

    code = "unknown-forecast"
    title = "No such forecast"


class UnknownKey(NotFound):
    """The account has no key of this id; whether another account has it is not said."""

    code = "unknown-key"
    title = "No such key"


class UnknownPlan(NotFound):
    """There is no usage plan of this name."""

    code = "unknown-plan"
    title = "No such plan"


class NotSignedIn(GeoClimateError):  # noqa: N818
    """Nobody is proven to call."""

    code = "unauthorized"
    title = "Not signed in"


class SignInRefused(NotSignedIn):
    """What was sent to sign in is not right."""

    code = "sign-in-refused"
    title = "The sign-in was refused"


class TokenRefused(NotSignedIn):
    """A refresh or access token that came in a body is not valid, or not any more."""

    code = "token-refused"
    title = "The token was refused"


class AccountErased(NotSignedIn):
    """The account of the token was erased; the token outlives it by minutes."""

    code = "account-erased"
    title = "The account was erased"


class SignUpClosed(GeoClimateError):  # noqa: N818
    """Nobody signs up here: an administrator makes the accounts."""

    code = "sign-up-closed"
    title = "Nobody signs up here"


class TooManyAttempts(GeoClimateError):  # noqa: N818
    """It was tried too often.

    Attributes:
        retry_after_s: Seconds to wait.
    """

    code = "too-many-attempts"
    title = "Too many attempts"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"It was tried too often: try again in {retry_after_s} seconds.")
        self.retry_after_s = retry_after_s


class MissingPermission(GeoClimateError):  # noqa: N818
    """The caller is known, but may not do this.

    Attributes:
        permission: What is missing, `resource:action`.
    """

    code = "forbidden"
    title = "You may not do this"

    def __init__(self, permission: str) -> None:
        super().__init__(f"This needs the permission {permission}, which none of your roles has.")
        self.permission = permission


class ForeignKey(GeoClimateError):  # noqa: N818
    """The request comes with one account's token and another account's key."""

    code = "foreign-api-key"
    title = "The API key belongs to another account"


class ExpiredKey(GeoClimateError):  # noqa: N818
    """The key has ended by itself."""

    code = "expired-api-key"
    title = "The API key has expired"


class QuotaUsedUp(GeoClimateError):  # noqa: N818
    """The account has used what its plan allows in a day.

    Attributes:
        allowance: Where the account stands.
    """

    code = "quota-exceeded"
    title = "The day's quota is used up"

    def __init__(self, allowance: Allowance) -> None:
        super().__init__(f"The account has used {allowance.used} of the {allowance.plan.per_day} of its plan today.")
        self.allowance = allowance


class Conflict(GeoClimateError):  # noqa: N818
    """The thing is not in a state that allows it, or somebody else changed it first."""

    code = "conflict"
    title = "The present state does not allow it"


class ModelNotServed(Conflict):
    """The model is known, but nothing serves it now."""

    code = "model-not-served"
    title = "This model is not served"


class RequestInProgress(Conflict):
    """A request with the same idempotency key has not been answered yet."""

    code = "request-in-progress"
    title = "The same request is being answered"


class AnswerNotKept(Conflict):
    """A request with the same idempotency key was done, and its answer is not kept."""

    code = "answer-not-kept"
    title = "It was done before, and its answer is not kept"


class TooManyKeys(Conflict):
    """The account has as many keys as it may."""

    code = "too-many-keys"
    title = "The account has as many keys as it may"


class ModelRejected(GeoClimateError):  # noqa: N818
    """A model that must not be deployed."""

    code = "model-rejected"
    title = "The model must not be deployed"


class IntegrityError(GeoClimateError):
    """Stored bytes differ from the digest or signature that was recorded for them."""

    code = "integrity-error"
    title = "Stored data failed its integrity check"


class Unavailable(GeoClimateError):  # noqa: N818
    """A part of the platform does not answer; the same call may succeed later."""

    code = "unavailable"
    title = "A part of the service does not answer"
