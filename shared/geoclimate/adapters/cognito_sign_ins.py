"""Signing in and out, and the second factor, in a Cognito user pool."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, cast

from botocore.exceptions import ClientError

from geoclimate.adapters.aws_errors import error_code
from geoclimate.adapters.cognito_errors import answer_refused, credentials_refused, token_refused, told_plainly
from geoclimate.domain.account_errors import SignInRefused
from geoclimate.domain.challenges import ChallengeName
from geoclimate.services.identity_ports import Challenge, Tokens

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient

_ANSWER: Final[Mapping[ChallengeName, str]] = MappingProxyType(
    {"SOFTWARE_TOKEN_MFA": "SOFTWARE_TOKEN_MFA_CODE", "NEW_PASSWORD_REQUIRED": "NEW_PASSWORD"}
)
"""Name of the answer among a challenge's responses."""


class CognitoSignIns:
    """A user pool through one of its clients; implements `SignIns` and `SecondFactors`.

    Everything here is proven by a password or a token of the caller's, so the client needs no credentials.
    """

    def __init__(self, public: CognitoIdentityProviderClient, client: str) -> None:
        self._public = public
        self._client = client

    def sign_in(self, email: str, password: str) -> Tokens | Challenge:
        """Tokens, or what is asked before they are given.

        Raises:
            SignInRefused: Address and password do not fit, or the account may not sign in.
            TooManyAttempts: It was tried too often.
            Unavailable: Cognito does not answer.
        """
        with told_plainly(credentials_refused):
            answer = self._public.initiate_auth(
                ClientId=self._client,
                AuthFlow="USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": email, "PASSWORD": password},
            )
        return _outcome(answer)

    def answer(self, challenge: Challenge, email: str, answer: str) -> Tokens | Challenge:
        """Answer what was asked: the code of the second factor, or the new password.

        Raises:
            SignInRefused: The answer is wrong, or the sign-in is too long ago.
            WeakPassword: Cognito refuses the new password.
            TooManyAttempts: It was tried too often.
            Unavailable: Cognito does not answer.
        """
        with told_plainly(answer_refused):
            try:
                given = self._public.respond_to_auth_challenge(
                    ClientId=self._client,
                    ChallengeName=challenge.name,
                    Session=challenge.session,
                    ChallengeResponses={"USERNAME": email, _ANSWER[challenge.name]: answer},
                )
            except ClientError as error:
                # Invalid: there is no such session. A code that does not fit is a refusal to sign in, not a bad form.
                if error_code(error) in {"CodeMismatchException", "ExpiredCodeException", "InvalidParameterException"}:
                    raise answer_refused() from None
                raise
        return _outcome(given)

    def refresh(self, refresh_token: str) -> Tokens:
        """New tokens.

        Raises:
            TokenRefused: The token has expired, or was revoked.
            Unavailable: Cognito does not answer.
        """
        with told_plainly(token_refused):
            answer = self._public.initiate_auth(
                ClientId=self._client,
                AuthFlow="REFRESH_TOKEN_AUTH",
                AuthParameters={"REFRESH_TOKEN": refresh_token},
            )
        return _tokens(answer["AuthenticationResult"])

    def sign_out(self, access_token: str) -> None:
        """Revoke every token of the account.

        Raises:
            TokenRefused: The token is not valid.
            Unavailable: Cognito does not answer.
        """
        with told_plainly(token_refused):
            self._public.global_sign_out(AccessToken=access_token)

    def associate(self, access_token: str) -> tuple[str, str]:
        """A new secret for an authenticator, in base32, and the address of the account that it is for.

        Raises:
            TokenRefused: The token is not valid.
            Unavailable: Cognito does not answer.
        """
        with told_plainly(token_refused):
            attributes = self._public.get_user(AccessToken=access_token)["UserAttributes"]
            secret = self._public.associate_software_token(AccessToken=access_token)["SecretCode"]
        address = next((one.get("Value", "") for one in attributes if one["Name"] == "email"), "")
        return secret, address

    def switch_on(self, access_token: str, code: str) -> None:
        """Ask for a second factor from now on, once the authenticator has shown that it has the secret.

        Raises:
            InvalidCode: The code is not the authenticator's.
            TokenRefused: The token is not valid.
            Unavailable: Cognito does not answer.
        """
        with told_plainly(token_refused):
            self._public.verify_software_token(AccessToken=access_token, UserCode=code)
            self._public.set_user_mfa_preference(
                AccessToken=access_token, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True}
            )

    def switch_off(self, access_token: str) -> None:
        """Ask for the password alone from now on.

        Raises:
            TokenRefused: The token is not valid.
            Unavailable: Cognito does not answer.
        """
        with told_plainly(token_refused):
            self._public.set_user_mfa_preference(
                AccessToken=access_token, SoftwareTokenMfaSettings={"Enabled": False, "PreferredMfa": False}
            )


def _outcome(answer: Any) -> Tokens | Challenge:
    name = answer.get("ChallengeName")
    if name is None:
        return _tokens(answer["AuthenticationResult"])
    if name not in _ANSWER:
        raise SignInRefused(f"The account asks for {name}, which this API does not answer; ask the operator.")
    return Challenge(cast("ChallengeName", name), answer["Session"])


def _tokens(result: Any) -> Tokens:
    return Tokens(
        expires_in_s=result["ExpiresIn"],
        id_token=result["IdToken"],
        access_token=result["AccessToken"],
        refresh_token=result.get("RefreshToken"),
    )
