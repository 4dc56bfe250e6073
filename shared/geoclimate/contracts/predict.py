"""Shapes of `/v1/predict` and `/v1/predict/batch`.

Histories are matrices, not records: a thousand series of a day are read several times faster so.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from geoclimate.contracts.http import Instant
from geoclimate.contracts.models import ModelVersion
from geoclimate.domain.forecasts import Engine

MOST_SERIES: Final = 1_000
MOST_SERIES_HOURS: Final = 24_000
"""Series times hours."""
LEAST_HOURS: Final = 12
MOST_HOURS: Final = 720
"""What a model looks back on; more would say nothing to it."""
AHEAD: Final = dt.timedelta(hours=1)
"""How far a caller's clock may be ahead of ours."""

_REQUEST = ConfigDict(frozen=True, extra="forbid")
_ANSWER = ConfigDict(frozen=True)

# Strict: text and truth values are no numbers here, as they are none in a history.
Latitude = Annotated[
    float,
    Field(strict=True, ge=-90, le=90, allow_inf_nan=False, description="Degrees north, WGS84.", examples=[39.95]),
]
Longitude = Annotated[
    float,
    Field(strict=True, ge=-180, le=180, allow_inf_nan=False, description="Degrees east, WGS84.", examples=[116.47]),
]
Value = float | None
Quantiles = tuple[tuple[float, ...], ...]

_HISTORY: Final = (
    " by parameter code, canonical unit, null where nothing was measured; the newest hour, which ends at `issue_time`,"
    " is the last. The parameter that is forecast must be there; others may be left out."
)


class _Asked(BaseModel):
    """What every prediction is asked with, beside places and histories."""

    model_config = _REQUEST

    issue_time: Annotated[
        Instant,
        Field(
            description="End of the newest hour of the history, a whole hour; the forecast begins here.",
            examples=["2014-01-31T05:00:00Z"],
        ),
    ]
    model: Annotated[
        ModelVersion | None,
        Field(description="A version of `GET /v1/models`, or `production`, which is meant where it is left out."),
    ] = None
    exceed: Annotated[
        float | None,
        Field(
            strict=True,
            allow_inf_nan=False,
            ge=0,
            le=100_000,
            description="Threshold in the canonical unit; the answer then says how probable it is that it is exceeded.",
            examples=[35.4],
        ),
    ] = None

    @field_validator("issue_time")
    @classmethod
    def _whole_hour(cls, value: dt.datetime) -> dt.datetime:
        if value.minute or value.second or value.microsecond:
            raise PydanticCustomError("issue_time_within_hour", "must be a whole hour, such as 2014-01-31T05:00:00Z")
        return value


class PredictHead(_Asked):
    """Body of `POST /v1/predict`, without the history."""

    latitude: Latitude
    longitude: Longitude


class PredictBody(PredictHead):
    """Body of `POST /v1/predict`."""

    history: Annotated[
        Mapping[str, tuple[Value, ...]],
        Field(description=f"12 to 720 hours{_HISTORY}", examples=[{"pm25": [81.0, 84.5, None, 90.0]}]),
    ]


class PredictBatchHead(_Asked):
    """Body of `POST /v1/predict/batch`, without the histories."""

    latitudes: Annotated[tuple[Latitude, ...], Field(min_length=1, description="One a series.")]
    longitudes: Annotated[tuple[Longitude, ...], Field(min_length=1, description="One a series.")]


class PredictBatchBody(PredictBatchHead):
    """Body of `POST /v1/predict/batch`."""

    history: Annotated[
        Mapping[str, tuple[tuple[Value, ...], ...]],
        Field(
            description=f"Up to 1,000 rows, one a series, of 12 to 720 hours, and 24,000 hours in all,{_HISTORY}",
            examples=[{"pm25": [[81.0, 84.5, None, 90.0], [12.0, 11.5, 11.0, 10.5]]}],
        ),
    ]


class PredictionProblem(BaseModel):
    """Something that is to be known of one series."""

    model_config = _ANSWER

    pointer: Annotated[
        str, Field(description="JSON Pointer into the request's body.", examples=["/body/history/pm25/3"])
    ]
    detail: str


class _Predicted(BaseModel):
    """What every prediction says of itself."""

    model_config = _ANSWER

    parameter: Annotated[str, Field(description="What is forecast.")]
    unit: Annotated[str, Field(description="Canonical unit of all values.")]
    issue_time: dt.datetime
    model_version: Annotated[str, Field(description="The version that answered.")]
    engine: Annotated[
        Engine,
        Field(
            description="What answered: the models on the endpoint; the light model (`onnx`) where the endpoint did"
            " not; `climatology` where neither did."
        ),
    ]
    lead_hours: Annotated[
        tuple[int, ...], Field(description="Lead time h is the h-th hour after `issue_time`; the rows of every matrix.")
    ]
    levels: Annotated[tuple[float, ...], Field(description="Quantile levels; the columns of `quantiles`.")]
    interval_level: Annotated[float, Field(description="Probability that a value lies from `lower` to `upper`.")]
    exceed: Annotated[float | None, Field(description="The threshold that was given.")]
    warnings: Annotated[
        tuple[PredictionProblem, ...],
        Field(description="Series that the model was shown less of than it learned from."),
    ]


class PredictAnswer(_Predicted):
    """Answer of `POST /v1/predict`."""

    quantiles: Annotated[Quantiles, Field(description="A row a lead time, a value a level, ascending.")]
    median: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    exceedance: Annotated[
        tuple[float | None, ...] | None,
        Field(
            description="Probability that `exceed` is exceeded, a value a lead time; null where it lies beyond the"
            " outermost quantile."
        ),
    ]


class PredictBatchAnswer(_Predicted):
    """Answer of `POST /v1/predict/batch`: every matrix has one entry a series, null where `problems` says why."""

    quantiles: Annotated[
        tuple[Quantiles | None, ...], Field(description="A row a lead time, a value a level, ascending.")
    ]
    median: tuple[tuple[float, ...] | None, ...]
    lower: tuple[tuple[float, ...] | None, ...]
    upper: tuple[tuple[float, ...] | None, ...]
    exceedance: Annotated[
        tuple[tuple[float | None, ...] | None, ...] | None,
        Field(
            description="Probability that `exceed` is exceeded, a value a lead time; null where it lies beyond the"
            " outermost quantile."
        ),
    ]
    problems: Annotated[
        tuple[PredictionProblem, ...], Field(description="Series that cannot be forecast, and why; the others are.")
    ]
