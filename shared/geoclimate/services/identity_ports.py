"""What signing in and the administration of accounts need of the user pool; `adapters/cognito_*.py` implements it."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Protocol

from geoclimate.domain.challenges import ChallengeName
from geoclimate.domain.passwords import PasswordPolicy
from geoclimate.domain.permissions import Role


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a caller who has signed in gets; none of it is in a repr.

    Attributes:
        expires_in_s: Seconds that the ID and the access token are valid.
        id_token: Says who the caller is; the API takes it.
        access_token: Lets the caller change their own account in the user pool.
        refresh_token: Gets new tokens; None where the caller keeps the one they have.
    """

    expires_in_s: int
    id_token: str = field(repr=False)
    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False, default=None)


@dataclass(frozen=True, slots=True)
class Challenge:
    """What is asked of a caller whose password was right, before they get tokens.

    Attributes:
        name: What is asked for.
        session: Ties the answer to the sign-in; not in a repr.
    """

    name: ChallengeName
    session: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class User:
    """An account as the user pool knows it.

    Attributes:
        account: Its id, the subject of its tokens.
        email: Its address.
        status: The pool's word for how far the sign-up is, such as `CONFIRMED`.
        enabled: Whether it may sign in.
        created_at: When it signed up.
        second_factor: Whether a second factor is asked for.
    """

    account: str
    email: str
    status: str
    enabled: bool
    created_at: dt.datetime
    second_factor: bool


class SignUps(Protocol):
    """How somebody gets an account, and back into it."""

    def password_policy(self) -> PasswordPolicy:
        """What the pool asks of a password.

        Raises:
            Unavailable: The user pool does not answer.
        """

    def sign_up(self, email: str, password: str) -> None:
        """Ask for an account; an address that has one already is told nothing else.

        Raises:
            WeakPassword: The pool refuses the password.
            SignUpClosed: Accounts are made by an administrator only.
            TooManyAttempts: It was tried too often.
            Unavailable: The user pool does not answer.
        """

    def confirm(self, email: str, code: str) -> None:
        """Prove the address by the code that was sent to it; the account may read then.

        Raises:
            InvalidCode: The code is not the one that was sent, or it has expired.
            TooManyAttempts: It was tried too often.
            Unavailable: The user pool does not answer.
        """

    def resend(self, email: str) -> None:
        """Send the code of a sign-up once more, where there is one that waits for it.

        Raises:
            TooManyAttempts: It was asked for too often.
            Unavailable: The user pool does not answer.
        """

    def send_reset_code(self, email: str) -> None:
        """Send a code with which a new password can be set, where the address has an account.

        Raises:
            TooManyAttempts: It was asked for too often.
            Unavailable: The user pool does not answer.
        """

    def reset_password(self, email: str, code: str, password: str) -> None:
        """Set a new password by the code that was sent.

        Raises:
            InvalidCode: The code is not the one that was sent, or it has expired.
            WeakPassword: The pool refuses the password.
            TooManyAttempts: It was tried too often.
            Unavailable: The user pool does not answer.
        """


class SignIns(Protocol):
    """How an account gets tokens, and loses them."""

    def sign_in(self, email: str, password: str) -> Tokens | Challenge:
        """Tokens, or what is asked before they are given.

        Raises:
            SignInRefused: Address and password do not fit, or the account may not sign in.
            TooManyAttempts: It was tried too often.
            Unavailable: The user pool does not answer.
        """

    def answer(self, challenge: Challenge, email: str, answer: str) -> Tokens | Challenge:
        """Answer what was asked: the code of the second factor, or the new password.

        Raises:
            SignInRefused: The answer is wrong, or the sign-in is too long ago.
            WeakPassword: The pool refuses the new password.
            TooManyAttempts: It was tried too often.
            Unavailable: The user pool does not answer.
        """

    def refresh(self, refresh_token: str) -> Tokens:
        """New tokens.

        Raises:
            TokenRefused: The token has expired, or was revoked.
            Unavailable: The user pool does not answer.
        """

    def sign_out(self, access_token: str) -> None:
        """Revoke every token of the account.

        Raises:
            TokenRefused: The token is not valid.
            Unavailable: The user pool does not answer.
        """


class SecondFactors(Protocol):
    """How an account switches a second factor on and off: one-time passwords of an authenticator (TOTP, RFC 6238)."""

    def associate(self, access_token: str) -> tuple[str, str]:
        """A new secret for an authenticator, in base32, and the address of the account that it is for.

        Raises:
            TokenRefused: The token is not valid.
            Unavailable: The user pool does not answer.
        """

    def switch_on(self, access_token: str, code: str) -> None:
        """Ask for a second factor from now on, once the authenticator has shown that it has the secret.

        Raises:
            InvalidCode: The code is not the authenticator's.
            TokenRefused: The token is not valid.
            Unavailable: The user pool does not answer.
        """

    def switch_off(self, access_token: str) -> None:
        """Ask for the password alone from now on.

        Raises:
            TokenRefused: The token is not valid.
            Unavailable: The user pool does not answer.
        """


class UserDirectory(Protocol):
    """The accounts, as an administrator sees and changes them."""

    def find(self, name: str) -> User | None:
        """The account of this id or address, or None.

        Raises:
            Unavailable: The user pool does not answer.
        """

    def roles(self, account: str) -> Collection[Role]:
        """The account's roles.

        Raises:
            UnknownAccount: There is none of this id.
            Unavailable: The user pool does not answer.
        """

    def give(self, account: str, role: Role) -> None:
        """Give an account a role; again changes nothing.

        Raises:
            UnknownAccount: There is none of this id.
            Unavailable: The user pool does not answer.
        """

    def take(self, account: str, role: Role) -> None:
        """Take a role from an account; again changes nothing.

        Raises:
            UnknownAccount: There is none of this id.
            Unavailable: The user pool does not answer.
        """

    def close(self, account: str) -> None:
        """Revoke every token of an account and let it sign in no more; one that is gone stays gone.

        Raises:
            Unavailable: The user pool does not answer.
        """

    def delete(self, account: str) -> None:
        """Delete an account from the pool; one that is gone stays gone.

        Raises:
            Unavailable: The user pool does not answer.
        """
