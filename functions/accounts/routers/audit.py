"""`/v1/audit`: who did what, and whether the log of it is as it was written."""

from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request

from functions.accounts.records import open_audit
from geoclimate.contracts.audit import (
    AuditAnswer,
    AuditEntryAnswer,
    AuditRequest,
    AuditVerificationAnswer,
    ChainEndAnswer,
    FaultAnswer,
    VerificationRequest,
    place_text,
)
from geoclimate.contracts.problems import INVALID_QUERY
from geoclimate.domain.errors import InvalidQuery
from geoclimate.domain.pseudonyms import pseudonym_of
from geoclimate.runtime.clock import utc_now
from geoclimate.runtime.web.guarded_route import GuardedRoute, requires
from geoclimate.runtime.web.problem_docs import problem_responses
from geoclimate.services.audit_ports import AuditLog
from geoclimate.services.ports import Clock
from geoclimate.services.verify_audit import verify_audit

router = APIRouter(prefix="/v1/audit", tags=["audit"], route_class=GuardedRoute)

_ENTRIES_A_PART: Final = 5_000
"""Some 2 s of reading; the gateway waits for 29."""


async def provide_audit() -> AuditLog:
    """The audit log."""
    return open_audit()


async def provide_clock() -> Clock:
    """The system's clock."""
    return utc_now


AuditDependency = Annotated[AuditLog, Depends(provide_audit)]
ClockDependency = Annotated[Clock, Depends(provide_clock)]


@router.get(
    "",
    summary="Who did what?",
    response_description="A page of entries, the newest first.",
    responses=problem_responses(INVALID_QUERY),
)
@requires("audit:read")
async def list_audit(
    request: Request, query: Annotated[AuditRequest, Query()], log: AuditDependency, clock: ClockDependency
) -> AuditAnswer:
    """Every write, and everything that was denied: of a UTC day, of an account, or of an account on a day.

    An entry names an account by a pseudonym that stays when the account is erased, and the network that a request came
    from, not its address.
    """
    if query.account is not None and query.actor is not None:
        raise InvalidQuery("actor", "cannot stand beside 'account': it is that account's pseudonym, or another's")
    actor = query.actor if query.account is None else pseudonym_of(query.account)
    if actor is None:
        found = log.of_day(query.day or clock().date(), query.limit, query.before)
    else:
        found = log.of_actor(actor, query.day, query.limit, query.before)
    last = found[-1].moment if len(found) == query.limit else None
    return AuditAnswer(
        entries=tuple(map(AuditEntryAnswer.of, found)),
        next=None if last is None else "?" + urlencode({**request.query_params, "before": last}),
    )


@router.get(
    "/verification",
    summary="Is the audit log as it was written?",
    response_description="What was looked at, and what is wrong.",
    responses=problem_responses(INVALID_QUERY),
)
@requires("audit:read")
async def verify_audit_log(
    query: Annotated[VerificationRequest, Query()], log: AuditDependency
) -> AuditVerificationAnswer:
    """Looks for entries that were changed, removed or put elsewhere, some thousand in one answer; `next` goes on.

    Each entry holds the digest of the one before it in its chain, and each chain's head tells how long it is.
    """
    found = verify_audit(log, _ENTRIES_A_PART, query.place)
    return AuditVerificationAnswer(
        entries=found.entries,
        faults=tuple(map(FaultAnswer.of, found.faults)),
        ends=tuple(ChainEndAnswer(chain=end.chain, entries=end.sequence, digest=end.digest) for end in found.ends),
        next=None if found.resume is None else "?" + urlencode({"after": place_text(found.resume)}),
    )
