"""When to stop asking a service that fails, and when to ask again.

The states and their names are those of Nygard, "Release It!" (2018), chapter 5. Several processes share one state: each
takes a permission, asks, and reports, always from the state as it is stored by then.
"""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Final, Literal

FAILURES_TO_OPEN: Final = 5
"""Failures in a row after which nobody asks any more."""
OPEN_FOR: Final = dt.timedelta(seconds=60)
"""How long nobody asks."""
SUCCESSES_TO_CLOSE: Final = 2
"""Successful probes in a row after which everybody asks again."""
PROBE_WITHIN: Final = dt.timedelta(seconds=60)
"""A probe that did not report by then is given up: its process may have died."""

Phase = Literal["closed", "open", "half-open"]


@dataclass(frozen=True, slots=True)
class Circuit:
    """The state of a breaker.

    Attributes:
        phase: `closed`: everybody asks; `open`: nobody does; `half-open`: one process at a time does, to try.
        count: Failures in a row while closed, successes in a row while half-open, else 0.
        round: Raised by every change of phase and by every probe; a report of an older round is not counted.
        until: While open, when to try again; while a probe is under way, when it is given up; else None.
    """

    phase: Phase = "closed"
    count: int = 0
    round: int = 0
    until: dt.datetime | None = None


CLOSED: Final = Circuit()


def permitted(circuit: Circuit, now: dt.datetime) -> Circuit | None:
    """The state in which the caller may ask, which must be stored first where it differs; None where it may not.

    The `round` of what is given belongs to the caller's report.
    """
    if circuit.phase == "closed":
        return circuit
    if circuit.until is not None and now < circuit.until:
        return None
    count = circuit.count if circuit.phase == "half-open" else 0
    return Circuit("half-open", count, circuit.round + 1, now + PROBE_WITHIN)


def succeeded(circuit: Circuit, asked_in: int) -> Circuit:
    """The state after a call that was permitted in a round came to a good end."""
    if asked_in != circuit.round or circuit.phase == "open":
        return circuit
    if circuit.phase == "closed":
        return replace(circuit, count=0)
    if circuit.until is None:
        return circuit
    if circuit.count + 1 >= SUCCESSES_TO_CLOSE:
        return Circuit("closed", 0, circuit.round + 1)
    return replace(circuit, count=circuit.count + 1, until=None)


def failed(circuit: Circuit, asked_in: int, now: dt.datetime) -> Circuit:
    """The state after a call that was permitted in a round failed."""
    if asked_in != circuit.round or circuit.phase == "open":
        return circuit
    if circuit.phase == "closed":
        if circuit.count + 1 < FAILURES_TO_OPEN:
            return replace(circuit, count=circuit.count + 1)
    elif circuit.until is None:
        return circuit
    return Circuit("open", 0, circuit.round + 1, now + OPEN_FOR)
