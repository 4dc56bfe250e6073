"""The errors about accounts: who calls, what they may do, what they call with. The tree begins in `errors.py`.

InvalidBody
└── WeakPassword            breaks rules of the user pool
InvalidInput
└── InvalidCode             a one-time code that is not, or no more, the right one
NotFound
├── UnknownAccount
├── UnknownReceipt
├── UnknownKey              the account has no such key
└── UnknownPlan             there is no such usage plan
GeoClimateError
├── NotSignedIn             nobody is proven to call
│   ├── SignInRefused       what was sent to sign in is not right
│   ├── TokenRefused        a refresh or access token that was sent in a body is not valid
│   └── AccountErased       the account of the token is gone
├── SignUpClosed            accounts are made by an administrator only
├── TooManyAttempts         it was tried too often; wait
├── MissingPermission       the caller is known, but may not do this
├── ForeignKey              the key belongs to another account than the token
├── ExpiredKey              the key has ended by itself
└── QuotaUsedUp             the account has used what its plan allows in a day
Conflict
└── TooManyKeys             the account has as many keys as it may
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from geoclimate.domain.errors import Conflict, GeoClimateError, InvalidBody, InvalidInput, NotFound

if TYPE_CHECKING:
    from geoclimate.domain.plans import Allowance


class WeakPassword(InvalidBody):
    """A password that breaks rules of the user pool.

    Attributes:
        rules: What is missing, a sentence each.
    """

    code = "weak-password"
    title = "The password is too weak"

    def __init__(self, rules: Sequence[str]) -> None:
        super().__init__("/password", "; ".join(rules))
        self.rules = tuple(rules)


class InvalidCode(InvalidInput):
    """A one-time code that is not the one that was sent or shown, or not any more."""

    code = "invalid-code"
    title = "The code is not valid"


class UnknownAccount(NotFound):
    """There is no account of this id or address."""

    code = "unknown-account"
    title = "No such account"


class UnknownReceipt(NotFound):
    """There is no receipt of this id, or it has expired."""

    code = "unknown-receipt"
    title = "No such receipt"


class UnknownKey(NotFound):
    """The account has no key of this id; whether another account has it is not said."""

    code = "unknown-key"
    title = "No such key"


class UnknownPlan(NotFound):
    """There is no usage plan of this name."""

    code = "unknown-plan"
    title = "No such plan"


class NotSignedIn(GeoClimateError):  # noqa: N818 - named as the field says it
    """Nobody is proven to call."""

    code = "unauthorized"
    title = "Not signed in"


class SignInRefused(NotSignedIn):
    """What was sent to sign in is not right."""

    code = "sign-in-refused"
    title = "The sign-in was refused"


class TokenRefused(NotSignedIn):
    """A refresh or access token that came in a body is not valid, or not any more."""

    code = "token-refused"
    title = "The token was refused"


class AccountErased(NotSignedIn):
    """The account of the token was erased; the token outlives it by minutes."""

    code = "account-erased"
    title = "The account was erased"


class SignUpClosed(GeoClimateError):  # noqa: N818 - named as the field says it
    """Nobody signs up here: an administrator makes the accounts."""

    code = "sign-up-closed"
    title = "Nobody signs up here"


class TooManyAttempts(GeoClimateError):  # noqa: N818 - named as the field says it
    """It was tried too often.

    Attributes:
        retry_after_s: Seconds to wait.
    """

    code = "too-many-attempts"
    title = "Too many attempts"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"It was tried too often: try again in {retry_after_s} seconds.")
        self.retry_after_s = retry_after_s


class MissingPermission(GeoClimateError):  # noqa: N818 - named as the field says it
    """The caller is known, but may not do this.

    Attributes:
        permission: What is missing, `resource:action`.
    """

    code = "forbidden"
    title = "You may not do this"

    def __init__(self, permission: str) -> None:
        super().__init__(f"This needs the permission {permission}, which none of your roles has.")
        self.permission = permission


class ForeignKey(GeoClimateError):  # noqa: N818 - named as the field says it
    """The request comes with one account's token and another account's key."""

    code = "foreign-api-key"
    title = "The API key belongs to another account"


class ExpiredKey(GeoClimateError):  # noqa: N818 - named as the field says it
    """The key has ended by itself."""

    code = "expired-api-key"
    title = "The API key has expired"


class QuotaUsedUp(GeoClimateError):  # noqa: N818 - named as the field says it
    """The account has used what its plan allows in a day.

    Attributes:
        allowance: Where the account stands.
    """

    code = "quota-exceeded"
    title = "The day's quota is used up"

    def __init__(self, allowance: Allowance) -> None:
        super().__init__(f"The account has used {allowance.used} of the {allowance.plan.per_day} of its plan today.")
        self.allowance = allowance


class TooManyKeys(Conflict):
    """The account has as many keys as it may."""

    code = "too-many-keys"
    title = "The account has as many keys as it may"
