"""What Cognito refuses, said in the platform's own errors; nothing of its messages is passed on.

Where the pool's answer would tell an address that has an account from one that has none, both become the same error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Final

from botocore.exceptions import ClientError

from geoclimate.adapters.aws_errors import error_code, unavailable_when_down
from geoclimate.domain.account_errors import (
    InvalidCode,
    SignInRefused,
    SignUpClosed,
    TokenRefused,
    TooManyAttempts,
    UnknownAccount,
    WeakPassword,
)
from geoclimate.domain.errors import GeoClimateError, InvalidBody, Unavailable

_LOCKED_S: Final = 900
"""The longest that Cognito locks a user after wrong passwords: docs.aws.amazon.com/cognito, "Lockout behavior"."""
_LIMITED_S: Final = 3_600
"""Codes are counted by the hour."""

CODE_REFUSED: Final = "The code is not the one that was sent last, or it has expired."

Refusal = Callable[[], GeoClimateError]


def credentials_refused() -> GeoClimateError:
    """Who signs in is not known, or not yet."""
    return SignInRefused("Address and password do not fit, or the address is not confirmed yet.")


def answer_refused() -> GeoClimateError:
    """What the sign-in asked is not answered rightly."""
    return SignInRefused("The answer is not right, or the sign-in is too long ago: sign in again.")


def token_refused() -> GeoClimateError:
    """A token proves nothing."""
    return TokenRefused("The token is not valid: it has expired, was revoked, or was not issued by this service.")


def _weak() -> GeoClimateError:
    return WeakPassword(("must be one that was not used here before, and is not known from leaks",))


_REFUSALS: Final[Mapping[str, Refusal]] = MappingProxyType(
    {
        "CodeMismatchException": lambda: InvalidCode(CODE_REFUSED),
        "ExpiredCodeException": lambda: InvalidCode(CODE_REFUSED),
        "EnableSoftwareTokenMFAException": lambda: InvalidCode("The code is not the one that the authenticator shows."),
        "InvalidPasswordException": _weak,
        "PasswordHistoryPolicyViolationException": _weak,
        "LimitExceededException": lambda: TooManyAttempts(_LIMITED_S),
        "TooManyFailedAttemptsException": lambda: TooManyAttempts(_LIMITED_S),
        "InvalidParameterException": lambda: InvalidBody("", "The user pool cannot use what was sent."),
        "CodeDeliveryFailureException": lambda: Unavailable("Cognito could not send the message"),
        "UserNotFoundException": lambda: UnknownAccount("No account has this id or address."),
    }
)
_OF_A_SIGN_IN: Final = frozenset(
    {"NotAuthorizedException", "UserNotFoundException", "UserNotConfirmedException", "PasswordResetRequiredException"}
)


@contextmanager
def told_plainly(refused: Refusal | None = None) -> Iterator[None]:
    """Raise the platform's error for each that Cognito knows.

    Args:
        refused: The error where a caller is not who they say; None where no caller proves anything.

    Raises:
        GeoClimateError: Which, is in the table above.
        ClientError: It is none that a caller can do anything about.
    """
    try:
        with unavailable_when_down("Cognito"):
            yield
    except ClientError as error:
        raise _meaning(error, refused) from None


def message_of(error: ClientError) -> str:
    """Cognito's words, for telling apart what it gives one name."""
    return str(error.response.get("Error", {}).get("Message", ""))


def _meaning(error: ClientError, refused: Refusal | None) -> Exception:
    code = error_code(error)
    if code == "NotAuthorizedException":
        message = message_of(error).lower()
        if "attempts exceeded" in message:
            return TooManyAttempts(_LOCKED_S)
        if "not permitted" in message:
            return SignUpClosed("An administrator makes the accounts of this service.")
    if refused is not None and code in _OF_A_SIGN_IN:
        return refused()
    refusal = _REFUSALS.get(code)
    return error if refusal is None else refusal()
