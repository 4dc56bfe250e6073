"""Shapes of OGC API - Environmental Data Retrieval 1.1 (OGC 19-086r6): requests, and what describes the data.

Links are relative to the address that was asked, since a function is not told the gateway's own.
"""

import datetime as dt
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError, WithJsonSchema
from pydantic_core import PydanticCustomError

from geoclimate.contracts.cursors import Cursor
from geoclimate.contracts.http import Instant
from geoclimate.contracts.station_search import MOST_LISTED, MOST_METRES, BoxText
from geoclimate.domain.time_spans import TimeSpan
from geoclimate.domain.wkt import POINT_EXAMPLE, POLYGON_EXAMPLE

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CONFORMANCE: Final = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-edr-1/1.1/conf/core",
    "http://www.opengis.net/spec/ogcapi-edr-1/1.1/conf/collections",
    "http://www.opengis.net/spec/ogcapi-edr-1/1.1/conf/queries",
    "http://www.opengis.net/spec/ogcapi-edr-1/1.1/conf/json",
    "http://www.opengis.net/spec/ogcapi-edr-1/1.1/conf/covjson",
    "http://www.opengis.net/spec/ogcapi-edr-1/1.1/conf/edr-geojson",
)
METRES: Final[dict[str, float]] = {"m": 1.0, "km": 1_000.0, "mi": 1_609.344}
"""Units of `within`; the international mile."""

_OPEN: Final = ".."
_INSTANT: Final[TypeAdapter[dt.datetime]] = TypeAdapter(Instant)
_LONGEST_WKT: Final = 8_000


def _parse_span(value: object) -> object:
    """An instant or an interval as a span; anything but text is left to pydantic."""
    if not isinstance(value, str):
        return value
    first, slash, last = value.partition("/")
    if not slash:
        instant = _instant(first)
        return TimeSpan(instant, instant)
    span = TimeSpan(None if first == _OPEN else _instant(first), None if last == _OPEN else _instant(last))
    if span.start is None and span.end is None:
        raise PydanticCustomError("span_open", "is open on both ends: leave it out for what is newest")
    if span.start is not None and span.end is not None and span.start > span.end:
        raise PydanticCustomError("span_backward", "ends before it begins: write the earlier instant first")
    return span


def _instant(text: str) -> dt.datetime:
    try:
        return _INSTANT.validate_python(text)
    except ValidationError as error:
        said = error.errors()[0]["msg"]
        raise PydanticCustomError(
            "span_unreadable",
            "{said}; it is an instant, or an interval such as 2014-01-30T00:00:00Z/2014-01-31T00:00:00Z or"
            " 2014-01-30T00:00:00Z/..",
            {"said": said},
        ) from None


class _Query(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    parameter_name: Annotated[
        str | None,
        Field(
            alias="parameter-name",
            pattern=r"^[a-z][a-z0-9_]{0,40}(,[a-z][a-z0-9_]{0,40}){0,63}$",
            description="Names from the collection's `parameter_names`, with commas between them; all without it.",
            examples=["pm25"],
        ),
    ] = None
    crs: Annotated[
        Literal["CRS84", "http://www.opengis.net/def/crs/OGC/1.3/CRS84"] | None,
        Field(description="Longitude, then latitude, WGS84: the only one."),
    ] = None


class _DataQuery(_Query):
    datetime: Annotated[
        Annotated[
            TimeSpan,
            BeforeValidator(_parse_span),
            WithJsonSchema({"type": "string", "examples": ["2014-12-31T00:00:00Z/2014-12-31T12:00:00Z"]}),
        ]
        | None,
        Field(
            description="Hours that meet this instant, or this interval with both its ends; `..` is an open end. ISO"
            " 8601 with an offset from UTC. Without it, the newest hours."
        ),
    ] = None
    f: Annotated[Literal["CoverageJSON"] | None, Field(description="Form of the answer.")] = None


class PositionRequest(_DataQuery):
    """Query of `/edr/collections/{collection}/position`."""

    coords: Annotated[
        str, Field(max_length=_LONGEST_WKT, description="Well-known text, longitude first.", examples=[POINT_EXAMPLE])
    ]


class RadiusRequest(PositionRequest):
    """Query of `/edr/collections/{collection}/radius`."""

    within: Annotated[float, Field(gt=0, le=MOST_METRES, allow_inf_nan=False, examples=[20])]
    within_units: Annotated[Literal["m", "km", "mi"], Field(alias="within-units", description="Unit of `within`.")]


class AreaRequest(_DataQuery):
    """Query of `/edr/collections/{collection}/area`."""

    coords: Annotated[
        str, Field(max_length=_LONGEST_WKT, description="Well-known text, longitude first.", examples=[POLYGON_EXAMPLE])
    ]


class LocationRequest(_DataQuery):
    """Query of `/edr/collections/{collection}/locations/{location}`."""


class LocationsRequest(_Query):
    """Query of `/edr/collections/{collection}/locations`."""

    bbox: Annotated[
        BoxText | None,
        Field(description="Only locations in this box, edges included: `minlon,minlat,maxlon,maxlat`, degrees."),
    ] = None
    limit: Annotated[
        int | None, Field(ge=1, le=MOST_LISTED, description="Locations of a page; 100 without it.", examples=[100])
    ] = None
    cursor: Cursor | None = None
    f: Annotated[Literal["GeoJSON"] | None, Field(description="Form of the answer.")] = None


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True)


class LinkAnswer(_Answer):
    """Where something else is, RFC 8288."""

    href: str = Field(description="Relative to the address that was asked.", examples=["edr/collections"])
    rel: str = Field(examples=["data"])
    type: str = Field(default="application/json", examples=["application/json"])
    title: str | None = Field(default=None, examples=["Collections"])


class LandingAnswer(_Answer):
    """Where one begins."""

    title: str = Field(examples=["GeoClimate"])
    description: str
    links: tuple[LinkAnswer, ...]


class ConformanceAnswer(_Answer):
    """Classes of the standards that the API keeps."""

    conforms_to: tuple[str, ...] = Field(alias="conformsTo", examples=[CONFORMANCE[2:3]])


class SpatialAnswer(_Answer):
    """Where data may be."""

    bbox: tuple[tuple[float, float, float, float], ...] = ((-180.0, -90.0, 180.0, 90.0),)
    crs: str = CRS84


class TemporalAnswer(_Answer):
    """When data may be; null is an open end."""

    interval: tuple[tuple[dt.datetime | None, dt.datetime | None], ...] = ((None, None),)
    trs: str = "Gregorian"


class ExtentAnswer(_Answer):
    """Where and when data may be; `locations` says where they are."""

    spatial: SpatialAnswer = SpatialAnswer()
    temporal: TemporalAnswer = TemporalAnswer()


class CollectionAnswer(_Answer):
    """Data of one kind."""

    id: str = Field(examples=["observations"])
    title: str
    description: str
    keywords: tuple[str, ...]
    links: tuple[LinkAnswer, ...]
    extent: ExtentAnswer = ExtentAnswer()
    data_queries: dict[str, Any] = Field(description="By kind of query, where it is and what it takes.")
    crs: tuple[str, ...] = (CRS84,)
    output_formats: tuple[str, ...] = ("CoverageJSON",)
    parameter_names: dict[str, Any] = Field(description="What can be asked for, by name: CoverageJSON parameters.")


class CollectionsAnswer(_Answer):
    """Everything that can be retrieved."""

    links: tuple[LinkAnswer, ...]
    collections: tuple[CollectionAnswer, ...]
