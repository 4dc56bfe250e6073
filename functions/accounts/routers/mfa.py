"""`/v1/auth/mfa`: the second factor, one-time passwords of an authenticator."""

from typing import Annotated, Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, status
from starlette.responses import Response

from functions.accounts.identity import SecondFactorsDependency
from geoclimate.contracts.auth import AccessRequest, SecretAnswer, SwitchOnRequest
from geoclimate.contracts.http import NoQuery
from geoclimate.contracts.problems import (
    INVALID_BODY,
    INVALID_CODE,
    INVALID_QUERY,
    TOKEN_REFUSED,
    TOO_MANY_ATTEMPTS,
)
from geoclimate.runtime.web.guarded_route import GuardedRoute, open_to_all
from geoclimate.runtime.web.problem_docs import problem_responses

router = APIRouter(prefix="/v1/auth/mfa", tags=["signing in"], route_class=GuardedRoute)

_ISSUER: Final = "GeoClimate"
_ALWAYS: Final = (
    INVALID_QUERY,
    INVALID_BODY,
    TOO_MANY_ATTEMPTS,
    TOKEN_REFUSED,
)


@router.post(
    "/associate",
    summary="A secret for an authenticator",
    response_description="The secret; it is told once.",
    responses=problem_responses(*_ALWAYS),
)
@open_to_all
async def associate_authenticator(
    body: AccessRequest, _: Annotated[NoQuery, Query()], factors: SecondFactorsDependency
) -> SecretAnswer:
    """Begin with a second factor; nothing changes before `POST /v1/auth/mfa/verify`."""
    secret, address = factors.associate(body.access_token)
    parameters = urlencode({"secret": secret, "issuer": _ISSUER})
    return SecretAnswer(secret=secret, uri=f"otpauth://totp/{_ISSUER}:{quote(address, safe='')}?{parameters}")


@router.post(
    "/verify",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Switch the second factor on",
    response_description="Every sign-in asks for a code from now on.",
    responses=problem_responses(*_ALWAYS, INVALID_CODE),
)
@open_to_all
async def switch_second_factor_on(
    body: SwitchOnRequest, _: Annotated[NoQuery, Query()], factors: SecondFactorsDependency
) -> Response:
    """Show by a code that the authenticator has the secret."""
    factors.switch_on(body.access_token, body.code)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.post(
    "/off",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Switch the second factor off",
    response_description="The password alone is asked for from now on.",
    responses=problem_responses(*_ALWAYS),
)
@open_to_all
async def switch_second_factor_off(
    body: AccessRequest, _: Annotated[NoQuery, Query()], factors: SecondFactorsDependency
) -> Response:
    """Ask for no code any more."""
    factors.switch_off(body.access_token)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
