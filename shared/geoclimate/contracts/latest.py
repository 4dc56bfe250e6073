"""Shapes of answers with the newest value of many stations."""

import datetime as dt

from pydantic import BaseModel, ConfigDict, Field

from geoclimate.contracts.http import NEXT_PAGE
from geoclimate.domain.null_reasons import NullReason


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class LatestValueAnswer(_Answer):
    """The newest value of a station; everything about it is null where there is none."""

    station: str = Field(examples=["openaq-8118"])
    latitude: float = Field(description="Degrees north, WGS84.", examples=[39.954])
    longitude: float = Field(description="Degrees east, WGS84.", examples=[116.468])
    value: float | None = Field(description="In the canonical unit.", examples=[42.0])
    start: dt.datetime | None = Field(examples=["2014-12-31T15:00:00Z"])
    end: dt.datetime | None = Field(examples=["2014-12-31T16:00:00Z"])
    instrument: str | None = Field(description="Which instrument at the station.", examples=["23735"])
    flag: str | None = Field(description="`valid`, or `below-detection`.", examples=["valid"])
    age_seconds: int | None = Field(description="From `end` to now.", examples=[2400])
    null_reason: NullReason | None = Field(
        description="Why there is no value: `not_measured` (the station does not measure it), `qc_rejected` (quality"
        " rules flagged all of its last 48 hours), `upstream_late` (nothing is stored of them). Null where there is"
        " one.",
        examples=[None],
    )


class LatestAnswer(_Answer):
    """One entry a station: in the order in which they were named, or with `bbox` of place."""

    parameter: str = Field(examples=["pm25"])
    unit: str = Field(description="Canonical unit of `value`.", examples=["µg/m³"])
    values: tuple[LatestValueAnswer, ...]
    next: str | None = NEXT_PAGE
