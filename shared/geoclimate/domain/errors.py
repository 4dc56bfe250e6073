"""The tree of errors that the platform raises on purpose; those about accounts are in `account_errors.py`.

    GeoClimateError
    ├── InvalidInput            the caller or the provider must change something
    │   ├── UnreadableFile      a whole upload that cannot be taken
    │   ├── RefusedValue        one value of an upload that breaks a quality rule
    │   ├── InvalidQuery        a parameter of a request
    │   ├── NotAcceptable       none of the forms asked for is offered
    │   ├── InvalidHeader       a header of a request
    │   ├── InvalidBody         a member of a request's body
    │   │   └── UnusableValues  some of many values
    │   ├── TooManySeries       more than one request predicts
    │   ├── MalformedBody       a body that is no JSON
    │   ├── UnsupportedMediaType
    │   ├── RequestTooLarge
    │   └── IdempotencyKeyReused  the key came with another request before
    ├── NotFound                the thing named does not exist
    │   ├── UnknownStation
    │   ├── UnknownParameter
    │   ├── UnknownSeries       the station does not measure this parameter
    │   ├── UnknownStandard     there is no such air quality index
    │   ├── NoForecast          the series is known, but nothing was forecast for it
    │   └── UnknownForecast     no forecast has this id
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
from typing import ClassVar


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


class NotFound(GeoClimateError):  # noqa: N818 - named as the field says it
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


class NoForecast(NotFound):
    """The series is known, but no forecast was made for it."""

    code = "no-forecast"
    title = "No forecast has been made for this series"


class UnknownForecast(NotFound):
    """No forecast has this id."""

    code = "unknown-forecast"
    title = "No such forecast"


class Conflict(GeoClimateError):  # noqa: N818 - named as the field says it
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


class ModelRejected(GeoClimateError):  # noqa: N818 - named as the field says it
    """A model that must not be deployed."""

    code = "model-rejected"
    title = "The model must not be deployed"


class IntegrityError(GeoClimateError):
    """Stored bytes differ from the digest or signature that was recorded for them."""

    code = "integrity-error"
    title = "Stored data failed its integrity check"


class Unavailable(GeoClimateError):  # noqa: N818 - named as the field says it
    """A part of the platform does not answer; the same call may succeed later."""

    code = "unavailable"
    title = "A part of the service does not answer"
