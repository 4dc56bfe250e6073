"""Shapes of the HTTP API's answers about air quality indexes."""

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from geoclimate.contracts.http import ForecastEngine, Instant, ParameterCode
from geoclimate.domain.aqi.standards import Beyond
from geoclimate.domain.null_reasons import NullReason

_EXAMPLE_STANDARD = "us-epa-2024"
_HOURS_OF_A_YEAR = 8_784

StandardId = Annotated[
    str,
    Field(
        pattern=r"^[a-z][a-z0-9-]{0,31}$",
        description="Id of an air quality index, as `GET /v1/aqi/standards` gives it.",
        examples=[_EXAMPLE_STANDARD],
    ),
]


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StationAqiRequest(_Request):
    """Query of `GET /v1/stations/{station}/aqi`."""

    standard: StandardId = _EXAMPLE_STANDARD
    at: Annotated[
        Instant | None,
        Field(
            description="The instant, ISO 8601 with an offset from UTC; without it, the end of the station's newest"
            " observation of a pollutant of the index.",
            examples=["2014-12-31T16:00:00Z"],
        ),
    ] = None


class ForecastAqiRequest(_Request):
    """Query of `GET /v1/stations/{station}/forecast/aqi`."""

    parameter: ParameterCode
    standard: StandardId = _EXAMPLE_STANDARD


class ConcentrationAqiRequest(_Request):
    """Query of `GET /v1/aqi`."""

    parameter: ParameterCode
    value: Annotated[
        float,
        Field(
            ge=0,
            allow_inf_nan=False,
            description="The concentration, in `units`: the mean of as many hours as the standard's table is made for,"
            " or its NowCast.",
            examples=[12.0],
        ),
    ]
    units: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=32,
            description="Unit of `value`, as `GET /v1/parameters` lists them; without it, the canonical one, which is"
            " µg/m³ for gases too.",
            examples=["µg/m³"],
        ),
    ] = None
    standard: StandardId = _EXAMPLE_STANDARD
    averaging_hours: Annotated[
        int | None,
        Field(
            alias="average",
            ge=1,
            le=_HOURS_OF_A_YEAR,
            description="Of how many hours `value` is the mean, where the standard has more than one table for the"
            " parameter: in `us-epa-2024`, 8 or 1 for o3 and 1 or 24 for so2. Without it, the first of these.",
            examples=[24],
        ),
    ] = None


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class CategoryAnswer(_Answer):
    """A range of the index with its name."""

    name: str = Field(examples=["Moderate"])
    color: str = Field(description="As the authority publishes it.", examples=["#FFFF00"])


class CategoryRangeAnswer(CategoryAnswer):
    """A category and where it lies."""

    low: int = Field(description="Lowest index.", examples=[51])
    high: int | None = Field(description="Highest index; null where there is none.", examples=[100])


class SegmentAnswer(_Answer):
    """A range of concentrations and the range of indexes that it is mapped to along a straight line."""

    low: float = Field(description="Least concentration.", examples=[9.1])
    high: float | None = Field(description="Greatest concentration, included; null where open.", examples=[35.4])
    index_low: int = Field(examples=[51])
    index_high: int = Field(examples=[100])


class ScaleAnswer(_Answer):
    """One table of breakpoints."""

    parameter: str = Field(examples=["pm25"])
    averaging_hours: int = Field(description="Hours of the mean that the table is defined for.", examples=[24])
    method: str = Field(description="How the concentration is had from the last hours.", examples=["nowcast-pm"])
    unit: str = Field(description="Unit of the concentrations.", examples=["µg/m³"])
    truncated_to: float | None = Field(
        description="Concentrations are truncated to multiples of it; null where they are not.", examples=[0.1]
    )
    beyond: Beyond = Field(
        description="Above the last segment: `extended`, its line goes on; `top`, its highest index stands.",
        examples=["extended"],
    )
    segments: tuple[SegmentAnswer, ...]


