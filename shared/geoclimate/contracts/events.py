"""Events that reach the functions from outside, validated before anything is read from them."""

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, RootModel

from geoclimate.contracts.workflows import ForecastRequest

_TOLERANT = ConfigDict(frozen=True, extra="ignore")


class UploadedBucket(BaseModel):
    """The bucket part of an upload event."""

    model_config = _TOLERANT
    name: str


class UploadedObject(BaseModel):
    """The object part of an upload event; EventBridge gives the key as it is, not URL-encoded."""

    model_config = _TOLERANT
    key: str
    size: int = 0
    version_id: str | None = Field(default=None, alias="version-id")


class UploadDetail(BaseModel):
    """Detail of an `Object Created` event."""

    model_config = _TOLERANT
    bucket: UploadedBucket
    object: UploadedObject


class UploadEvent(BaseModel):
    """An `Object Created` event of S3 as EventBridge delivers it, inside an SQS message's body.

    Attributes:
        time: When the object was uploaded. The same in every copy and every retry of the event, so it decides which of
            two deliveries of a value is the newer one.
    """

    model_config = _TOLERANT
    id: str
    time: AwareDatetime
    detail: UploadDetail


class ScheduledEvent(BaseModel):
    """What a schedule of EventBridge sends to a function; it says when, and nothing of what to do."""

    model_config = _TOLERANT
    id: str
    detail_type: Literal["Scheduled Event"] = Field(alias="detail-type")


class ForecastTrigger(RootModel[ScheduledEvent | ForecastRequest]):
    """What starts the `forecast` function: a schedule's event, or a request on demand."""

    def request(self) -> ForecastRequest:
        """The request itself; a schedule asks for every station."""
        return self.root if isinstance(self.root, ForecastRequest) else ForecastRequest()
