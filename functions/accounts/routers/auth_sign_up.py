"""`/v1/auth`: getting an account, and back into it."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response, status

from functions.accounts.identity import SignUpsDependency
from geoclimate.contracts.auth import AcceptedAnswer, AddressRequest, ConfirmRequest, Credentials, ResetRequest
from geoclimate.contracts.http import NoQuery
from geoclimate.contracts.problems import (
    INVALID_BODY,
    INVALID_CODE,
    INVALID_QUERY,
    SIGN_UP_CLOSED,
    TOO_MANY_ATTEMPTS,
    WEAK_PASSWORD,
    ProblemType,
)
from geoclimate.runtime.web.guarded_route import GuardedRoute, open_to_all
from geoclimate.runtime.web.locations import LOCATION, location_docs, location_of
from geoclimate.runtime.web.problem_docs import problem_responses
from geoclimate.services import choose_password

router = APIRouter(prefix="/v1/auth", tags=["signing in"], route_class=GuardedRoute)

_ALWAYS: Final = (
    INVALID_QUERY,
    INVALID_BODY,
    TOO_MANY_ATTEMPTS,
)
_CODE_SENT: Final = (
    "If the address can have an account here, a message with a code is on its way: POST /v1/auth/confirm."
)
_CODE_RESENT: Final = "If a sign-up of this address waits for its code, a message is on its way: POST /v1/auth/confirm."
_RESET_SENT: Final = "If the address has an account, a message with a code is on its way: POST /v1/auth/reset-password."
_ACCEPTED: Final = "The same for every address."
_CONFIRM: Final = "/v1/auth/confirm"
_RESET: Final = "/v1/auth/reset-password"


def _problems(*more: ProblemType) -> dict[int | str, dict[str, object]]:
    return problem_responses(*_ALWAYS, *more)


def _code_is_sent(*more: ProblemType) -> dict[int | str, dict[str, object]]:
    return {**_problems(*more), status.HTTP_202_ACCEPTED: location_docs("Where the code of the message goes")}


@router.post(
    "/sign-up",
    status_code=status.HTTP_202_ACCEPTED,
    summary="Sign up",
    response_description=_ACCEPTED,
    responses=_code_is_sent(WEAK_PASSWORD, SIGN_UP_CLOSED),
)
@open_to_all
async def sign_up(
    body: Credentials, request: Request, response: Response, _: Annotated[NoQuery, Query()], sign_ups: SignUpsDependency
) -> AcceptedAnswer:
    """Ask for an account. A code is sent to the address, and nobody learns here whether it has an account already."""
    choose_password.sign_up(sign_ups, body.email, body.password)
    response.headers[LOCATION] = location_of(request, _CONFIRM)
    return AcceptedAnswer(detail=_CODE_SENT)


@router.post(
    "/confirm",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Confirm the address",
    response_description="The account may sign in and read.",
    responses=_problems(INVALID_CODE),
)
@open_to_all
async def confirm(body: ConfirmRequest, _: Annotated[NoQuery, Query()], sign_ups: SignUpsDependency) -> Response:
    """Prove by the code that the address is yours."""
    sign_ups.confirm(body.email, body.code)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.post(
    "/resend",
    status_code=status.HTTP_202_ACCEPTED,
    summary="Send the code once more",
    response_description=_ACCEPTED,
    responses=_code_is_sent(),
)
@open_to_all
async def resend(
    body: AddressRequest,
    request: Request,
    response: Response,
    _: Annotated[NoQuery, Query()],
    sign_ups: SignUpsDependency,
) -> AcceptedAnswer:
    """Send the code of a sign-up once more; only the newest code is valid."""
    sign_ups.resend(body.email)
    response.headers[LOCATION] = location_of(request, _CONFIRM)
    return AcceptedAnswer(detail=_CODE_RESENT)


@router.post(
    "/forgot-password",
    status_code=status.HTTP_202_ACCEPTED,
    summary="Ask for a code to set a new password",
    response_description=_ACCEPTED,
    responses=_code_is_sent(),
)
@open_to_all
async def forgot_password(
    body: AddressRequest,
    request: Request,
    response: Response,
    _: Annotated[NoQuery, Query()],
    sign_ups: SignUpsDependency,
) -> AcceptedAnswer:
    """Send a code with which `POST /v1/auth/reset-password` sets a new password."""
    sign_ups.send_reset_code(body.email)
    response.headers[LOCATION] = location_of(request, _RESET)
    return AcceptedAnswer(detail=_RESET_SENT)


@router.post(
    "/reset-password",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Set a new password",
    response_description="The new password is valid.",
    responses=_problems(INVALID_CODE, WEAK_PASSWORD),
)
@open_to_all
async def reset_password(body: ResetRequest, _: Annotated[NoQuery, Query()], sign_ups: SignUpsDependency) -> Response:
    """Set a new password by the code that was sent. Whoever was signed in stays so: sign out to end that."""
    choose_password.reset_password(sign_ups, body.email, body.code, body.password)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
