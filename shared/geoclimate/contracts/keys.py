"""Shapes of what concerns API keys and usage plans."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from geoclimate.contracts.http import Instant

KeyId = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9-]{1,64}$", description="Id of a key, as `GET /v1/keys` gives it.", examples=["a1b2c3d4e5"]
    ),
]
KeyName = Annotated[
    str,
    Field(
        pattern=r"^[^\x00-\x1f\x7f]+$",
        min_length=1,
        max_length=64,
        description="What you call it.",
        examples=["dashboard"],
    ),
]
ExpiresAt = Annotated[
    Instant | None,
    Field(
        description="When it ends by itself: ISO 8601 with an offset from UTC, at most ten years ahead; null: never.",
        examples=["2031-01-31T00:00:00Z"],
    ),
]
KeyState = Literal["active", "replaced", "expired"]


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CreateKeyRequest(_Body):
    """Body of `POST /v1/keys`."""

    name: KeyName
    expires_at: ExpiresAt = None


class ChangeKeyRequest(_Body):
    """Body of `PATCH /v1/keys/{key}`: what is not given stays as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"minProperties": 1})

    name: KeyName | None = None
    expires_at: ExpiresAt = None


class RotateKeyRequest(_Body):
    """Body of `POST /v1/keys/{key}/rotate`."""

    expires_at: ExpiresAt = None


class AssignPlanRequest(_Body):
    """Body of `PUT /v1/accounts/{account}/plan`."""

    plan: Annotated[str, Field(pattern=r"^[a-z]{1,32}$", description="Name of a usage plan.", examples=["basic"])]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class KeyAnswer(_Answer):
    """One key; its value was told once, when it was made."""

    id: str = Field(description="Id of the key; it is no secret.", examples=["a1b2c3d4e5"])
    name: str = Field(examples=["dashboard"])
    plan: str = Field(description="Usage plan that it is in.", examples=["free"])
    state: KeyState = Field(
        description="`active`; `replaced` by a rotation, and still working until it ends; `expired`, and soon gone.",
        examples=["active"],
    )
    created_at: dt.datetime = Field(examples=["2031-01-01T09:30:00Z"])
    expires_at: dt.datetime | None = Field(description="When it ends by itself; null for never.", examples=[None])
    replaced_by: str | None = Field(description="Id of the key that a rotation put in its place.", examples=[None])


class NewKeyAnswer(KeyAnswer):
    """A key that was just made."""

    value: str = Field(
        description="What to send as `x-api-key`. It is told only now and stored nowhere: keep it.",
        examples=["9f8e7d6c5b4a39281706f5e4d3c2b1a0"],
    )


class KeysAnswer(_Answer):
    """Answer of `GET /v1/keys`."""

    keys: tuple[KeyAnswer, ...] = Field(description="The account's keys, the oldest first.")


class RotatedKeyAnswer(_Answer):
    """Answer of `POST /v1/keys/{key}/rotate`."""

    key: NewKeyAnswer = Field(description="The new key.")
    replaced: KeyAnswer = Field(description="The old key: it still works until its `expires_at`, 24 hours at most.")


class PlanAnswer(_Answer):
    """Answer of `PUT /v1/accounts/{account}/plan`."""

    account: str = Field(examples=["6f1c2f0e-0b5e-4a57-9d4c-2f0f6f3c1a10"])
    plan: str = Field(examples=["basic"])
    keys: int = Field(description="How many keys the account has; all of them are in the plan now.", examples=[2])
