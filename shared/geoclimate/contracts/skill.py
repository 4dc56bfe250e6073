"""Shapes of questions and answers about how good forecasts were."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from geoclimate.contracts.cursors import Cursor
from geoclimate.contracts.http import NEXT_PAGE, ParameterCode
from geoclimate.contracts.lead_hours import LeadHours
from geoclimate.domain.verification import Baseline

MonthText = Annotated[
    str,
    Field(
        pattern=r"^(19|20|21)\d\d-(0[1-9]|1[0-2])$",
        description="Year and month, UTC, in which the forecasts were issued.",
        examples=["2016-01"],
    ),
]


class SkillRequest(BaseModel):
    """Query of `GET /v1/stations/{station}/forecast/skill`; a parameter that is not listed is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    parameter: ParameterCode
    month: Annotated[
        MonthText | None,
        Field(
            description="Year and month, UTC, in which the forecasts were issued; without it, the newest 12 months that"
            " have scores, put together.",
            examples=["2016-01"],
        ),
    ] = None


class SkillGroupsRequest(BaseModel):
    """Query of `GET /v1/skill`; a parameter that is not listed is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    parameter: ParameterCode
    by: Annotated[
        Literal["station", "lead_hours", "month"],
        Field(
            description="What the scores are put together by. With `lead_hours` and `month` they are those of the"
            " stations that `station` names.",
        ),
    ] = "station"
    station: Annotated[
        str | None,
        Field(
            pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}(,[A-Za-z0-9][A-Za-z0-9._-]{0,127}){0,49}$",
            description="Ids of stations, with commas between them; 50 at most. Without it, and with `by=station`, all"
            " that measure the parameter, in pages.",
            examples=["openaq-8118,openaq-7570"],
        ),
    ] = None
    month: Annotated[
        MonthText | None,
        Field(
            description="Year and month, UTC, in which the forecasts were issued; without it, the newest 12 months that"
            " have scores, of each station.",
            examples=["2016-01"],
        ),
    ] = None
    lead_hours: Annotated[
        LeadHours | None,
        Field(
            description="One lead time, `6`, or the first and the last of several, `1-6`; all without it.",
            examples=["1-6"],
        ),
    ] = None
    limit: Annotated[
        int | None, Field(ge=1, le=50, description="Stations of a page; 20 without it.", examples=[20])
    ] = None
    cursor: Cursor | None = None


NoSkillReason = Literal["not_measured", "not_verified_yet"]
"""Why there are no figures."""


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class PinballAnswer(_Answer):
    """Loss of one quantile."""

    level: float = Field(examples=[0.1])
    loss: float = Field(description="Mean pinball loss, in the canonical unit.", examples=[2.31])


class CoverageAnswer(_Answer):
    """How often the value lay in an interval."""

    interval: float = Field(description="Probability that the interval states.", examples=[0.8])
    share: float = Field(description="Share of the hours inside it; the two should be the same.", examples=[0.794])


class BaselineAnswer(_Answer):
    """A baseline, over those hours only for which it said something, and the forecasts' skill over it there."""

    name: Baseline = Field(
        description="The newest value known when the forecast was issued; the value at the same hour of the newest day"
        " known then; the quantiles of that hour and month in past years."
    )
    hours: int = Field(examples=[702])
    mae: float = Field(examples=[31.07])
    rmse: float = Field(examples=[47.9])
    crps: float = Field(description="Its MAE where it gives one value.", examples=[31.07])
    mae_skill: float | None = Field(
        description="1 - the forecasts' MAE over its own: above 0 where the forecasts are better, 1 where they are"
        " perfect; null where its own is 0.",
        examples=[0.24],
    )
    crps_skill: float | None = Field(description="The same of the CRPS.", examples=[0.46])


class SkillAnswer(_Answer):
    """How good forecasts were; errors are in the canonical unit."""

    hours: int = Field(description="Hours that were scored: pairs of a forecast and what was observed.", examples=[715])
    mae: float = Field(description="Mean absolute error of the median.", examples=[23.6])
    rmse: float = Field(description="Root of the mean squared error of the median.", examples=[38.2])
    crps: float = Field(
        description="Mean continuous ranked probability score, from the quantiles; comparable between forecasts of the"
        " same levels.",
        examples=[16.8],
    )
    pinball: tuple[PinballAnswer, ...] = Field(description="Ascending by level.")
    coverage: tuple[CoverageAnswer, ...] = Field(description="Ascending by interval.")
    baselines: tuple[BaselineAnswer, ...] = Field(description="Those that said something for one hour at least.")


class LeadTimeSkillAnswer(SkillAnswer):
    """How good forecasts of one lead time were."""

    lead_hours: int = Field(description="The h-th hour after the issue time.", examples=[6])


class ForecasterAnswer(_Answer):
    """Whose forecasts were scored."""

    engine: str = Field(description="What computed them.", examples=["endpoint"])
    levels: tuple[float, ...] = Field(description="Levels of their quantiles.", examples=[[0.1, 0.5, 0.9]])
    overall: SkillAnswer = Field(description="Over all lead times.")
    lead_times: tuple[LeadTimeSkillAnswer, ...] = Field(description="Ascending.")


class SeriesSkillAnswer(_Answer):
    """How good the forecasts of one parameter at one station were, as they were issued."""

    station: str = Field(examples=["openaq-8118"])
    parameter: str = Field(examples=["pm25"])
    unit: str = Field(description="Canonical unit of every error.", examples=["µg/m³"])
    months: tuple[str, ...] = Field(
        description="Months of issue, UTC, that are in the figures, ascending; none where nothing was scored.",
        examples=[["2015-12", "2016-01"]],
    )
    forecasters: tuple[ForecasterAnswer, ...] = Field(
        description="One entry for each engine and set of levels; none where nothing was scored."
    )
    null_reason: NoSkillReason | None = Field(
        description="Why `forecasters` is empty: `not_verified_yet`, no forecast of these months has been compared with"
        " what was observed. Null where it is not empty.",
        examples=[None],
    )


class SkillGroupAnswer(SkillAnswer):
    """How good the forecasts of one group were; its name is `station`, `lead_hours` or `month`, as was asked."""

    station: str | None = Field(description="Null where another member is the name.", examples=["openaq-8118"])
    lead_hours: int | None = Field(description="The h-th hour after the issue time.", examples=[None])
    month: str | None = Field(description="Month of issue, UTC.", examples=[None])
    engine: str = Field(
        description="What computed the forecasts; another engine is another group.", examples=["endpoint"]
    )
    levels: tuple[float, ...] = Field(description="Levels of their quantiles.", examples=[[0.1, 0.5, 0.9]])
    stations: int = Field(description="How many stations have scores in it.", examples=[1])


class SkillGroupsAnswer(_Answer):
    """How good forecasts were at several stations."""

    parameter: str = Field(examples=["pm25"])
    unit: str = Field(description="Canonical unit of every error.", examples=["µg/m³"])
    by: Literal["station", "lead_hours", "month"]
    groups: tuple[SkillGroupAnswer, ...] = Field(
        description="Ordered by name, stations as they were asked for; a station without scores has none."
    )
    null_reason: NoSkillReason | None = Field(
        description="Why `groups` is empty: `not_measured`, no station of the page measures the parameter;"
        " `not_verified_yet`, none of their forecasts, of the month and lead times asked for, has been compared with"
        " what was observed: that takes until a forecast's last hour is over. Null where it is not empty.",
        examples=[None],
    )
    next: str | None = NEXT_PAGE
