"""The tree of errors that the platform raises on purpose.

    GeoClimateError
    ├── InvalidInput            the caller or the provider must change something
    │   ├── UnreadableFile      a whole upload that cannot be taken
    │   ├── RefusedValue        one value of an upload that breaks a quality rule
    │   ├── NotAcceptable       none of the forms asked for is offered
    │   └── InvalidQuery        a parameter of a request
    ├── NotFound                the thing named does not exist
    │   ├── UnknownStation
    │   ├── UnknownParameter
    │   ├── UnknownSeries       the station does not measure this parameter
    │   ├── UnknownStandard     there is no such air quality index
    │   └── NoForecast          the series is known, but nothing was forecast for it
    ├── NotSignedIn             nobody is proven to call
    ├── MissingPermission       the caller is known, but may not do this
    ├── Conflict                somebody else changed the thing first
    ├── ModelRejected           a model that must not be deployed
    ├── IntegrityError          stored bytes differ from their digest or signature
    └── Unavailable             a part of the platform does not answer; try again

A `code` is stable and part of the public interface; `contracts/problems.py` maps the classes to HTTP.
"""

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


class NotAcceptable(InvalidInput):  # noqa: N818 - named as HTTP does
    """None of the forms that a request's `Accept` takes is offered."""

    code = "not-acceptable"
    title = "None of the forms asked for is offered"


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


class NoForecast(NotFound):
    """The series is known, but no forecast was made for it."""

    code = "no-forecast"
    title = "No forecast has been made for this series"


class NotSignedIn(GeoClimateError):  # noqa: N818
    """Nobody is proven to call."""

    code = "unauthorized"
    title = "Not signed in"


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


class Conflict(GeoClimateError):  # noqa: N818
    """Somebody else changed the thing first."""

    code = "conflict"
    title = "The resource changed meanwhile"


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
