"""Find out whether the audit log is as it was written."""

from dataclasses import dataclass
from typing import Final

from geoclimate.domain.audit import CHAINS, Link, beginning
from geoclimate.domain.audit_chain import Fault, check_entries, check_head
from geoclimate.services.audit_ports import AuditLog

_STRETCH: Final = 500


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification found.

    Attributes:
        entries: How many entries were looked at.
        faults: What is wrong, in the order of the chains.
        ends: Where each chain that was looked at to its end stands.
        resume: Where to go on; None where all is done.
    """

    entries: int
    faults: tuple[Fault, ...]
    ends: tuple[Link, ...]
    resume: Link | None


def verify_audit(log: AuditLog, at_most: int | None = None, start: Link | None = None) -> Verification:
    """Check the chains one after the other.

    Args:
        log: The audit log.
        at_most: Stop once so many entries were looked at; None looks at all.
        start: Where an earlier verification stopped.

    Raises:
        Unavailable: The store does not answer.
    """
    entries, faults, ends = 0, list[Fault](), list[Link]()
    place = start or beginning(0)
    while at_most is None or entries < at_most:
        # The head first: what it tells is then among the entries, even while others are added.
        head = log.head(place.chain)
        found = log.stretch(place, _STRETCH if at_most is None else min(_STRETCH, at_most - entries))
        if found:
            wrong, place = check_entries(place, found)
            faults += wrong
            entries += len(found)
            continue
        faults += check_head(place, head)
        ends.append(place)
        if place.chain + 1 == CHAINS:
            return Verification(entries, tuple(faults), tuple(ends), None)
        place = beginning(place.chain + 1)
    return Verification(entries, tuple(faults), tuple(ends), place)