class StandardSummaryAnswer(_Answer):
    """An air quality index in one version."""

    id: str = Field(examples=[_EXAMPLE_STANDARD])
    name: str = Field(examples=["US Air Quality Index"])
    authority: str = Field(examples=["US Environmental Protection Agency"])
    in_force_since: str = Field(examples=["2024-05-06"])
    parameters: tuple[str, ...] = Field(examples=[["pm25", "pm10", "o3", "co", "so2", "no2"]])


class StandardsAnswer(_Answer):
    """Every air quality index."""

    standards: tuple[StandardSummaryAnswer, ...]


class StandardAnswer(StandardSummaryAnswer):
    """An air quality index with its tables and where they come from."""

    sources: tuple[str, ...] = Field(description="Documents that the tables were taken from.")
    notes: tuple[str, ...] = Field(description="What was decided where the documents leave something open.")
    categories: tuple[CategoryRangeAnswer, ...]
    scales: tuple[ScaleAnswer, ...] = Field(
        description="Of a parameter with several scales, the one that gives the greatest index decides."
    )


_NULL_REASON: str = (
    "Why there is no index; null where there is one. `not_measured`: not at this station, or not by the hour."
    " `outside_period`: before the series begins, or more than 7 days after its end. `qc_rejected`: enough hours came,"
    " but quality rules flagged them. `upstream_late`: too few hours came, so far."
)


class PollutantIndexAnswer(_Answer):
    """The index of one pollutant; everything but the parameter is null where there is none."""

    parameter: str = Field(examples=["pm25"])
    index: int | None = Field(examples=[112])
    category: CategoryAnswer | None
    concentration: float | None = Field(
        description="What the table was entered with: truncated where the standard wants it.", examples=[40.2]
    )
    unit: str | None = Field(description="Unit of the concentration.", examples=["µg/m³"])
    averaging_hours: int | None = Field(description="Hours of the mean that the table is defined for.", examples=[24])
    method: str | None = Field(
        description="What gave the concentration: `mean`, `nowcast-pm`, `nowcast-ozone-pls` (EPA's regression), or"
        " `nowcast-ozone-surrogate` (EPA's substitute where two weeks of hours are not complete enough).",
        examples=["nowcast-pm"],
    )
    start: dt.datetime | None = Field(
        alias="from", description="Beginning of the hours that were looked at.", examples=["2014-12-31T04:00:00Z"]
    )
    end: dt.datetime | None = Field(
        alias="to", description="End of the hours that were looked at.", examples=["2014-12-31T16:00:00Z"]
    )
    hours_used: int | None = Field(description="Hours among them that have a value that counts.", examples=[12])
    instrument: str | None = Field(description="Which instrument at the station.", examples=["23735"])
    beyond_table: bool | None = Field(
        description="Whether the concentration lies above the table's last segment.", examples=[False]
    )
    null_reason: NullReason | None = Field(description=_NULL_REASON, examples=[None])

    model_config = ConfigDict(frozen=True, populate_by_name=True)


class StationAqiAnswer(_Answer):
    """The air quality index of a station at an instant."""

    station: str = Field(examples=["openaq-8118"])
    standard: str = Field(examples=[_EXAMPLE_STANDARD])
    at: dt.datetime = Field(description="What ends later does not count.", examples=["2014-12-31T16:00:00Z"])
    age_seconds: int = Field(description="From that instant to now.", examples=[2400])
    index: int | None = Field(description="The greatest index of its pollutants.", examples=[112])
    category: CategoryAnswer | None
    driver: str | None = Field(description="The pollutant that has it.", examples=["pm25"])
    null_reason: NullReason | None = Field(description=_NULL_REASON, examples=[None])
    pollutants: tuple[PollutantIndexAnswer, ...] = Field(description="Every pollutant of the index.")


