"""Who calls, as the gateway has proven it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.types import Scope

from geoclimate.domain.account_errors import NotSignedIn


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody whose token the gateway has checked.

    Attributes:
        account: Id of the account: the token's subject, which stays the same for ever.
        email: Address of the account; None where the token is an access token, which does not name it.
        roles: Groups of the user pool.
        key_id: Id of the API key of the request; None on a path that needs none.
    """

    account: str
    email: str | None
    roles: frozenset[str]
    key_id: str | None


def caller_of(scope: Scope) -> Caller:
    """The caller of a request.

    Raises:
        NotSignedIn: The gateway has proven nobody.
    """
    context = gateway_context(scope)
    claims = context.get("authorizer", {}).get("claims", {})
    if not claims.get("sub"):
        raise NotSignedIn("the request carries no token that the gateway has checked")
    return Caller(
        account=str(claims["sub"]),
        email=claims.get("email") or None,
        roles=_groups(claims.get("cognito:groups", "")),
        key_id=context.get("identity", {}).get("apiKeyId") or None,
    )


def source_ip(scope: Scope) -> str | None:
    """The address that the request came from, as the gateway saw it."""
    address = gateway_context(scope).get("identity", {}).get("sourceIp")
    return None if address is None else str(address)


def gateway_context(scope: Scope) -> Mapping[str, Any]:
    """What the gateway says of the request; empty where none stands before the function."""
    context: Mapping[str, Any] = scope.get("aws.event", {}).get("requestContext", {})
    return context


def _groups(claim: object) -> frozenset[str]:
    """Groups as the gateway writes the claim: a list, `a,b`, or `[a b]`."""
    if isinstance(claim, list):
        return frozenset(map(str, claim))
    return frozenset(str(claim).strip("[]").replace(",", " ").split())
