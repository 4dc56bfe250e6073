"""Whether a chain of the audit log is as it was written."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from geoclimate.domain.audit import Entry, Link, digest_of

FaultKind = Literal["changed", "missing", "out of order", "not linked", "head differs"]
"""What can be wrong with an entry.

- `changed`: its content does not give its digest.
- `missing`: entries before it, or at the end of the chain, are gone.
- `out of order`: it stands behind one of the same or a higher number.
- `not linked`: it does not hold the digest of the entry before, so that one was replaced, or this one.
- `head differs`: the chain's head tells another digest than its newest entry.
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was written.

    Attributes:
        chain: Number of the chain.
        sequence: Place of the entry at which it shows; for entries missing at the end, the first of them.
        kind: What is wrong.
    """

    chain: int
    sequence: int
    kind: FaultKind


def check_entries(before: Link, entries: Iterable[Entry]) -> tuple[tuple[Fault, ...], Link]:
    """Check a stretch of a chain.

    Args:
        before: Where the chain stood before the stretch.
        entries: In the order of the store.

    Returns:
        What is wrong, and where the chain stands behind the stretch. A fault is told once: the check goes on from the
        entry at which it showed, as that says of itself.
    """
    faults: list[Fault] = []
    for entry in entries:
        faults += (Fault(before.chain, entry.sequence, kind) for kind in _faults(before, entry))
        before = Link(before.chain, max(before.sequence, entry.sequence), entry.digest)
    return tuple(faults), before


def check_head(end: Link, head: Link | None) -> tuple[Fault, ...]:
    """Check the end of a chain against its head, which is kept apart.

    Args:
        end: Where the chain stands behind its last entry.
        head: What the head says; None where there is no head.
    """
    said = head or Link(end.chain, 0, end.digest)
    if said.sequence > end.sequence:
        return (Fault(end.chain, end.sequence + 1, "missing"),)
    if (said.sequence, said.digest) != (end.sequence, end.digest):
        return (Fault(end.chain, end.sequence, "head differs"),)
    return ()


def _faults(before: Link, entry: Entry) -> Iterable[FaultKind]:
    if digest_of(before.chain, entry.sequence, entry.previous, entry.event) != entry.digest or (
        entry.chain != before.chain
    ):
        yield "changed"
    if entry.sequence <= before.sequence:
        yield "out of order"
    elif entry.sequence > before.sequence + 1:
        yield "missing"
    elif entry.previous != before.digest:
        yield "not linked"
