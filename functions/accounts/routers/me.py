"""`/v1/me`: who the caller is."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from geoclimate.contracts.accounts import MeAnswer
from geoclimate.contracts.http import NoQuery
from geoclimate.contracts.problems import INVALID_QUERY
from geoclimate.domain.permissions import ROLES, permissions_of
from geoclimate.runtime.web.caller import caller_of
from geoclimate.runtime.web.guarded_route import GuardedRoute, requires
from geoclimate.runtime.web.problem_docs import problem_responses

router = APIRouter(prefix="/v1/me", tags=["account"], route_class=GuardedRoute)


@router.get(
    "",
    summary="Who am I?",
    response_description="The caller's account.",
    responses=problem_responses(INVALID_QUERY),
)
@requires("account:manage")
async def get_me(request: Request, _: Annotated[NoQuery, Query()]) -> MeAnswer:
    """The account of the token, its roles, and what they allow."""
    caller = caller_of(request.scope)
    return MeAnswer(
        account=caller.account,
        email=caller.email,
        roles=tuple(role for role in ROLES if role in caller.roles),
        permissions=tuple(sorted(permissions_of(caller.roles))),
    )
