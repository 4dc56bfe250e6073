"""`/v1/accounts`: who may do what, for administrators."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request

from functions.accounts.identity import DirectoryDependency
from geoclimate.contracts.http import NoQuery
from geoclimate.contracts.problems import (
    INVALID_BODY,
    INVALID_QUERY,
    UNKNOWN_ACCOUNT,
)
from geoclimate.contracts.roles import AccountAnswer, AccountId, AccountsRequest, RolesAnswer, RolesRequest
from geoclimate.domain.permissions import permissions_of
from geoclimate.runtime.web.caller import caller_of
from geoclimate.runtime.web.guarded_route import GuardedRoute, requires
from geoclimate.runtime.web.problem_docs import problem_responses
from geoclimate.services import manage_roles

router = APIRouter(prefix="/v1/accounts", tags=["administration"], route_class=GuardedRoute)

_READ: Final = problem_responses(INVALID_QUERY, UNKNOWN_ACCOUNT)


@router.get("", summary="Find an account", response_description="The account.", responses=_READ)
@requires("roles:assign")
async def find_account(query: Annotated[AccountsRequest, Query()], directory: DirectoryDependency) -> AccountAnswer:
    """The account of an address."""
    user = manage_roles.find_account(directory, query.email)
    return AccountAnswer(
        account=user.account,
        email=user.email,
        status=user.status,
        enabled=user.enabled,
        created_at=user.created_at,
        second_factor=user.second_factor,
        roles=tuple(manage_roles.roles_of(directory, user.account)),
    )


@router.get("/{account}/roles", summary="Roles of an account", response_description="Its roles.", responses=_READ)
@requires("roles:assign")
async def get_roles(account: AccountId, _: Annotated[NoQuery, Query()], directory: DirectoryDependency) -> RolesAnswer:
    """The roles of an account, and what they allow."""
    roles = tuple(manage_roles.roles_of(directory, account))
    return RolesAnswer(account=account, roles=roles, permissions=tuple(sorted(permissions_of(roles))))


@router.put(
    "/{account}/roles",
    summary="Give an account exactly these roles",
    response_description="Its roles now.",
    responses=problem_responses(INVALID_QUERY, INVALID_BODY, UNKNOWN_ACCOUNT),
)
@requires("roles:assign")
async def assign_roles(
    account: AccountId,
    body: RolesRequest,
    _: Annotated[NoQuery, Query()],
    request: Request,
    directory: DirectoryDependency,
) -> RolesAnswer:
    """Give and take roles. The account's next token has them: after a refresh, at the latest in half an hour."""
    administrator = caller_of(request.scope).account
    roles = tuple(manage_roles.assign_roles(directory, account, body.roles, administrator=administrator))
    return RolesAnswer(account=account, roles=roles, permissions=tuple(sorted(permissions_of(roles))))
