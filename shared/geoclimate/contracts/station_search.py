"""Shapes of requests that search for stations, and the forms of places in them."""

import math
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from geoclimate.contracts.cursors import Cursor
from geoclimate.contracts.forms import FORMAT, Form
from geoclimate.contracts.http import Instant, ParameterCode
from geoclimate.domain.places import Box, Point

MOST_LISTED: Final = 1000
"""Stations of a page. One takes about half a kilobyte of the answer, and Lambda's answers end at 6 MB."""
MOST_METRES: Final = 20_100_000
"""No place on the Earth is farther from another."""
MOST_LATEST: Final = 100
"""Stations whose newest value is read at once: a read each."""

_LATITUDES: Final = 90.0
_LONGITUDES: Final = 180.0


def _numbers(value: str, names: str) -> list[float]:
    parts = value.split(",")
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        numbers = []
    count = names.count(",") + 1
    if len(numbers) != count or not all(math.isfinite(number) for number in numbers):
        raise PydanticCustomError(
            "place_unreadable", "is not {count} numbers: {names}", {"count": count, "names": names}
        )
    return numbers


def _parse_point(value: object) -> object:
    """`lat,lon` as a point; anything but text is left to pydantic."""
    if not isinstance(value, str):
        return value
    latitude, longitude = _numbers(value, "lat,lon")
    if abs(latitude) <= _LATITUDES and abs(longitude) <= _LONGITUDES:
        return Point(latitude, longitude)
    if abs(longitude) <= _LATITUDES and abs(latitude) <= _LONGITUDES:
        raise PydanticCustomError(
            "place_swapped",
            "has a latitude beyond 90 degrees: latitude comes first, so did you mean {meant}?",
            {"meant": f"{longitude:g},{latitude:g}"},
        )
    raise PydanticCustomError(
        "place_out_of_range", "is not on the Earth: latitudes go from -90 to 90, longitudes from -180 to 180"
    )


def _parse_box(value: object) -> object:
    """`minlon,minlat,maxlon,maxlat` as a box; anything but text is left to pydantic."""
    if not isinstance(value, str):
        return value
    west, south, east, north = _numbers(value, "minlon,minlat,maxlon,maxlat")
    if _is_box(west, south, east, north):
        return Box(west, south, east, north)
    if south <= north and _is_box(south, west, north, east):
        raise PydanticCustomError(
            "place_swapped",
            "does not fit as minlon,minlat,maxlon,maxlat: longitude comes first, so did you mean {meant}?",
            {"meant": f"{south:g},{west:g},{north:g},{east:g}"},
        )
    if _is_box(west, north, east, south):
        raise PydanticCustomError(
            "place_upside_down",
            "ends south of where it begins: write minlon,minlat,maxlon,maxlat. Only the longitudes may descend, where"
            " the box crosses the antimeridian",
        )
    raise PydanticCustomError(
        "place_out_of_range", "is not on the Earth: latitudes go from -90 to 90, longitudes from -180 to 180"
    )


def _is_box(west: float, south: float, east: float, north: float) -> bool:
    return abs(west) <= _LONGITUDES >= abs(east) and -_LATITUDES <= south <= north <= _LATITUDES


BoxText = Annotated[
    Box,
    BeforeValidator(_parse_box),
    WithJsonSchema({"type": "string", "examples": ["116.0,39.5,117.0,40.5"]}),
]
PointText = Annotated[
    Point,
    BeforeValidator(_parse_point),
    WithJsonSchema({"type": "string", "examples": ["39.95,116.47"]}),
]

_BOX_DESCRIPTION: Final = (
    "Only stations in this box, edges included: `minlon,minlat,maxlon,maxlat`, degrees. Where `minlon` is greater than"
    " `maxlon` the box crosses the antimeridian."
)


class StationsRequest(BaseModel):
    """Query of `GET /v1/stations`; the filters combine."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bbox: Annotated[BoxText | None, Field(description=_BOX_DESCRIPTION)] = None
    near: Annotated[
        PointText | None,
        Field(description="Stations by their distance from this point: `lat,lon`, degrees. Needs `radius` or `k`."),
    ] = None
    radius: Annotated[
        float | None,
        Field(
            gt=0,
            le=MOST_METRES,
            allow_inf_nan=False,
            description="Farthest distance from `near`, metres.",
            examples=[5000],
        ),
    ] = None
    k: Annotated[
        int | None,
        Field(ge=1, le=MOST_LISTED, description="That many nearest to `near`, however far they are.", examples=[5]),
    ] = None
    country: Annotated[
        Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2}$", to_upper=True)] | None,
        Field(
            description="Only stations in this country: its ISO 3166-1 alpha-2 code, in any case. Territories that ISO"
            " lists have a code of their own, such as `HK`; `XK` is Kosovo.",
            examples=["CN"],
        ),
    ] = None
    parameter: Annotated[ParameterCode | None, Field(description="Only stations that measure it.")] = None
    source: Annotated[
        str | None,
        Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$", description="Only stations that it delivers.", examples=["openaq"]),
    ] = None
    active_since: Annotated[
        Instant | None,
        Field(
            description="Only stations with observations that end after this instant; of `parameter`, if it is given."
            " ISO 8601 with an offset from UTC.",
            examples=["2014-12-31T00:00:00Z"],
        ),
    ] = None
    limit: Annotated[
        int | None, Field(ge=1, le=MOST_LISTED, description="Stations of a page; 100 without it.", examples=[100])
    ] = None
    cursor: Cursor | None = None
    format: Annotated[Form | None, FORMAT] = None


class LatestRequest(BaseModel):
    """Query of `GET /v1/observations/latest`: either `station` or `bbox`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    parameter: ParameterCode
    station: Annotated[
        str | None,
        Field(
            pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}(,[A-Za-z0-9][A-Za-z0-9._-]{0,127}){0,99}$",
            description="Ids of stations, with commas between them; 100 at most.",
            examples=["openaq-8118,openaq-7570"],
        ),
    ] = None
    bbox: Annotated[
        BoxText | None, Field(description=_BOX_DESCRIPTION + " Only those that measure the parameter are listed.")
    ] = None
    limit: Annotated[
        int | None,
        Field(ge=1, le=MOST_LATEST, description="Stations of a page, with `bbox`; 100 without it.", examples=[100]),
    ] = None
    cursor: Cursor | None = None
    format: Annotated[Form | None, FORMAT] = None
