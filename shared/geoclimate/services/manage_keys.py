"""An account's own keys: made, named, ended, replaced and revoked."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

from geoclimate.domain.account_errors import UnknownKey
from geoclimate.domain.api_keys import ApiKey, replaced, require_current, require_life, require_room
from geoclimate.domain.errors import GeoClimateError
from geoclimate.services.key_ports import GatewayKeys, IssuedKey, KeyStore
from geoclimate.services.ports import Clock


@dataclass(frozen=True, slots=True)
class KeyDesk:
    """Where keys are kept and made.

    Attributes:
        store: Which keys accounts have.
        gateway: The gateway's keys.
        clock: Tells the time.
    """

    store: KeyStore
    gateway: GatewayKeys
    clock: Clock


class KeyChanges(TypedDict, total=False):
    """What of a key is to change."""

    name: str
    expires_at: dt.datetime | None


def list_keys(desk: KeyDesk, account: str) -> Sequence[ApiKey]:
    """The account's keys, the oldest first.

    Raises:
        Unavailable: A store does not answer.
    """
    return desk.store.keys(account)


def find_key(desk: KeyDesk, account: str, key_id: str) -> ApiKey:
    """One of the account's keys.

    Raises:
        UnknownKey: The account has no such key; whether another one has it is not said.
        Unavailable: A store does not answer.
    """
    key = desk.store.key(account, key_id)
    if key is None:
        raise UnknownKey(f"This account has no key {key_id!r}.")
    return key


def create_key(desk: KeyDesk, account: str, name: str, expires_at: dt.datetime | None) -> tuple[ApiKey, str]:
    """A new key and its value, which nothing tells again.

    Raises:
        InvalidBody: The key would end in the past, or too far ahead.
        TooManyKeys: The account has as many as it may.
        Conflict: The account got another plan at this moment.
        Unavailable: A store or the gateway does not answer.
    """
    now = desk.clock()
    require_life(expires_at, now)
    require_room(desk.store.keys(account), now)
    plan = desk.store.plan(account)
    issued = desk.gateway.issue(account, plan)
    key = ApiKey(issued.key_id, account, name, plan, now, expires_at)
    _add(desk, key, issued)
    return key, issued.value


def rotate_key(desk: KeyDesk, account: str, key_id: str, expires_at: dt.datetime | None) -> tuple[ApiKey, ApiKey, str]:
    """A new key in the place of another one, which still works for the overlap and then ends by itself.

    Returns:
        The new key, the old key as it is now, and the new key's value.

    Raises:
        UnknownKey: The account has no such key.
        InvalidBody: The new key would end in the past, or too far ahead.
        TooManyKeys: The account has replaced as many keys within the overlap as it may.
        Conflict: It has ended, another key has replaced it, or somebody changed something at this moment.
        Unavailable: A store or the gateway does not answer.
    """
    now = desk.clock()
    require_life(expires_at, now)
    before = find_key(desk, account, key_id)
    require_current(before, now)
    plan = desk.store.plan(account)
    issued = desk.gateway.issue(account, plan)
    after = ApiKey(issued.key_id, account, before.name, plan, now, expires_at)
    old = replaced(before, issued.key_id, now)
    _add(desk, after, issued, replacing=old)
    return after, old, issued.value


def change_key(desk: KeyDesk, account: str, key_id: str, changes: KeyChanges) -> ApiKey:
    """The key under another name, or with another end; what is not named stays as it is.

    Raises:
        UnknownKey: The account has no such key.
        InvalidBody: The end lies in the past, or too far ahead.
        Conflict: It has ended, another key has replaced it, or somebody changed it at this moment.
        Unavailable: A store does not answer.
    """
    now = desk.clock()
    require_life(changes.get("expires_at"), now)
    before = find_key(desk, account, key_id)
    require_current(before, now)
    after = replace(before, **changes)
    if after != before:
        desk.store.change(before, after)
    return after


def revoke_key(desk: KeyDesk, account: str, key_id: str) -> None:
    """Make a key useless at once, and forget it.

    Raises:
        UnknownKey: The account has no such key.
        Unavailable: A store or the gateway does not answer; to be asked again.
    """
    key = find_key(desk, account, key_id)
    # The other way round, a key that nobody remembers could go on working.
    desk.gateway.delete(key.key_id)
    desk.store.remove(key)


def _add(desk: KeyDesk, key: ApiKey, issued: IssuedKey, replacing: ApiKey | None = None) -> None:
    try:
        desk.store.add(key, replacing=replacing)
    except GeoClimateError:
        # Nobody was told its value, so it harms nobody; but the gateway has room for so many keys.
        desk.gateway.delete(issued.key_id)
        raise
