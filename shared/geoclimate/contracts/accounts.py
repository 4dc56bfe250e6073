"""Shapes of what concerns accounts."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from geoclimate.domain.permissions import Permission, Role


class MeAnswer(BaseModel):
    """Answer of `GET /v1/me`."""

    model_config = ConfigDict(frozen=True)

    account: Annotated[str, Field(description="Id of the account; it never changes.")]
    email: Annotated[
        str | None,
        Field(
            description="Address of the account; null where you came with an access token: only the ID token names it.",
            examples=["ada@example.org"],
        ),
    ]
    roles: Annotated[tuple[Role, ...], Field(description="Roles of the account, in ascending order.")]
    permissions: Annotated[tuple[Permission, ...], Field(description="What the roles allow together.")]