class ConcentrationAqiAnswer(_Answer):
    """The air quality index of a concentration that the caller gave."""

    standard: str = Field(description="Id of the index, which holds its version.", examples=[_EXAMPLE_STANDARD])
    in_force_since: str = Field(examples=["2024-05-06"])
    sources: tuple[str, ...] = Field(description="Documents that the tables were taken from.")
    parameter: str = Field(examples=["pm25"])
    value: float = Field(description="As it was asked.", examples=[12.0])
    value_unit: str = Field(description="Unit of `value`.", examples=["µg/m³"])
    index: int = Field(examples=[56])
    category: CategoryAnswer
    concentration: float = Field(
        description="What the table was entered with: converted to its unit (gases at 25 °C and 1 atm), and truncated"
        " where the standard wants it.",
        examples=[12.0],
    )
    unit: str = Field(description="Unit of the concentration and of the segment.", examples=["µg/m³"])
    truncated_to: float | None = Field(
        description="The concentration is truncated to a multiple of it; null where it is not.", examples=[0.1]
    )
    averaging_hours: int = Field(description="Hours of the mean that the table is defined for.", examples=[24])
    beyond_table: bool = Field(
        description="Whether the concentration lies above the table's last segment, whose line then goes on.",
        examples=[False],
    )
    segment: SegmentAnswer = Field(description="The row of the table that gave the index.")


class ExpectedIndexAnswer(_Answer):
    """An index and the concentration that it comes from."""

    index: int = Field(examples=[122])
    category: CategoryAnswer
    value: float = Field(description="Concentration of the hour, in the parameter's canonical unit.", examples=[44.2])
    beyond_table: bool = Field(
        description="Whether the concentration lies above the table's last segment.", examples=[False]
    )


class QuantileIndexAnswer(ExpectedIndexAnswer):
    """The index that is not exceeded with this probability."""

    level: float = Field(examples=[0.5])


class LeadTimeIndexAnswer(_Answer):
    """What is expected for one hour, `[start, end)`."""

    lead_hours: int = Field(description="This is the h-th hour after the issue time.", examples=[1])
    start: dt.datetime = Field(examples=["2014-12-31T16:00:00Z"])
    end: dt.datetime = Field(examples=["2014-12-31T17:00:00Z"])
    median: ExpectedIndexAnswer
    lower: ExpectedIndexAnswer = Field(description="Lower end of the interval.")
    upper: ExpectedIndexAnswer = Field(description="Upper end of the interval.")
    quantiles: tuple[QuantileIndexAnswer, ...] = Field(description="Every quantile, ascending by level.")


class ForecastAqiAnswer(_Answer):
    """The air quality index of the newest forecast of one parameter at one station."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    id: str = Field(
        description="Id of the forecast; `GET /v1/forecasts/{id}` gives it.",
        examples=["openaq-8118~pm25~20141231T160000Z~20141231T161209000000Z"],
    )
    station: str = Field(examples=["openaq-8118"])
    parameter: str = Field(examples=["pm25"])
    unit: str = Field(description="Canonical unit of every `value`.", examples=["µg/m³"])
    standard: str = Field(examples=[_EXAMPLE_STANDARD])
    statistic: str = Field(
        description="What the index is of: always `hourly-mean`, the mean of the one hour. The quantiles of single"
        " hours say nothing of how hours go together, so no quantile of a longer mean can be had from them.",
        examples=["hourly-mean"],
    )
    averaging_hours: int = Field(
        description="Hours of the mean that the standard's own index is of. Where it is more than 1, an hour's index is"
        " what it would be if the air stayed so for as long.",
        examples=[24],
    )
    issue_time: dt.datetime = Field(
        description="End of the newest hour that the model was shown.", examples=["2014-12-31T16:00:00Z"]
    )
    made_at: dt.datetime = Field(description="When it was computed.", examples=["2014-12-31T16:12:09Z"])
    model_version: str = Field(examples=["20150101T000000Z"])
    engine: ForecastEngine
    stale: bool = Field(description="Whether the issue time lies more than 6 hours back.", examples=[False])
    age_seconds: int = Field(description="From the issue time to now.", examples=[2400])
    interval_level: float = Field(
        description="Probability with which the index is expected from `lower` to `upper`.", examples=[0.8]
    )
    lead_times: tuple[LeadTimeIndexAnswer, ...]
