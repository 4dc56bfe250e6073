"""Keys of the API: what an account calls with, and how long."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from geoclimate.domain.account_errors import TooManyKeys
from geoclimate.domain.errors import Conflict, InvalidBody

KEYS_AT_MOST: Final = 10
"""Keys that an account may have, without those that another one has replaced."""

ITEMS_AT_MOST: Final = 2 * KEYS_AT_MOST
"""Keys with the replaced ones, which live on for the overlap."""

ROTATION_OVERLAP: Final = dt.timedelta(hours=24)
"""A replaced key still works for this long."""

LONGEST_LIFE: Final = dt.timedelta(days=3_653)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One key; its value is nowhere but with its owner and the gateway.

    Attributes:
        key_id: The gateway's id of the key.
        account: Whose it is.
        name: What the owner calls it.
        plan: Name of the usage plan that it is in.
        created_at: When it was made.
        expires_at: When it ends by itself; None where it does not.
        replaced_by: Id of the key that a rotation put in its place.
    """

    key_id: str
    account: str
    name: str
    plan: str
    created_at: dt.datetime
    expires_at: dt.datetime | None = None
    replaced_by: str | None = None

    def expired(self, now: dt.datetime) -> bool:
        """Whether it has ended by itself."""
        return self.expires_at is not None and self.expires_at <= now


def require_room(keys: Sequence[ApiKey], now: dt.datetime) -> None:
    """Check that an account may have one more key.

    Raises:
        TooManyKeys: It has as many as it may.
    """
    current = [key for key in keys if key.replaced_by is None and not key.expired(now)]
    if len(current) >= KEYS_AT_MOST:
        raise TooManyKeys(f"An account may have {KEYS_AT_MOST} keys, and this one has {len(current)}.")


def require_life(expires_at: dt.datetime | None, now: dt.datetime) -> None:
    """Check that a key may end at an instant.

    Raises:
        InvalidBody: It lies in the past, or too far ahead.
    """
    if expires_at is None:
        return
    if expires_at <= now:
        raise InvalidBody("/expires_at", "lies in the past: give a later instant, or revoke the key instead")
    if expires_at > now + LONGEST_LIFE:
        raise InvalidBody("/expires_at", "lies more than ten years ahead: give an earlier instant, or none")


def require_current(key: ApiKey, now: dt.datetime) -> None:
    """Check that a key may still be changed or replaced.

    Raises:
        Conflict: It has ended, or another key has replaced it and it ends after the overlap whatever is asked.
    """
    if key.expired(now):
        raise Conflict("This key has expired: create a new one.")
    if key.replaced_by is not None:
        raise Conflict(f"Key {key.replaced_by} has replaced this key, which ends by itself.")


def replaced(key: ApiKey, by: str, now: dt.datetime) -> ApiKey:
    """A key that another one replaces: it ends after the overlap, or before if it would have."""
    end = now + ROTATION_OVERLAP
    return replace(key, replaced_by=by, expires_at=end if key.expires_at is None else min(end, key.expires_at))
