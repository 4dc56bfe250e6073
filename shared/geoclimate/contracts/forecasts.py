"""Shapes of questions and answers about forecasts.

Answers are typed dictionaries and no models: a forecast of 24 hours and seven quantiles is some 200 objects, and making
models of them took longer than everything else of the most asked route. mypy checks how they are made, and a test holds
them against their schema.
"""

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from geoclimate.contracts.forms import FORMAT, TableForm
from geoclimate.contracts.http import ForecastEngine, ParameterCode
from geoclimate.contracts.lead_hours import LeadHours
from geoclimate.domain.forecast_ids import ID_PATTERN
from geoclimate.domain.forecasts import INTERVAL_LEVEL
from geoclimate.domain.models import RegistryStage
from geoclimate.domain.verification import NoCoverageReason


class ForecastViewRequest(BaseModel):
    """What is to be shown of a forecast; a parameter that is not listed is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: Annotated[
        float,
        Field(
            gt=0,
            lt=1,
            description="Probability of the interval from `lower` to `upper`. Both ends must be quantiles that the"
            " forecast has; another level is refused with those that there are.",
            examples=[0.9],
        ),
    ] = INTERVAL_LEVEL
    lead_hours: Annotated[
        LeadHours | None,
        Field(
            description="One lead time, `6`, or the first and last of several, `1-6`; all without it.", examples=["1-6"]
        ),
    ] = None
    exceed: Annotated[
        float | None,
        Field(
            allow_inf_nan=False,
            description="A threshold in the parameter's canonical unit; each hour then says how probable it is that its"
            " value lies above.",
            examples=[35.4],
        ),
    ] = None


class ForecastRequest(ForecastViewRequest):
    """Query of `GET /v1/stations/{station}/forecast`; a parameter that is not listed is refused."""

    parameter: ParameterCode
    format: Annotated[TableForm | None, FORMAT] = None


ForecastId = Annotated[
    str,
    Field(
        pattern=ID_PATTERN,
        description="Id of a forecast, as every answer with a forecast has it; it stays the same for ever.",
        examples=["openaq-8118~pm25~20141231T160000Z~20141231T161209000000Z"],
    ),
]


class ForecastQuantileAnswer(TypedDict):
    """The value that is not exceeded with this probability."""

    level: Annotated[float, Field(examples=[0.1])]
    value: Annotated[float, Field(examples=[31.5])]


class ExceedanceAnswer(TypedDict):
    """How probable it is that an hour's value lies above the threshold."""

    probability: Annotated[
        float | None,
        Field(
            description="Between two quantiles, along the straight line from one to the other; null beyond the"
            " outermost ones, of which the model says nothing.",
            examples=[0.31],
        ),
    ]
    at_least: Annotated[float, Field(description="What the quantiles leave no doubt of.", examples=[0.25])]
    at_most: Annotated[
        float,
        Field(description="The same from the other side: at most 0.05 above the .95 quantile.", examples=[0.5]),
    ]


class LeadTimeAnswer(TypedDict):
    """What is expected for one hour, `[start, end)`."""

    lead_hours: Annotated[int, Field(description="This is the h-th hour after the issue time.", examples=[1])]
    start: Annotated[dt.datetime, Field(examples=["2014-12-31T16:00:00Z"])]
    end: Annotated[dt.datetime, Field(examples=["2014-12-31T17:00:00Z"])]
    median: Annotated[float, Field(examples=[44.2])]
    lower: Annotated[float, Field(description="Lower end of the interval.", examples=[31.5])]
    upper: Annotated[float, Field(description="Upper end of the interval.", examples=[60.9])]
    quantiles: Annotated[
        list[ForecastQuantileAnswer], Field(description="Everything that the model gave, ascending by level.")
    ]
    exceedance: Annotated[
        ExceedanceAnswer | None, Field(description="Of the threshold `exceed`; null where none was asked for.")
    ]


class LiveCoverageAnswer(TypedDict):
    """How often the truth lay in the interval, of verified forecasts of this series by the same engine and levels."""

    share: Annotated[
        float, Field(description="`inside` over `hours`; it should be `interval_level`.", examples=[0.796])
    ]
    hours: Annotated[
        int, Field(description="Verified pairs of a forecast hour and its truth, of all lead times.", examples=[5210])
    ]
    inside: Annotated[int, Field(description="Those whose truth lay in the interval.", examples=[4147])]
    months: Annotated[
        list[str],
        Field(
            description="Months of issue, UTC, that are counted: the newest three with scores.", examples=[["2014-12"]]
        ),
    ]


