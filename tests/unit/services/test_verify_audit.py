"""A verification of the whole log, in one go or in parts."""

from dataclasses import replace

import pytest

from geoclimate.domain.audit import CHAINS, Link
from geoclimate.services.verify_audit import Verification, verify_audit
from tests.audit_fakes import AuditInMemory, event

ACTORS = [f"actor-{number}" for number in range(40)]


@pytest.fixture
def log() -> AuditInMemory:
    made = AuditInMemory()
    for number in range(3):
        for actor in ACTORS:
            made.record(event(actor, f"r-{number}"))
    return made


def in_parts(log: AuditInMemory, at_most: int) -> list[Verification]:
    found: list[Verification] = []
    resume: Link | None = None
    while not found or resume is not None:
        found.append(verify_audit(log, at_most, resume))
        resume = found[-1].resume
    return found


def test_every_entry_is_looked_at_and_the_ends_of_all_chains_are_told(log: AuditInMemory) -> None:
    found = verify_audit(log)
    assert (found.entries, found.faults, found.resume) == (3 * len(ACTORS), (), None)
    assert [end.chain for end in found.ends] == list(range(CHAINS))
    assert {end.chain: end for end in found.ends if end.sequence} == log.heads


@pytest.mark.parametrize("at_most", [1, 7, 1_000])
def test_a_verification_in_parts_finds_what_one_in_one_go_finds(log: AuditInMemory, at_most: int) -> None:
    chain = max(log.chains, key=lambda number: len(log.chains[number]))
    log.chains[chain][1] = replace(log.chains[chain][1], digest="0")
    del log.chains[chain][-1]
    whole, parts = verify_audit(log), in_parts(log, at_most)
    assert {fault.kind for fault in whole.faults} == {"changed", "not linked", "missing"}
    assert tuple(fault for part in parts for fault in part.faults) == whole.faults
    assert sum(part.entries for part in parts) == whole.entries
    assert tuple(end for part in parts for end in part.ends) == whole.ends
    assert all(part.entries <= at_most for part in parts)


def test_an_entry_that_is_written_meanwhile_is_no_fault(log: AuditInMemory) -> None:
    class Busy(AuditInMemory):
        def head(self, chain: int) -> Link | None:
            found = super().head(chain)
            if self.writes_left:
                self.writes_left -= 1
                self.record(event(ACTORS[0], "late"))
            return found

        writes_left = 3

    busy = Busy(log.chains, log.heads)
    found = verify_audit(busy)
    assert found.faults == ()


def test_a_chain_that_is_gone_whole_shows_by_its_head(log: AuditInMemory) -> None:
    del log.chains[5]
    assert [(fault.chain, fault.sequence, fault.kind) for fault in verify_audit(log).faults] == [(5, 1, "missing")]


def test_an_empty_log_is_whole() -> None:
    assert verify_audit(AuditInMemory()).faults == ()
