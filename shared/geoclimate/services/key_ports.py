"""What the use cases of keys, plans and usage need of the outside world; `adapters/` implements it on AWS."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from geoclimate.domain.api_keys import ApiKey
from geoclimate.domain.usage import DayUsage


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A key that the gateway has made.

    Attributes:
        key_id: The gateway's id of it.
        value: What a caller sends; it is told once, to the owner.
    """

    key_id: str
    value: str

    def __repr__(self) -> str:
        """Without the value, which must not reach a log."""
        return f"IssuedKey(key_id={self.key_id!r})"


class KeyDeleter(Protocol):
    """Deletes keys of the gateway."""

    def delete(self, key_id: str) -> None:
        """Make a key useless for ever; again changes nothing.

        Raises:
            Unavailable: The gateway's control plane does not answer.
        """


@dataclass(frozen=True, slots=True)
class EndedKey:
    """A key whose end is reached.

    Attributes:
        key_id: The gateway's id of it.
        ended_at: When it ended.
    """

    key_id: str
    ended_at: dt.datetime


class GatewayKeys(KeyDeleter, Protocol):
    """The gateway's keys and the usage plans that they are in."""

    def issue(self, account: str, plan: str) -> IssuedKey:
        """Make a key in a usage plan.

        Raises:
            Unavailable: The gateway's control plane does not answer; no key is left behind that works.
        """

    def move(self, key_id: str, before: str, after: str) -> None:
        """Take a key out of one usage plan and put it into another; again changes nothing.

        Raises:
            Unavailable: The gateway's control plane does not answer; the key may be in neither.
        """


class KeyHolderStore(Protocol):
    """Says whose key it is."""

    def holder(self, key_id: str) -> ApiKey | None:
        """The key of this id, whoever has it; None for one that belongs to no account.

        Raises:
            Unavailable: The store does not answer.
        """


class KeyStore(KeyHolderStore, Protocol):
    """Which keys accounts have, and in which plan they are."""

    def plan(self, account: str) -> str:
        """Name of the account's plan.

        Raises:
            Unavailable: The store does not answer.
        """

    def assign(self, account: str, plan: str) -> None:
        """Give an account a plan, for the keys to come.

        Raises:
            Unavailable: The store does not answer.
        """

    def keys(self, account: str) -> Sequence[ApiKey]:
        """The account's keys, the oldest first.

        Raises:
            Unavailable: The store does not answer.
        """

    def key(self, account: str, key_id: str) -> ApiKey | None:
        """One of the account's keys, or None.

        Raises:
            Unavailable: The store does not answer.
        """

    def add(self, key: ApiKey, *, replacing: ApiKey | None = None) -> None:
        """Add a key, and write with it how the key that it replaces has changed.

        Raises:
            TooManyKeys: The account has as many as it may, the replaced ones included.
            Conflict: The account's plan is another one meanwhile, or the key that is replaced was changed.
            Unavailable: The store does not answer.
        """

    def change(self, before: ApiKey, after: ApiKey) -> None:
        """Write a key that was changed.

        Raises:
            Conflict: Somebody else changed it first.
            Unavailable: The store does not answer.
        """

    def remove(self, key: ApiKey) -> None:
        """Forget a key; again changes nothing.

        Raises:
            Unavailable: The store does not answer.
        """


class ExpiredKeyStore(Protocol):
    """Finds the keys that have ended by themselves."""

    def expired(self, now: dt.datetime, limit: int) -> Sequence[EndedKey]:
        """The keys whose end is reached, the longest ago first.

        Raises:
            Unavailable: The store does not answer.
        """

    def forget(self, ended: EndedKey) -> None:
        """Forget an ended key, whoever had it, also one whose account is gone; again changes nothing.

        Raises:
            Unavailable: The store does not answer.
        """


class UsageStore(Protocol):
    """Counts what accounts use."""

    def add(self, account: str, day: dt.date, operation: str, cost: int) -> int:
        """Count a call, and give what the account used on this day, this call included.

        Raises:
            Unavailable: The store does not answer; the call may be counted or not.
        """

    def used(self, account: str, first: dt.date, last: dt.date) -> Sequence[DayUsage]:
        """What an account used from the first day to the last, the oldest first; days without calls are left out.

        Raises:
            Unavailable: The store does not answer.
        """
