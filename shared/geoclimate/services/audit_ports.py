"""What the use cases of the audit log need of its store."""

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from geoclimate.domain.audit import Entry, Event, Link


class AuditLog(Protocol):
    """The audit log: entries are added, and never changed."""

    def record(self, event: Event) -> Entry:
        """Add an event to its chain.

        Raises:
            Unavailable: It could not be written.
        """

    def stretch(self, after: Link, limit: int) -> Sequence[Entry]:
        """The entries of a chain behind a place, in the order of their numbers.

        Raises:
            Unavailable: The store does not answer.
        """

    def head(self, chain: int) -> Link | None:
        """Where a chain stands as its head says; None where nothing was ever written.

        Raises:
            Unavailable: The store does not answer.
        """

    def of_day(self, day: dt.date, limit: int, before: str | None) -> Sequence[Entry]:
        """Entries of a day, UTC, the newest first, those before a moment where one is given.

        Raises:
            Unavailable: The store does not answer.
        """

    def of_actor(self, actor: str, day: dt.date | None, limit: int, before: str | None) -> Sequence[Entry]:
        """Entries of an actor, of all days or of one, the newest first.

        Raises:
            Unavailable: The store does not answer.
        """
