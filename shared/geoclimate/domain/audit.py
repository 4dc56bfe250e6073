"""The audit log: who did what, when, from where, and how it ended.

The log is a few chains. Each entry of a chain has the next number and holds the digest of the entry before, so an entry
that is changed, taken away or put elsewhere no longer fits its neighbours. An account's entries are all in one chain;
several chains let accounts write at once, and what nobody is proven to do has its own.
"""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, fields
from typing import Final, Literal

_CHAINS_OF_ACCOUNTS: Final = 16
_CHAINS_OF_NOBODY: Final = 4
CHAINS: Final = _CHAINS_OF_ACCOUNTS + _CHAINS_OF_NOBODY
"""How many chains there are; with another number an account's new entries would go to another chain."""
GENESIS: Final = "0" * 64
"""What the first entry of a chain holds as the digest of the one before."""
NOBODY: Final = "nobody"
"""The actor of a call that nobody is proven to make, such as signing in."""

Outcome = Literal["begun", "done", "replayed", "refused"]
"""`begun` is written before anything happens; an entry of another outcome with the same request id tells how it ended.
`replayed` is an answer that was given again and for which nothing was done again."""


@dataclass(frozen=True, slots=True)
class Event:
    """What is put on record.

    Attributes:
        at: When, UTC.
        actor: Pseudonym of the account, or `nobody`.
        operation: Id of the operation in the OpenAPI document.
        permission: What the caller had to be allowed; None where nothing is asked.
        method: HTTP method.
        resource: The path with its ids, without the query; an account in it is a pseudonym.
        network: Where the request came from, `192.0.2.0/24`; None where that is not known.
        request_id: The gateway's id of the request.
        outcome: How it stands.
        status: HTTP status of the answer; None for what is begun.
        problem: Code of the problem that was answered; None where there was none.
    """

    at: dt.datetime
    actor: str
    operation: str
    permission: str | None
    method: str
    resource: str
    network: str | None
    request_id: str
    outcome: Outcome
    status: int | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Where a chain stands: the number and digest of its newest entry."""

    chain: int
    sequence: int
    digest: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An event in its place.

    Attributes:
        chain: Number of the chain, from 0.
        sequence: Place in the chain, from 1.
        previous: Digest of the entry before.
        event: What happened.
        digest: Digest of all of the above, as it was written.
    """

    chain: int
    sequence: int
    previous: str
    event: Event
    digest: str

    @property
    def link(self) -> Link:
        """Where the chain stands with this entry as its newest."""
        return Link(self.chain, self.sequence, self.digest)

    @property
    def moment(self) -> str:
        """Where it stands among the entries of all chains: by time, and no other entry stands there."""
        return f"{self.event.at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S.%fZ}#{self.chain:02d}#{self.sequence:012d}"


def beginning(chain: int) -> Link:
    """Where an empty chain stands."""
    return Link(chain, 0, GENESIS)


def chain_of(actor: str, request_id: str) -> int:
    """The chain of an actor's entries; what nobody did is spread by its request over chains of its own.

    So that a flood of calls by people who did not sign in cannot keep accounts from writing.
    """
    if actor == NOBODY:
        return _CHAINS_OF_ACCOUNTS + _spread(request_id, _CHAINS_OF_NOBODY)
    return _spread(actor, _CHAINS_OF_ACCOUNTS)


def _spread(name: str, chains: int) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) % chains


def next_entry(newest: Link, event: Event) -> Entry:
    """The entry that puts an event behind the newest one of a chain."""
    sequence = newest.sequence + 1
    return Entry(newest.chain, sequence, newest.digest, event, digest_of(newest.chain, sequence, newest.digest, event))


def digest_of(chain: int, sequence: int, previous: str, event: Event) -> str:
    """SHA-256, in hexadecimal, of an entry as JSON with its members in the order of `Event`."""
    members: dict[str, object] = {"chain": chain, "sequence": sequence, "previous": previous}
    members |= {field.name: getattr(event, field.name) for field in fields(event)}
    members["at"] = event.at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(json.dumps(members, separators=(",", ":")).encode()).hexdigest()
