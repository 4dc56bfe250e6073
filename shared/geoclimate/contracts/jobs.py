"""Shapes of `/v1/jobs`, and what the states of the jobs' workflow hand to each other."""

import datetime as dt
from itertools import product
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from geoclimate.contracts import predict
from geoclimate.contracts.http import Instant, ParameterCode, StationId
from geoclimate.contracts.models import ModelVersion
from geoclimate.contracts.uploads import WORK_ID, UploadFormAnswer
from geoclimate.domain.jobs import JobKind, JobState
from geoclimate.domain.parameters import PARAMETERS

_REQUEST = ConfigDict(frozen=True, extra="forbid")
_ANSWER = ConfigDict(frozen=True)

MOST_INLINE: Final = 4_000_000
"""Characters of a table inside the request."""
MOST_INPUT_BYTES: Final = 100 * 2**20
MOST_STATIONS: Final = 500
MOST_SERIES: Final = 2_000
"""Stations times parameters of an export."""
MOST_DAYS: Final = 5 * 366
TAKEN_FOR: Final = predict.MOST_SERIES
"""Series; a table costs what the largest request that predicts costs, so that nobody sends one to pay less."""

JobId = Annotated[str, Field(pattern=WORK_ID, examples=["20260131-050607-1b9d6bcd4f2a"])]
InputForm = Literal["csv", "ndjson", "parquet"]
ResultForm = Literal["csv", "parquet"]


class PredictJob(BaseModel):
    """A bulk prediction: a table with a row a series and hour."""

    model_config = _REQUEST

    kind: Literal["predict"]
    input: Annotated[
        InputForm,
        Field(
            description="Form of the table: columns `series`, `latitude`, `longitude`, `start` (the hour's beginning,"
            " with its offset) and one a parameter, canonical unit, empty where nothing was measured."
        ),
    ]
    table: Annotated[
        str | None,
        Field(
            max_length=MOST_INLINE,
            description="The table itself, CSV or NDJSON; without it the answer has a form to send it with.",
            examples=["series,latitude,longitude,start,pm25\nroof,39.95,116.47,2014-01-31T04:00:00Z,81\n"],
        ),
    ] = None
    model: Annotated[
        ModelVersion | None,
        Field(
            description="A version of `GET /v1/models`; one that is not in production is run by its light model."
            " The one in production without it."
        ),
    ] = None
    output: ResultForm = "parquet"

    @property
    def series(self) -> int:
        """Series that it is taken for: how many the table has is not known yet."""
        return TAKEN_FOR

    @model_validator(mode="after")
    def _is_text(self) -> Self:
        if self.table is not None and self.input == "parquet":
            message = "Parquet is no text: leave out 'table' and send the file by the form"
            raise PydanticCustomError("binary_table", message)
        return self


class ExportJob(BaseModel):
    """An export of what was observed or forecast."""

    model_config = _REQUEST

    kind: Literal["export"]
    what: Literal["observations", "forecasts"]
    stations: Annotated[tuple[StationId, ...], Field(min_length=1, max_length=MOST_STATIONS)]
    parameters: Annotated[tuple[ParameterCode, ...], Field(min_length=1, max_length=20)]
    start: Annotated[
        Instant, Field(alias="from", description="Beginning of the window.", examples=["2014-01-01T00:00:00Z"])
    ]
    end: Annotated[
        Instant, Field(alias="to", description="End of the window, not included.", examples=["2014-02-01T00:00:00Z"])
    ]
    output: ResultForm = "parquet"

    @field_validator("parameters")
    @classmethod
    def _are_known(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [code for code in codes if code not in PARAMETERS]
        if unknown:
            raise PydanticCustomError(
                "unknown_parameter",
                "holds '{code}', which is no parameter: GET /v1/parameters lists them",
                {"code": unknown[0]},
            )
        return codes

    @property
    def wanted(self) -> tuple[tuple[str, str], ...]:
        """Station and parameter of each series that is asked for, once, however often it is named."""
        return tuple(product(dict.fromkeys(self.stations), dict.fromkeys(self.parameters)))

    @property
    def series(self) -> int:
        """Series that are asked for."""
        return len(self.wanted)

    @model_validator(mode="after")
    def _is_bounded(self) -> Self:
        if not self.start < self.end:
            raise PydanticCustomError("empty_window", "'to' must come after 'from'")
        if self.end - self.start > dt.timedelta(days=MOST_DAYS):
            raise PydanticCustomError("long_window", "the window may have five years: ask in parts")
        if self.series > MOST_SERIES:
            raise PydanticCustomError("many_series", "these are more than 2,000 series: ask in parts")
        return self


class JobBody(BaseModel):
    """Body of `POST /v1/jobs`."""

    model_config = _REQUEST

    job: Annotated[PredictJob | ExportJob, Field(discriminator="kind")]


class JobAnswer(BaseModel):
    """A job."""

    model_config = _ANSWER

    id: JobId
    kind: JobKind
    state: Annotated[
        JobState,
        Field(description="`awaiting_input` until the table was sent by the form, at most for 15 minutes."),
    ]
    progress: Annotated[float, Field(ge=0, le=1, description="Share of the series that is done.")]
    created_at: dt.datetime
    finished_at: dt.datetime | None
    failure: Annotated[str | None, Field(description="Why it failed, and what to do.")]
    rows: Annotated[int, Field(description="Rows of the result so far.")]


class JobCreatedAnswer(JobAnswer):
    """Answer of `POST /v1/jobs`."""

    form: Annotated[UploadFormAnswer | None, Field(description="How the table is sent; null where none is awaited.")]


class JobDetailAnswer(JobAnswer):
    """Answer of `GET /v1/jobs/{job}`."""

    results: Annotated[
        tuple[str, ...],
        Field(description="Where the files of the result are, for five minutes; ask again for new addresses."),
    ]


class JobsAnswer(BaseModel):
    """Answer of `GET /v1/jobs`."""

    model_config = _ANSWER

    jobs: Annotated[tuple[JobAnswer, ...], Field(description="The newest first.")]
    next: Annotated[
        str | None, Field(description="Link to the next page, relative to this address; null on the last one.")
    ]


class JobStepRequest(BaseModel):
    """Input of the `bulk` function: the next step of a job, or the end of one that cannot go on.

    Attributes:
        broken: Whether a step failed for good; then the job is marked as failed.
    """

    model_config = _REQUEST
    account: str
    job: JobId
    broken: bool = False


class JobStepResult(BaseModel):
    """What a step came to.

    Attributes:
        next: `wait`: the table is not there yet; `go_on`: there are more series; `end`.
    """

    model_config = _REQUEST
    next: Literal["wait", "go_on", "end"]
