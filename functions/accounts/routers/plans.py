"""`/v1/accounts/{account}/plan`: an administrator gives an account another usage plan."""

from typing import Annotated

from fastapi import APIRouter, Query

from functions.accounts.bootstrap import KeyDeskDependency, SettingsDependency
from functions.accounts.identity import DirectoryDependency
from geoclimate.contracts.http import NoQuery
from geoclimate.contracts.keys import AssignPlanRequest, PlanAnswer
from geoclimate.contracts.problems import DOMAIN_PROBLEMS, INVALID_BODY, INVALID_QUERY, UNKNOWN_ACCOUNT
from geoclimate.contracts.roles import AccountId
from geoclimate.domain.account_errors import UnknownPlan
from geoclimate.domain.errors import Conflict
from geoclimate.runtime.web.guarded_route import GuardedRoute, requires
from geoclimate.runtime.web.problem_docs import problem_responses
from geoclimate.services.assign_plan import assign_plan
from geoclimate.services.manage_roles import find_account

router = APIRouter(prefix="/v1/accounts/{account}/plan", tags=["keys"], route_class=GuardedRoute)


@router.put(
    "",
    summary="Give an account a usage plan",
    response_description="The account is in the plan, and all of its keys are.",
    responses=problem_responses(
        UNKNOWN_ACCOUNT, DOMAIN_PROBLEMS[UnknownPlan], DOMAIN_PROBLEMS[Conflict], INVALID_BODY, INVALID_QUERY
    ),
)
@requires("plans:assign")
async def put_plan(
    account: AccountId,
    body: AssignPlanRequest,
    settings: SettingsDependency,
    desk: KeyDeskDependency,
    directory: DirectoryDependency,
    _: Annotated[NoQuery, Query()],
) -> PlanAnswer:
    """Moves an account and all of its keys to a plan; an account without keys gets it for those to come.

    While a key is moved there is a moment in which the gateway refuses it. Where this answers 503 or 409 on the way,
    ask again: what was moved stays, and the rest follows.
    """
    find_account(directory, account)
    keys = assign_plan(desk, account, body.plan, settings.plans)
    return PlanAnswer(account=account, plan=body.plan, keys=keys)