class ForecastAnswer(TypedDict):
    """A forecast of one parameter at one station."""

    id: ForecastId
    station: Annotated[str, Field(examples=["openaq-8118"])]
    parameter: Annotated[str, Field(examples=["pm25"])]
    unit: Annotated[str, Field(description="Canonical unit of every value.", examples=["µg/m³"])]
    issue_time: Annotated[
        dt.datetime,
        Field(description="End of the newest hour that the model was shown.", examples=["2014-12-31T16:00:00Z"]),
    ]
    made_at: Annotated[dt.datetime, Field(description="When it was computed.", examples=["2014-12-31T16:12:09Z"])]
    model_version: Annotated[str, Field(examples=["20150101T000000Z"])]
    engine: ForecastEngine
    stale: Annotated[
        bool, Field(description="Whether it is older than `stale_after`: newer data or a newer run is missing.")
    ]
    stale_after: Annotated[
        dt.datetime, Field(description="Six hours after the issue time.", examples=["2014-12-31T22:00:00Z"])
    ]
    interval_level: Annotated[
        float,
        Field(description="Probability with which the value is expected from `lower` to `upper`.", examples=[0.8]),
    ]
    coverage: Annotated[
        LiveCoverageAnswer | None, Field(description="Whether the interval has kept what it states, at this station.")
    ]
    coverage_null_reason: Annotated[
        NoCoverageReason | None,
        Field(
            description="Why `coverage` is null: no hour of such forecasts has its truth yet, verification counts the"
            " intervals 0.5, 0.8 and 0.9 only, or the store of the scores did not answer.",
            examples=[None],
        ),
    ]
    exceed: Annotated[
        float | None, Field(description="The threshold asked for, in `unit`; null where none was.", examples=[35.4])
    ]
    lead_times: list[LeadTimeAnswer]


class LineageModelAnswer(TypedDict):
    """The registered model that a forecast names."""

    version: Annotated[str, Field(examples=["20150101T000000Z"])]
    stage: Annotated[RegistryStage, Field(description="Where it stands now.", examples=["production"])]
    registered_at: Annotated[dt.datetime, Field(examples=["2015-01-01T00:41:12Z"])]
    artifact_digest: Annotated[str, Field(description="SHA-256 of the model's archive.", examples=["0f" * 32])]
    light_model_digest: Annotated[
        str | None, Field(description="SHA-256 of the light model, which the engine `onnx` runs.", examples=["1f" * 32])
    ]
    climatology_digest: Annotated[
        str | None,
        Field(description="SHA-256 of the climatology, which the engine `climatology` reads.", examples=["2f" * 32]),
    ]
    dataset_digest: Annotated[
        str, Field(description="SHA-256 of the data set that it was trained on.", examples=["3f" * 32])
    ]
    code_digest: Annotated[
        str | None, Field(description="SHA-256 of the archive of the training source.", examples=["4f" * 32])
    ]
    test_start: Annotated[
        dt.datetime, Field(description="First issue time on which it was evaluated.", examples=["2014-09-01T00:00:00Z"])
    ]
    test_end: Annotated[dt.datetime, Field(description="The last one.", examples=["2014-12-30T00:00:00Z"])]
    test_mae: Annotated[
        float, Field(description="Its mean absolute error there, in `unit`, over all lead times.", examples=[24.1])
    ]
    test_coverage: Annotated[float, Field(description="Share of the truth inside its interval there.", examples=[0.79])]


class LineageInputsAnswer(TypedDict):
    """What is known of the inputs of a forecast."""

    until: Annotated[
        dt.datetime, Field(description="End of the newest hour that was shown.", examples=["2014-12-31T16:00:00Z"])
    ]
    last_value: Annotated[
        float | None,
        Field(
            description="The newest value of the parameter among them; null where none was written down.",
            examples=[48.0],
        ),
    ]
    calibrated: Annotated[
        bool, Field(description="Whether the quantiles were moved by what verification had learned.", examples=[True])
    ]
    station_group: Annotated[
        str | None, Field(description="Whose calibration it was; null for that of all stations.", examples=["urban"])
    ]


class LineageAnswer(TypedDict):
    """Where a forecast came from."""

    engine: ForecastEngine
    model: Annotated[
        LineageModelAnswer | None, Field(description="Null where the registry knows no such version any more.")
    ]
    inputs: LineageInputsAnswer


class TracedForecastAnswer(ForecastAnswer):
    """A forecast with where it came from."""

    lineage: LineageAnswer
