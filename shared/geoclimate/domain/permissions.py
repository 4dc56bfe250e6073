"""Who may do what: the one table of roles and permissions.

A permission is `resource:action`. A role is a group of the user pool; a caller may have several, and may do what any of
them allows. A role holds what the roles below it hold.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final, Literal, get_args

Role = Literal["consumer", "analyst", "operator", "admin"]
"""In ascending order."""

Permission = Literal[
    "account:manage",
    "aqi:read",
    "audit:read",
    "forecasts:read",
    "jobs:manage",
    "keys:manage",
    "models:decide",
    "models:read",
    "observations:read",
    "parameters:read",
    "plans:assign",
    "predictions:create",
    "roles:assign",
    "skill:read",
    "stations:read",
    "uploads:create",
    "uploads:read",
    "usage:read",
]

ROLES: Final[tuple[Role, ...]] = get_args(Role)

_ADDED: Final[Mapping[Role, frozenset[Permission]]] = MappingProxyType(
    {
        "consumer": frozenset(
            {
                "account:manage",
                "aqi:read",
                "forecasts:read",
                "jobs:manage",
                "keys:manage",
                "models:read",
                "observations:read",
                "parameters:read",
                "predictions:create",
                "skill:read",
                "stations:read",
                "usage:read",
            }
        ),
        "analyst": frozenset({"uploads:read"}),
        "operator": frozenset({"models:decide", "uploads:create"}),
        "admin": frozenset({"audit:read", "plans:assign", "roles:assign"}),
    }
)

ROLE_PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = MappingProxyType(
    {role: frozenset().union(*(_ADDED[below] for below in ROLES[: place + 1])) for place, role in enumerate(ROLES)}
)
"""What each role may do."""


def permissions_of(roles: Collection[str]) -> frozenset[Permission]:
    """What somebody with these roles may do; a name that is no role allows nothing."""
    return frozenset().union(*(ROLE_PERMISSIONS[role] for role in ROLES if role in roles))
