"""Shapes of the HTTP API: what a request may carry and what an answer holds.

Times are UTC, written with `Z`. Values are in the parameter's canonical unit unless a member says otherwise.
"""

import datetime as dt
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from geoclimate.domain.forecasts import Engine

API_VERSION: Final = "1.0.0"
"""Of this contract; a change that breaks a caller makes it 2.0.0 and the paths `/v2`."""

PROBLEM_JSON: Final = "application/problem+json"
REQUEST_ID_HEADER: Final = "X-Request-Id"

SECURITY_HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "Strict-Transport-Security": "max-age=31536000",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
)
"""On every answer, the gateway's own included, whose mapping expressions can hold no single quote; so the content
security policy, which needs them, is not here."""

_EARLIEST_YEAR: Final = 1900
_LATEST_YEAR: Final = 2200
_DAY: Final = re.compile(r"(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}")


def _parse_instant(value: object) -> object:
    """An ISO 8601 date and time with its offset, as UTC; what is neither text nor number is left to pydantic."""
    if isinstance(value, (int, float)):
        # Pydantic would guess whether seconds or milliseconds are meant.
        raise PydanticCustomError(
            "instant_as_number", "is a number: write it in ISO 8601, such as 2014-01-31T05:00:00Z"
        )
    if not isinstance(value, str):
        return value
    if " " in value:
        raise PydanticCustomError(
            "instant_with_space",
            "is not ISO 8601: in a URL a '+' reads as a space, so write the offset as %2B01:00, or use Z",
        )
    try:
        instant = dt.datetime.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError(
            "instant_unreadable", "is not a date and time in ISO 8601 with an offset, such as 2014-01-31T05:00:00Z"
        ) from None
    if instant.tzinfo is None:
        raise PydanticCustomError(
            "instant_without_offset",
            "has no offset from UTC, so it could mean any of 24 hours: write 2014-01-31T05:00:00Z for UTC, or an"
            " offset as in 2014-01-31T06:00:00+01:00, whose '+' is %2B in a URL",
        )
    if not _EARLIEST_YEAR <= instant.year <= _LATEST_YEAR:
        raise PydanticCustomError("instant_out_of_range", "lies outside the years 1900 to 2200")
    return instant.astimezone(dt.UTC)


def _parse_day(value: object) -> object:
    if not isinstance(value, str):
        return value
    message = "is not a day in ISO 8601 between 1900 and 2199, such as 2014-01-31"
    if not _DAY.fullmatch(value):
        # Pydantic would take a number for a Unix time.
        raise PydanticCustomError("day_unreadable", message)
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("day_unreadable", message) from None


Instant = Annotated[dt.datetime, BeforeValidator(_parse_instant)]
Day = Annotated[dt.date, BeforeValidator(_parse_day)]

StationId = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$",
        description="Id of a station, as `GET /v1/stations` gives it.",
        examples=["openaq-8118"],
    ),
]

ParameterCode = Annotated[
    str,
    Field(
        pattern=r"^[a-z][a-z0-9_]{0,31}$",
        description="Code of what is measured, as `GET /v1/stations` gives it.",
        examples=["pm25"],
    ),
]


class _Request(BaseModel):
    """Query parameters; one that is not listed is refused, since a misspelt name would be ignored in silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NoQuery(_Request):
    """The query of a path that takes none."""


NEXT_PAGE: Final[Any] = Field(
    description="Link to the next page, relative to the address that was asked; null where nothing follows. A page may"
    " hold fewer than `limit`, or none, and still have a next one.",
    examples=["?limit=100&cursor=WyJvcGVuYXEtODExOCJd.c2l4dGVlbi1ieXRlcy4uLg"],
)


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class QuantileAnswer(_Answer):
    """The value that is not exceeded with this probability."""

    level: float = Field(examples=[0.1])
    value: float = Field(examples=[31.5])


ForecastEngine = Annotated[
    Engine,
    Field(
        description="What computed it: `endpoint`, the models behind the endpoint; `onnx`, the light model, because "
        "the endpoint did not answer; `climatology`, what is usual in past years, because no model answered.",
        examples=["endpoint"],
    ),
]


class HealthAnswer(_Answer):
    """The function answers."""

    status: Literal["ok"] = "ok"
    stage: str = Field(examples=["local"])


class LivenessAnswer(_Answer):
    """The process runs; nothing else is looked at."""

    status: Literal["live"] = "live"


class ReadinessAnswer(_Answer):
    """Every store that the API needs was read just now."""

    status: Literal["ready"] = "ready"
    checks: dict[str, Literal["ok"]] = Field(
        examples=[{"stations": "ok", "observations": "ok", "forecasts": "ok", "verification": "ok"}]
    )


class ProblemCause(_Answer):
    """One thing that is wrong."""

    name: str = Field(description="What it is about: a request parameter or a check.", examples=["from"])
    pointer: str | None = Field(
        default=None,
        description="JSON Pointer into the request, seen as an object of `path`, `query` and `body`.",
        examples=["/query/from"],
    )
    detail: str = Field(examples=["has no offset from UTC"])


class Problem(_Answer):
    """An error answer, RFC 9457."""

    type: str = Field(description="What kind of problem.", examples=["urn:geoclimate:problem:unknown-station"])
    title: str = Field(examples=["No such station"])
    status: int | None = Field(default=None, description="HTTP status.", examples=[404])
    detail: str = Field(examples=["No station has the id 'openaq-1'."])
    instance: str = Field(
        description="This occurrence.", examples=["urn:geoclimate:request:5f0e9c1c-6e0c-4f0a-9a3e-0a8a5a3b2c1d"]
    )
    request_id: str = Field(description="Also in X-Request-Id.", examples=["5f0e9c1c-6e0c-4f0a-9a3e-0a8a5a3b2c1d"])
    hint: str | None = Field(default=None, description="What you can do.", examples=["GET /v1/stations lists them."])
    errors: tuple[ProblemCause, ...] | None = Field(default=None, description="Everything that is wrong, one by one.")
