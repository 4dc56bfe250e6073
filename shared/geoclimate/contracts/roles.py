"""Shapes of what administrators see and change of accounts."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from geoclimate.contracts.auth import Email
from geoclimate.contracts.http import Instant
from geoclimate.domain.permissions import ROLES, Permission, Role

AccountId = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
        description="Id of an account, as `GET /v1/accounts` gives it, and `GET /v1/me` to its owner.",
        examples=["6f1c2f0e-0b5e-4a57-9d4c-2f0f6f3c1a10"],
    ),
]


class AccountsRequest(BaseModel):
    """Query of `GET /v1/accounts`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    email: Email


class AccountAnswer(BaseModel):
    """An account as an administrator sees it."""

    model_config = ConfigDict(frozen=True)

    account: Annotated[str, Field(description="Id of the account; it never changes.")]
    email: Annotated[str, Field(description="Address of the account.", examples=["ada@example.org"])]
    status: Annotated[
        str, Field(description="How far the sign-up is, as the user pool says it.", examples=["CONFIRMED"])
    ]
    enabled: Annotated[bool, Field(description="Whether it may sign in.")]
    created_at: Annotated[Instant, Field(description="When it signed up.")]
    second_factor: Annotated[bool, Field(description="Whether a second factor is asked for.")]
    roles: Annotated[tuple[Role, ...], Field(description="Its roles, in ascending order.")]


class RolesRequest(BaseModel):
    """Body of `PUT /v1/accounts/{account}/roles`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    roles: Annotated[
        tuple[Role, ...],
        Field(max_length=len(ROLES), description="All roles that the account has afterwards; none shuts it out."),
    ]


class RolesAnswer(BaseModel):
    """Roles of an account."""

    model_config = ConfigDict(frozen=True)

    account: Annotated[str, Field(description="Id of the account.")]
    roles: Annotated[tuple[Role, ...], Field(description="Its roles, in ascending order.")]
    permissions: Annotated[tuple[Permission, ...], Field(description="What the roles allow together.")]
