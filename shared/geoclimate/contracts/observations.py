"""Shapes of requests for observations and of their answers."""

import datetime as dt
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from geoclimate.contracts.cursors import Cursor
from geoclimate.contracts.forms import FORMAT, TableForm
from geoclimate.contracts.http import NEXT_PAGE, Instant, ParameterCode, QuantileAnswer
from geoclimate.domain.calendar_steps import Every, Step
from geoclimate.domain.null_reasons import NullReason

MOST_OBSERVATIONS: Final = 16_000
"""Of a page. One takes 200 to 300 bytes of the answer, and Lambda's answers end at 6 MB."""


class ObservationsRequest(BaseModel):
    """Query of `GET /v1/stations/{station}/observations`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    parameter: ParameterCode
    start: Annotated[
        Instant | None,
        Field(
            alias="from",
            description="Beginning of the window, ISO 8601 with an offset from UTC; without it, a usual span before"
            " `to`: 24 hours of `raw` and `hourly`, 30 days of `daily`, 365 of `monthly`.",
            examples=["2014-01-30T00:00:00Z"],
        ),
    ] = None
    end: Annotated[
        Instant | None,
        Field(
            alias="to",
            description="End of the window, not included; without it, the same span after `from`, or the end of the"
            " series.",
            examples=["2014-01-31T00:00:00Z"],
        ),
    ] = None
    every: Annotated[
        Every,
        Field(description="Each observation by itself, or the mean of each hour, day or month.", examples=["daily"]),
    ] = "raw"
    tz: Annotated[
        str,
        Field(
            min_length=1,
            max_length=64,
            description="Whose clocks count hours, days and months, and in which times are written: a name of the IANA"
            " time zone database, or an offset such as `-05:00`.",
            examples=["Asia/Shanghai"],
        ),
    ] = "UTC"
    units: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=32,
            description="Unit of the values in the answer, as `GET /v1/parameters` lists them; without it, the"
            " canonical one.",
            examples=["µg/m³"],
        ),
    ] = None
    flags: Annotated[
        str | None,
        Field(
            pattern=r"^[a-z0-9-]{1,32}(,[a-z0-9-]{1,32}){0,15}$",
            description="Only observations with these quality flags, with commas between them. Without it, all where"
            " `every` is `raw`; in a mean, `valid` and `below-detection`.",
            examples=["valid"],
        ),
    ] = None
    instrument: Annotated[
        str | None,
        Field(
            pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
            description="Only observations of this instrument at the station.",
            examples=["23735"],
        ),
    ] = None
    as_of: Annotated[
        Instant | None,
        Field(
            description="Gives the answer that would have been given then: only files uploaded by this instant count."
            " ISO 8601 with an offset from UTC; needs `from` or `to` beside it.",
            examples=["2014-02-15T00:00:00Z"],
        ),
    ] = None
    limit: Annotated[
        int | None,
        Field(
            ge=1,
            le=MOST_OBSERVATIONS,
            description="Entries of a page. A page has at most 16,000 observations of 31 days (8,000 as CSV or NDJSON),"
            " or 744 hours, 366 days or 12 months, whatever is asked; observations of one instant stay together.",
            examples=[100],
        ),
    ] = None
    cursor: Cursor | None = None
    format: Annotated[TableForm | None, FORMAT] = None


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True)


class ObservationAnswer(_Answer):
    """One measured value over `[start, end)`."""

    start: dt.datetime = Field(examples=["2014-01-30T23:00:00Z"])
    end: dt.datetime = Field(examples=["2014-01-31T00:00:00Z"])
    value: float = Field(description="In the unit of the answer.", examples=[42.0])
    delivered_value: float = Field(description="As the provider wrote it.", examples=[42.0])
    delivered_unit: str = Field(description="The provider's unit.", examples=["µg/m³"])
    instrument: str = Field(description="Which instrument at the station.", examples=["23735"])
    flag: str = Field(description="`valid`, or the name of the rule that flagged it.", examples=["valid"])
    ingested_at: dt.datetime = Field(
        description="When the file that it comes from was uploaded.", examples=["2014-02-03T07:00:00Z"]
    )
    revision: int = Field(
        description="From 2 on it is a correction: another value or flag was served of this interval before.",
        examples=[1],
    )


class ConversionAnswer(_Answer):
    """What was done to every value: `value * factor + offset`, to 12 digits."""

    source: str = Field(alias="from", description="The canonical unit.", examples=["µg/m³"])
    target: str = Field(alias="to", description="The unit of the answer.", examples=["ppb"])
    factor: float = Field(examples=[0.5097])
    offset: float = Field(examples=[0.0])
    conditions: str | None = Field(
        description="What the factor supposes; null where it holds always.", examples=["gases at 25 °C and 1 atm"]
    )


class _SeriesAnswer(_Answer):
    station: str = Field(examples=["openaq-8118"])
    parameter: str = Field(examples=["pm25"])
    unit: str = Field(description="Unit of the values.", examples=["µg/m³"])
    conversion: ConversionAnswer | None = Field(
        description="How values came from the canonical unit; null where they are in it.", examples=[None]
    )
    tz: str = Field(description="Zone of all times of the answer.", examples=["UTC"])
    start: dt.datetime = Field(alias="from", examples=["2014-01-30T00:00:00Z"])
    end: dt.datetime = Field(alias="to", examples=["2014-01-31T00:00:00Z"])
    as_of: dt.datetime | None = Field(
        default=None, description="As asked for; null where it was not.", examples=["2014-02-15T00:00:00Z"]
    )


class ObservationsAnswer(_SeriesAnswer):
    """Observations whose interval starts in `[from, to)`, ordered by start, then instrument."""

    every: Literal["raw"] = "raw"
    observations: tuple[ObservationAnswer, ...]
    next: str | None = NEXT_PAGE


class MeanAnswer(_Answer):
    """What was measured over the step `[start, end)`; null where nothing was."""

    start: dt.datetime = Field(examples=["2014-01-30T00:00:00Z"])
    end: dt.datetime = Field(examples=["2014-01-31T00:00:00Z"])
    mean: float | None = Field(
        description="Over the time that was measured; of directions, that of the mean of their unit vectors.",
        examples=[38.25],
    )
    coverage: float = Field(ge=0, le=1, description="Share of the step that was measured.", examples=[0.875])
    count: int = Field(description="How many observations the mean is made of.", examples=[21])
    minimum: float | None = Field(
        alias="min", description="Least of the observations; null of directions.", examples=[12.0]
    )
    maximum: float | None = Field(
        alias="max", description="Greatest of the observations; null of directions.", examples=[75.0]
    )
    quantiles: tuple[QuantileAnswer, ...] | None = Field(
        description="The least value that was not exceeded in this share of the time that was measured; null of"
        " directions."
    )
    null_reason: NullReason | None = Field(
        description="Why there is no mean: `not_measured` (only longer intervals were measured, or directions cancel"
        " each other out), `outside_period` (before the series began, after it ended, or not over yet), `qc_rejected`"
        " (what came was flagged) or `upstream_late` (nothing has come). Null where there is one.",
        examples=[None],
    )


class MeansAnswer(_SeriesAnswer):
    """Means over all steps that hold some of the window asked for, in order; `from` and `to` are those of whole steps.

    At every moment the value of a station is the mean of its instruments, so the means of days, weighted by their
    coverage and length, give that of the month.
    """

    every: Step
    flags: tuple[str, ...] = Field(description="Flags of what counts.", examples=[["below-detection", "valid"]])
    means: tuple[MeanAnswer, ...]
    next: str | None = NEXT_PAGE
