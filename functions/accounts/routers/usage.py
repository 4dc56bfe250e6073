"""`/v1/me/usage`: what the caller's account used, and what is left."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from functions.accounts.bootstrap import UsageBookDependency
from geoclimate.contracts.problems import INVALID_QUERY
from geoclimate.contracts.usage import (
    DayUsageAnswer,
    PlanLimits,
    RouteUsageAnswer,
    TodayAnswer,
    UsageAnswer,
    UsageRequest,
)
from geoclimate.domain.usage import DayUsage
from geoclimate.runtime.web.caller import caller_of
from geoclimate.runtime.web.guarded_route import GuardedRoute, requires
from geoclimate.runtime.web.problem_docs import problem_responses
from geoclimate.services.read_usage import read_usage

router = APIRouter(prefix="/v1/me/usage", tags=["account"], route_class=GuardedRoute)


@router.get(
    "",
    summary="What have I used?",
    response_description="Calls and their cost by day and operation.",
    responses=problem_responses(INVALID_QUERY),
)
@requires("usage:read")
async def get_usage(
    request: Request, query: Annotated[UsageRequest, Query()], book: UsageBookDependency
) -> UsageAnswer:
    """Calls that were answered with success and what they cost, by UTC day and operation.

    It counts what came with any key of your account, and is kept for 400 days.
    """
    account = caller_of(request.scope).account
    usage = read_usage(book, account, query.first, query.last)
    plan, allowance = usage.allowance.plan, usage.allowance
    return UsageAnswer(
        account=account,
        plan=PlanLimits(name=usage.plan, per_day=plan.per_day, per_minute=plan.per_minute, burst=plan.burst),
        today=TodayAnswer(used=allowance.used, remaining=allowance.remaining, resets_at=allowance.resets_at),
        first=usage.first,
        last=usage.last,
        calls=sum(day.calls for day in usage.days),
        cost=sum(day.cost for day in usage.days),
        days=tuple(map(_day, usage.days)),
    )


def _day(day: DayUsage) -> DayUsageAnswer:
    return DayUsageAnswer(
        day=day.day,
        calls=day.calls,
        cost=day.cost,
        routes=tuple(
            RouteUsageAnswer(operation=route.operation, calls=route.calls, cost=route.cost) for route in day.routes
        ),
    )
