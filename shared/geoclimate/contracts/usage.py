"""Shapes of what concerns usage and cost."""

import datetime as dt
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from geoclimate.contracts.http import Day

COST_HEADER: Final = "X-Cost"
"""On every answer that counts: what the call has cost."""

ESTIMATE: Final = "estimate"
"""Query parameter of every route that counts."""

ESTIMATE_JSON: Final = "application/vnd.geoclimate.estimate+json"
"""A media type of its own: it says that nothing was done, whatever the route's own answer is."""


class UsageRequest(BaseModel):
    """Query of `GET /v1/me/usage`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: Annotated[
        Day | None,
        Field(
            alias="from",
            description="First UTC day; without it, the 30 days that end with `to`. A window has at most 92 days.",
            examples=["2031-01-01"],
        ),
    ] = None
    last: Annotated[
        Day | None,
        Field(alias="to", description="Last UTC day, included; without it, today.", examples=["2031-01-31"]),
    ] = None


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class PlanLimits(_Answer):
    """What a usage plan allows."""

    name: str = Field(examples=["free"])
    per_day: int = Field(description="Cost that the account may use on a UTC day.", examples=[1_000])
    per_minute: int = Field(description="Requests a minute that one key may sustain.", examples=[60])
    burst: int = Field(description="Requests of one key that may come at once.", examples=[100])


class TodayAnswer(_Answer):
    """Where the account stands today."""

    used: int = Field(description="Cost since midnight UTC.", examples=[140])
    remaining: int = Field(description="Cost that is left until midnight UTC.", examples=[860])
    resets_at: dt.datetime = Field(description="The next midnight, UTC.", examples=["2031-02-01T00:00:00Z"])


class RouteUsageAnswer(_Answer):
    """What was used of one operation."""

    operation: str = Field(description="`operationId` in the OpenAPI document.", examples=["get_forecast"])
    calls: int = Field(description="Calls that were answered with success.", examples=[120])
    cost: int = Field(examples=[120])


class DayUsageAnswer(_Answer):
    """What was used on a UTC day."""

    day: dt.date = Field(examples=["2031-01-31"])
    calls: int = Field(examples=[130])
    cost: int = Field(examples=[140])
    routes: tuple[RouteUsageAnswer, ...]


class UsageAnswer(_Answer):
    """Answer of `GET /v1/me/usage`."""

    account: str = Field(examples=["6f1c2f0e-0b5e-4a57-9d4c-2f0f6f3c1a10"])
    plan: PlanLimits
    today: TodayAnswer
    first: dt.date = Field(alias="from", description="First day of the window.", examples=["2031-01-02"])
    last: dt.date = Field(alias="to", description="Last day of the window, included.", examples=["2031-01-31"])
    calls: int = Field(description="Calls of the window.", examples=[130])
    cost: int = Field(description="Cost of the window.", examples=[140])
    days: tuple[DayUsageAnswer, ...] = Field(description="Days of the window with calls, the oldest first.")

    model_config = ConfigDict(frozen=True, validate_by_name=True)


class EstimateAnswer(_Answer):
    """Answer of any route that counts, with `estimate=true`: nothing was done, and nothing was counted."""

    operation: str = Field(description="`operationId` in the OpenAPI document.", examples=["get_forecast"])
    cost: int = Field(description="What the call would cost.", examples=[3])
    size: int = Field(description="How much is asked for, in `unit`.", examples=[21])
    unit: str = Field(description="What the size counts.", examples=["days of the window"])
