"""Shapes of `/v1/uploads`."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from geoclimate.contracts.report import NO_UPLOADS, IngestReport

_REQUEST = ConfigDict(frozen=True, extra="forbid")
_ANSWER = ConfigDict(frozen=True)

WORK_ID = r"^[0-9]{8}-[0-9]{6}-[0-9a-f]{12}$"
UploadId = Annotated[str, Field(pattern=WORK_ID, examples=["20260131-050607-1b9d6bcd4f2a"])]


class UploadBody(BaseModel):
    """Body of `POST /v1/uploads`."""

    model_config = _REQUEST

    name: Annotated[
        str,
        Field(
            # No dot first and no "..": it becomes the last part of a key.
            pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}(?:\.[A-Za-z0-9_-]{1,20}){0,5}$",
            description="Name of the file: letters, digits, `_`, `-` and single dots.",
            examples=["location-8118-20240131.csv.gz"],
        ),
    ]
    preview: Annotated[
        bool, Field(description="Check the file and compare it with what is stored, and store nothing of it.")
    ] = False
    mapping: Annotated[
        Mapping[str, Any] | None,
        Field(description="Of a CSV file with one column a parameter: what its columns mean."),
    ] = None

    @field_validator("name")
    @classmethod
    def _is_an_upload(cls, name: str) -> str:
        if f"/{name}".endswith(NO_UPLOADS):
            raise PydanticCustomError(
                "reserved_name", "ends like what the platform keeps beside an upload; send a mapping as 'mapping'"
            )
        return name


class UploadFormAnswer(BaseModel):
    """How the file is sent: an HTML form's action and fields."""

    model_config = _ANSWER

    url: Annotated[str, Field(description="Send the form here by POST, as `multipart/form-data`.")]
    fields: Annotated[
        Mapping[str, str], Field(description="Fields that come first; the file is the last one, called `file`.")
    ]
    most_bytes: Annotated[int, Field(description="The file may have so many bytes.")]
    expires_at: dt.datetime


class UploadSummary(BaseModel):
    """One upload."""

    model_config = _ANSWER

    id: UploadId
    name: str
    preview: bool
    created_at: dt.datetime


class UploadCreatedAnswer(UploadSummary):
    """Answer of `POST /v1/uploads`."""

    form: UploadFormAnswer


class UploadAnswer(UploadSummary):
    """Answer of `GET /v1/uploads/{upload}`."""

    state: Annotated[
        Literal["pending", "reported"],
        Field(description="`pending` until the file was sent and read; then `report` says what became of it."),
    ]
    report: IngestReport | None
    errors_url: Annotated[
        str | None, Field(description="The list of refused rows (NDJSON), for five minutes; null where there is none.")
    ]


class OwnWorkRequest(BaseModel):
    """Query of the lists of what an account has begun."""

    model_config = _REQUEST

    limit: Annotated[int, Field(ge=1, le=100)] = 20
    before: Annotated[
        str | None,
        Field(
            pattern=WORK_ID,
            description="List what was begun before this one: the last id of a page.",
            examples=["20260131-050607-1b9d6bcd4f2a"],
        ),
    ] = None


class UploadsAnswer(BaseModel):
    """Answer of `GET /v1/uploads`."""

    model_config = _ANSWER

    uploads: Annotated[tuple[UploadSummary, ...], Field(description="The newest first.")]
    next: Annotated[
        str | None, Field(description="Link to the next page, relative to this address; null on the last one.")
    ]
