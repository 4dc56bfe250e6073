"""`/v1/me/export`, `DELETE /v1/me` and their receipts: what is kept of the caller, and the end of it."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response, status

from functions.accounts.privacy import PrivacyDeskDependency
from geoclimate.contracts.http import NoQuery
from geoclimate.contracts.privacy import ExportReceiptAnswer, ReceiptAnswer, ReceiptId
from geoclimate.contracts.problems import DOMAIN_PROBLEMS, INVALID_QUERY, UNKNOWN_RECEIPT
from geoclimate.domain.errors import Conflict
from geoclimate.domain.receipts import Receipt
from geoclimate.runtime.web.caller import caller_of
from geoclimate.runtime.web.guarded_route import GuardedRoute, open_to_all, requires
from geoclimate.runtime.web.locations import LOCATION, location_docs, location_of
from geoclimate.runtime.web.problem_docs import problem_responses
from geoclimate.services.request_privacy import (
    PrivacyDesk,
    read_erasure,
    read_export,
    request_erasure,
    request_export,
)

router = APIRouter(tags=["privacy"], route_class=GuardedRoute)

_RECEIPT: Final = location_docs("The receipt")


def _accepted(description: str, *problems: Any) -> dict[int | str, dict[str, Any]]:
    return {status.HTTP_202_ACCEPTED: {"description": description, **_RECEIPT}, **problem_responses(*problems)}


@router.get(
    "/v1/me/export",
    status_code=status.HTTP_202_ACCEPTED,
    summary="Export what is kept of me",
    responses=_accepted("The export was begun, or one that was asked for within the hour still runs.", INVALID_QUERY),
)
@requires("account:manage")
async def export_me(
    request: Request, response: Response, _: Annotated[NoQuery, Query()], desk: PrivacyDeskDependency
) -> ExportReceiptAnswer:
    """One JSON file: the account, keys without their values, usage, jobs, uploads, entries of the audit log.

    The file is kept for 7 days.
    """
    account = caller_of(request.scope).account
    receipt = request_export(desk, account)
    response.headers[LOCATION] = location_of(request, f"/v1/me/receipts/{receipt}")
    return _export(desk, account, receipt)


@router.get(
    "/v1/me/receipts/{receipt}",
    summary="How far an export is",
    response_description="The receipt.",
    responses=problem_responses(INVALID_QUERY, UNKNOWN_RECEIPT),
)
@requires("account:manage")
async def get_export_receipt(
    receipt: ReceiptId, request: Request, _: Annotated[NoQuery, Query()], desk: PrivacyDeskDependency
) -> ExportReceiptAnswer:
    """The receipt of an export, and the address of the file once it is done."""
    return _export(desk, caller_of(request.scope).account, receipt)


@router.delete(
    "/v1/me",
    status_code=status.HTTP_202_ACCEPTED,
    summary="Erase me",
    responses=_accepted("The erasure was begun; it cannot be undone.", INVALID_QUERY, DOMAIN_PROBLEMS[Conflict]),
)
@requires("account:manage")
async def erase_me(
    request: Request, response: Response, _: Annotated[NoQuery, Query()], desk: PrivacyDeskDependency
) -> ReceiptAnswer:
    """Erase the account from everywhere. Keys and tokens die at once; the audit log keeps a pseudonym of nobody.

    Keep the receipt's id: it can be read without a token, by whoever has it, for 30 days.
    """
    receipt = request_erasure(desk, caller_of(request.scope).account)
    response.headers[LOCATION] = location_of(request, f"/v1/receipts/{receipt}")
    return _answer(receipt, read_erasure(desk, receipt))


@router.get(
    "/v1/receipts/{receipt}",
    summary="How far an erasure is",
    response_description="The receipt.",
    responses=problem_responses(INVALID_QUERY, UNKNOWN_RECEIPT),
)
@open_to_all
async def get_erasure_receipt(
    receipt: ReceiptId, _: Annotated[NoQuery, Query()], desk: PrivacyDeskDependency
) -> ReceiptAnswer:
    """The receipt of an erasure. It names no account, and nobody guesses its id."""
    return _answer(receipt, read_erasure(desk, receipt))


def _export(desk: PrivacyDesk, account: str, receipt: str) -> ExportReceiptAnswer:
    found, url = read_export(desk, account, receipt)
    return ExportReceiptAnswer(**_answer(receipt, found).model_dump(), result_url=url)


def _answer(receipt: str, found: Receipt) -> ReceiptAnswer:
    return ReceiptAnswer(
        receipt=receipt,
        kind=found.kind,
        state=found.state,
        requested_at=found.requested_at,
        finished_at=found.finished_at,
        counts=dict(found.counts),
    )
