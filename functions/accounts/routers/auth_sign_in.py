"""`/v1/auth`: tokens, from the sign-in to the sign-out."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, status
from starlette.responses import Response

from functions.accounts.identity import SignInsDependency, SignUpsDependency
from geoclimate.contracts.auth import (
    AccessRequest,
    ChallengeAnswer,
    ChallengeRequest,
    Credentials,
    RefreshRequest,
    TokensAnswer,
)
from geoclimate.contracts.http import NoQuery
from geoclimate.contracts.problems import (
    INVALID_BODY,
    INVALID_QUERY,
    SIGN_IN_REFUSED,
    TOKEN_REFUSED,
    TOO_MANY_ATTEMPTS,
    WEAK_PASSWORD,
)
from geoclimate.domain.errors import InvalidBody
from geoclimate.runtime.web.guarded_route import GuardedRoute, open_to_all
from geoclimate.runtime.web.problem_docs import problem_responses
from geoclimate.services.choose_password import replace_password
from geoclimate.services.identity_ports import Challenge, Tokens

router = APIRouter(prefix="/v1/auth", tags=["signing in"], route_class=GuardedRoute)

_ALWAYS: Final = (
    INVALID_QUERY,
    INVALID_BODY,
    TOO_MANY_ATTEMPTS,
)
_OUTCOME: Final = "Tokens, or what is asked before they are given; `kind` says which."


@router.post(
    "/sign-in", summary="Sign in", response_description=_OUTCOME, responses=problem_responses(*_ALWAYS, SIGN_IN_REFUSED)
)
@open_to_all
async def sign_in(
    body: Credentials, _: Annotated[NoQuery, Query()], sign_ins: SignInsDependency
) -> TokensAnswer | ChallengeAnswer:
    """Tokens for an address and its password.

    The ID token goes with every request and is valid for half an hour; `POST /v1/auth/refresh` gets the next one.
    """
    return _answer(sign_ins.sign_in(body.email, body.password))


@router.post(
    "/challenge",
    summary="Answer what the sign-in asked",
    response_description=_OUTCOME,
    responses=problem_responses(*_ALWAYS, SIGN_IN_REFUSED, WEAK_PASSWORD),
)
@open_to_all
async def answer_challenge(
    body: ChallengeRequest, _: Annotated[NoQuery, Query()], sign_ins: SignInsDependency, sign_ups: SignUpsDependency
) -> TokensAnswer | ChallengeAnswer:
    """Go on with a sign-in: the code of the second factor, or a password in place of the administrator's."""
    asked = Challenge(body.challenge, body.session)
    name, given = ("code", body.code) if body.challenge == "SOFTWARE_TOKEN_MFA" else ("password", body.password)
    if given is None:
        raise InvalidBody(f"/{name}", f"is required for {body.challenge}")
    if name == "password":
        return _answer(replace_password(sign_ups, sign_ins, asked, body.email, given))
    return _answer(sign_ins.answer(asked, body.email, given))


@router.post(
    "/refresh",
    summary="New tokens",
    response_description="Tokens.",
    responses=problem_responses(*_ALWAYS, TOKEN_REFUSED),
)
@open_to_all
async def refresh(body: RefreshRequest, _: Annotated[NoQuery, Query()], sign_ins: SignInsDependency) -> TokensAnswer:
    """A new ID and access token for a refresh token, which is valid for 30 days from the sign-in."""
    return _tokens(sign_ins.refresh(body.refresh_token))


@router.post(
    "/sign-out",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Sign out everywhere",
    response_description="No refresh token and no access token of the account is valid any more.",
    responses=problem_responses(*_ALWAYS, TOKEN_REFUSED),
)
@open_to_all
async def sign_out(body: AccessRequest, _: Annotated[NoQuery, Query()], sign_ins: SignInsDependency) -> Response:
    """Revoke every token of the account. An ID token that is out already lives its half hour to the end."""
    sign_ins.sign_out(body.access_token)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


def _answer(outcome: Tokens | Challenge) -> TokensAnswer | ChallengeAnswer:
    if isinstance(outcome, Challenge):
        return ChallengeAnswer(challenge=outcome.name, session=outcome.session)
    return _tokens(outcome)


def _tokens(tokens: Tokens) -> TokensAnswer:
    return TokensAnswer(
        expires_in=tokens.expires_in_s,
        id_token=tokens.id_token,
        access_token=tokens.access_token,
        refresh_token=tokens.refresh_token,
    )
