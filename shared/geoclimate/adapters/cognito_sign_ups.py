"""Signing up, and back in after a lost password, in a Cognito user pool."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from geoclimate.adapters.aws_errors import error_code
from geoclimate.adapters.cognito_errors import CODE_REFUSED, told_plainly
from geoclimate.domain.account_errors import InvalidCode
from geoclimate.domain.passwords import PasswordPolicy

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient

_CONSUMER: Final = "consumer"


class CognitoSignUps:
    """A user pool through one of its clients; implements `SignUps`."""

    def __init__(
        self, public: CognitoIdentityProviderClient, own: CognitoIdentityProviderClient, pool: str, client: str
    ) -> None:
        """Make it.

        Args:
            public: Client that signs nothing, for what everybody may ask of the pool.
            own: Client with the function's role.
            pool: Id of the user pool.
            client: Id of the pool's client.
        """
        self._public = public
        self._own = own
        self._pool = pool
        self._client = client

    def password_policy(self) -> PasswordPolicy:
        """What the pool asks of a password; asked once a process.

        Raises:
            Unavailable: Cognito does not answer.
        """
        return self._policy

    def sign_up(self, email: str, password: str) -> None:
        """Ask for an account; an address that has one already is told nothing else.

        Raises:
            WeakPassword: Cognito refuses the password.
            SignUpClosed: Accounts are made by an administrator only.
            TooManyAttempts: It was tried too often.
            Unavailable: Cognito does not answer.
        """
        with told_plainly():
            try:
                self._public.sign_up(
                    ClientId=self._client,
                    Username=email,
                    Password=password,
                    UserAttributes=[{"Name": "email", "Value": email}],
                )
            except ClientError as error:
                if error_code(error) != "UsernameExistsException":
                    raise

    def confirm(self, email: str, code: str) -> None:
        """Prove the address by the code that was sent to it, and let the account read.

        Raises:
            InvalidCode: The code is not the one that was sent, it has expired, or nothing waits for one.
            TooManyAttempts: It was tried too often.
            Unavailable: Cognito does not answer.
        """
        with told_plainly():
            try:
                self._public.confirm_sign_up(ClientId=self._client, Username=email, ConfirmationCode=code)
            except ClientError as error:
                # Another answer for an address that is confirmed already would tell that it has an account.
                if error_code(error) in {"NotAuthorizedException", "UserNotFoundException", "AliasExistsException"}:
                    raise InvalidCode(CODE_REFUSED) from None
                raise
            self._own.admin_add_user_to_group(UserPoolId=self._pool, Username=email, GroupName=_CONSUMER)

    def resend(self, email: str) -> None:
        """Send the code of a sign-up once more, where there is one that waits for it.

        Raises:
            TooManyAttempts: It was asked for too often.
            Unavailable: Cognito does not answer.
        """
        with told_plainly():
            try:
                self._public.resend_confirmation_code(ClientId=self._client, Username=email)
            except ClientError as error:
                # Invalid: it is confirmed already.
                if error_code(error) not in {"InvalidParameterException", "UserNotFoundException"}:
                    raise

    def send_reset_code(self, email: str) -> None:
        """Send a code with which a new password can be set, where the address has an account.

        Raises:
            TooManyAttempts: It was asked for too often.
            Unavailable: Cognito does not answer.
        """
        with told_plainly():
            try:
                self._public.forgot_password(ClientId=self._client, Username=email)
            except ClientError as error:
                # Invalid: the address is not confirmed. Not authorized: the account is switched off.
                if error_code(error) not in {
                    "InvalidParameterException",
                    "NotAuthorizedException",
                    "UserNotFoundException",
                }:
                    raise

    def reset_password(self, email: str, code: str, password: str) -> None:
        """Set a new password by the code that was sent.

        Raises:
            InvalidCode: The code is not the one that was sent, it has expired, or none was.
            WeakPassword: Cognito refuses the password.
            TooManyAttempts: It was tried too often.
            Unavailable: Cognito does not answer.
        """
        with told_plainly():
            try:
                self._public.confirm_forgot_password(
                    ClientId=self._client, Username=email, ConfirmationCode=code, Password=password
                )
            except ClientError as error:
                if error_code(error) in {
                    "NotAuthorizedException",
                    "UserNotConfirmedException",
                    "UserNotFoundException",
                }:
                    raise InvalidCode(CODE_REFUSED) from None
                raise

    @cached_property
    def _policy(self) -> PasswordPolicy:
        with told_plainly():
            answer = self._own.describe_user_pool(UserPoolId=self._pool)
        rules = answer["UserPool"]["Policies"]["PasswordPolicy"]
        return PasswordPolicy(
            min_length=rules["MinimumLength"],
            lowercase=rules["RequireLowercase"],
            uppercase=rules["RequireUppercase"],
            digits=rules["RequireNumbers"],
            symbols=rules["RequireSymbols"],
        )
