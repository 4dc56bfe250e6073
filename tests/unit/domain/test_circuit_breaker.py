"""The circuit breaker: when a failing service is left alone, and how it is tried again."""

import datetime as dt

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from geoclimate.domain.circuit_breaker import (
    CLOSED,
    FAILURES_TO_OPEN,
    OPEN_FOR,
    PROBE_WITHIN,
    Circuit,
    failed,
    permitted,
    succeeded,
)

NOW = dt.datetime(2026, 1, 31, 5, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


def _opened() -> Circuit:
    circuit = CLOSED
    for _ in range(FAILURES_TO_OPEN):
        circuit = failed(circuit, circuit.round, NOW)
    return circuit


def _probe(circuit: Circuit, now: dt.datetime) -> Circuit:
    probing = permitted(circuit, now)
    assert probing is not None
    return probing


def test_four_failures_leave_it_closed_and_the_fifth_opens_it() -> None:
    circuit = CLOSED
    for _ in range(4):
        circuit = failed(circuit, circuit.round, NOW)
        assert circuit.phase == "closed"
    assert failed(circuit, circuit.round, NOW).phase == "open"


def test_a_success_begins_the_count_of_failures_again() -> None:
    circuit = CLOSED
    for _ in range(4):
        circuit = failed(circuit, circuit.round, NOW)
    circuit = succeeded(circuit, circuit.round)
    assert failed(circuit, circuit.round, NOW).phase == "closed"


def test_open_it_lets_nobody_through_for_sixty_seconds() -> None:
    assert permitted(_opened(), NOW + dt.timedelta(seconds=59)) is None
    assert _probe(_opened(), NOW + dt.timedelta(seconds=60)).phase == "half-open"


def test_half_open_it_lets_one_through_at_a_time() -> None:
    probing = _probe(_opened(), NOW + OPEN_FOR)
    assert permitted(probing, NOW + OPEN_FOR + SECOND) is None


def test_two_good_probes_close_it() -> None:
    first = _probe(_opened(), NOW + OPEN_FOR)
    between = succeeded(first, first.round)
    assert between.phase == "half-open"
    second = _probe(between, NOW + OPEN_FOR)
    assert succeeded(second, second.round).phase == "closed"


def test_a_failed_probe_opens_it_for_another_sixty_seconds() -> None:
    probing = _probe(_opened(), NOW + OPEN_FOR)
    again = failed(probing, probing.round, NOW + OPEN_FOR + SECOND)
    assert (again.phase, again.until) == ("open", NOW + OPEN_FOR + SECOND + OPEN_FOR)


def test_a_probe_that_never_reports_is_followed_by_another() -> None:
    probing = _probe(_opened(), NOW + OPEN_FOR)
    late = NOW + OPEN_FOR + PROBE_WITHIN
    following = _probe(probing, late)
    assert succeeded(following, probing.round) == following
    assert failed(following, probing.round, late) == following


def test_what_was_asked_before_it_opened_is_not_counted_as_a_probe() -> None:
    probing = _probe(_opened(), NOW + OPEN_FOR)
    assert succeeded(probing, CLOSED.round) == probing


class Breaker(RuleBasedStateMachine):
    """Many processes ask and report in any order, while time goes on."""

    calls = Bundle("calls")

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.circuit = CLOSED
        self.in_a_row = 0
        self.opened_at: dt.datetime | None = None

    @rule(seconds=st.integers(0, 90))
    def wait(self, seconds: int) -> None:
        self.now += seconds * SECOND

    @rule(target=calls)
    def ask(self) -> int | None:
        before = self.circuit
        allowed = permitted(before, self.now)
        if allowed is None:
            assert before.phase != "closed"
            return None
        if before.phase == "half-open":
            assert before.until is None or self.now >= before.until
        if before.phase == "open":
            assert self.opened_at is not None
            assert self.now - self.opened_at >= OPEN_FOR
        assert allowed == before or allowed.round == before.round + 1
        self.circuit = allowed
        return allowed.round

    @rule(asked_in=consumes(calls), good=st.booleans())
    def report(self, asked_in: int | None, *, good: bool) -> None:
        if asked_in is None:
            return
        before = self.circuit
        after = succeeded(before, asked_in) if good else failed(before, asked_in, self.now)
        if asked_in != before.round:
            assert after == before
        if (before.phase, after.phase) == ("closed", "open"):
            assert self.in_a_row == FAILURES_TO_OPEN - 1
            assert not good
        if after.phase == "open" and before.phase != "open":
            self.opened_at = self.now
        if before.phase == "closed" and asked_in == before.round:
            self.in_a_row = 0 if good or after.phase == "open" else self.in_a_row + 1
        if (before.phase, after.phase) == ("half-open", "closed"):
            assert (good, before.count) == (True, 1)
        assert (before.phase, after.phase) != ("open", "closed")
        self.circuit = after

    @invariant()
    def what_the_phase_needs_is_there(self) -> None:
        circuit = self.circuit
        assert 0 <= circuit.count < FAILURES_TO_OPEN
        assert (circuit.phase == "closed") <= (circuit.until is None)
        assert (circuit.phase == "open") <= (circuit.until is not None and circuit.count == 0)


TestBreaker = Breaker.TestCase
