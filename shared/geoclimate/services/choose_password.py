"""Signing up, resetting and replacing a password, with the pool's rules told one by one."""

from geoclimate.domain.account_errors import WeakPassword
from geoclimate.services.identity_ports import Challenge, SignIns, SignUps, Tokens


def sign_up(sign_ups: SignUps, email: str, password: str) -> None:
    """Ask for an account.

    The password is looked at first: were the pool asked first, a weak password would tell an address that has an
    account from one that has none.

    Raises:
        WeakPassword: The password breaks rules of the pool.
        SignUpClosed: Accounts are made by an administrator only.
        TooManyAttempts: It was tried too often.
        Unavailable: The user pool does not answer.
    """
    _require_strength(sign_ups, password)
    sign_ups.sign_up(email, password)


def reset_password(sign_ups: SignUps, email: str, code: str, password: str) -> None:
    """Set a new password by the code that was sent.

    Raises:
        WeakPassword: The password breaks rules of the pool.
        InvalidCode: The code is not the one that was sent, or it has expired.
        TooManyAttempts: It was tried too often.
        Unavailable: The user pool does not answer.
    """
    _require_strength(sign_ups, password)
    sign_ups.reset_password(email, code, password)


def replace_password(
    sign_ups: SignUps, sign_ins: SignIns, challenge: Challenge, email: str, password: str
) -> Tokens | Challenge:
    """Go on with a sign-in that asks for a password in place of the administrator's.

    Raises:
        WeakPassword: The password breaks rules of the pool.
        SignInRefused: The sign-in is too long ago.
        TooManyAttempts: It was tried too often.
        Unavailable: The user pool does not answer.
    """
    _require_strength(sign_ups, password)
    return sign_ins.answer(challenge, email, password)


def _require_strength(sign_ups: SignUps, password: str) -> None:
    broken = sign_ups.password_policy().broken_rules(password)
    if broken:
        raise WeakPassword(broken)
