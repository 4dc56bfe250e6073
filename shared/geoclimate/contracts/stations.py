"""Shapes of answers about stations."""

import datetime as dt

from pydantic import BaseModel, ConfigDict, Field

from geoclimate.contracts.http import NEXT_PAGE


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class SeriesAnswer(_Answer):
    """What is known of one parameter at a station."""

    parameter: str = Field(examples=["pm25"])
    unit: str = Field(description="Canonical unit.", examples=["µg/m³"])
    first: dt.datetime = Field(description="Start of the oldest observation.", examples=["2010-01-01T23:00:00Z"])
    last: dt.datetime = Field(description="End of the newest observation.", examples=["2014-12-31T16:00:00Z"])


class StationAnswer(_Answer):
    """A place that measures."""

    id: str = Field(examples=["openaq-8118"])
    name: str = Field(examples=["Beijing US Embassy"])
    latitude: float = Field(description="Degrees north, WGS84.", examples=[39.954])
    longitude: float = Field(description="Degrees east, WGS84.", examples=[116.468])
    country: str | None = Field(
        description="ISO 3166-1 alpha-2 code of the country in which it stands, by its coordinates; null on the high"
        " sea, and until its next file for a station that was stored before countries were looked up.",
        examples=["CN"],
    )
    source: str = Field(description="Who delivers it.", examples=["openaq"])
    parameters: tuple[SeriesAnswer, ...] = Field(description="What it measures, ordered by code.")


class FoundStationAnswer(StationAnswer):
    """A place that measures, as a search found it."""

    distance_m: float | None = Field(
        description="Metres from the point of `near`, along the surface; null where `near` was not asked.",
        examples=[1234.5],
    )


class StationsAnswer(_Answer):
    """Some stations, ordered by distance where `near` was asked, by place where `bbox` was, or else by id."""

    stations: tuple[FoundStationAnswer, ...]
    next: str | None = NEXT_PAGE
    hint: str | None = Field(
        description="Where nothing was found, and would have been with latitude and longitude swapped: what to try.",
        examples=[None],
    )
