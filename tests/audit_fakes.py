"""An audit log in memory, and events to put into it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from geoclimate.domain.audit import Entry, Event, Link, beginning, chain_of, next_entry
from geoclimate.domain.errors import Unavailable

NOW = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)


def event(actor: str = "ada", request_id: str = "r-1", **other: object) -> Event:
    """A write of somebody."""
    made = Event(
        at=NOW,
        actor=actor,
        operation="create_key",
        permission="keys:manage",
        method="POST",
        resource="/v1/keys",
        network="192.0.2.0/24",
        request_id=request_id,
        outcome="done",
        status=201,
    )
    return replace(made, **other)  # type: ignore[arg-type] # a test names fields of the event


@dataclass
class AuditInMemory:
    """Implements `AuditLog`; `down` makes it answer as a store that does not."""

    chains: dict[int, list[Entry]] = field(default_factory=dict)
    heads: dict[int, Link] = field(default_factory=dict)
    down: bool = False

    @property
    def events(self) -> list[Event]:
        """Everything on record, in the order of the chains."""
        return [entry.event for chain in sorted(self.chains) for entry in self.chains[chain]]

    def record(self, event: Event) -> Entry:
        if self.down:
            raise Unavailable("the audit log does not answer")
        chain = chain_of(event.actor, event.request_id)
        entry = next_entry(self.heads.get(chain, beginning(chain)), event)
        self.chains.setdefault(chain, []).append(entry)
        self.heads[chain] = entry.link
        return entry

    def stretch(self, after: Link, limit: int) -> Sequence[Entry]:
        found = sorted(self.chains.get(after.chain, ()), key=lambda entry: entry.sequence)
        return [entry for entry in found if entry.sequence > after.sequence][:limit]

    def head(self, chain: int) -> Link | None:
        return self.heads.get(chain)

    def of_day(self, day: dt.date, limit: int, before: str | None) -> Sequence[Entry]:
        return self._newest_first([e for e in self._all() if e.event.at.date() == day], limit, before)

    def of_actor(self, actor: str, day: dt.date | None, limit: int, before: str | None) -> Sequence[Entry]:
        mine = [e for e in self._all() if e.event.actor == actor and day in (None, e.event.at.date())]
        return self._newest_first(mine, limit, before)

    def _all(self) -> list[Entry]:
        return [entry for chain in self.chains.values() for entry in chain]

    def _newest_first(self, entries: list[Entry], limit: int, before: str | None) -> Sequence[Entry]:
        if self.down:
            raise Unavailable("the audit log does not answer")
        found = sorted(entries, key=lambda entry: entry.moment, reverse=True)
        return [entry for entry in found if before is None or entry.moment < before][:limit]
