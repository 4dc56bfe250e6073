"""Keys that have ended by themselves are taken from the gateway."""

from dataclasses import dataclass
from typing import Final

from geoclimate.services.key_ports import ExpiredKeyStore, KeyDeleter
from geoclimate.services.ports import Clock

_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class EndedKeys:
    """What a run did.

    Attributes:
        ended: Ids of the keys that no longer exist.
        more: Whether further ones wait for the next run.
    """

    ended: tuple[str, ...]
    more: bool


def end_expired_keys(store: ExpiredKeyStore, gateway: KeyDeleter, clock: Clock) -> EndedKeys:
    """End the keys whose time is over.

    The API refuses such a key from its last second on. This frees the gateway of it, which refuses it from then on
    before anything runs.

    Raises:
        Unavailable: A store or the gateway does not answer; the next run goes on.
    """
    waiting = store.expired(clock(), _AT_ONCE)
    for key in waiting:
        # The other way round, a key that nobody remembers could go on working. An ended key cannot be prolonged.
        gateway.delete(key.key_id)
        store.forget(key)
    return EndedKeys(tuple(key.key_id for key in waiting), more=len(waiting) == _AT_ONCE)
