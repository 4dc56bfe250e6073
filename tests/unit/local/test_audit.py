"""`make audit`."""

from pathlib import Path

import pytest

from geoclimate.domain.audit import CHAINS
from local.audit import check
from local.command import CommandError
from tests.audit_fakes import AuditInMemory, event


@pytest.fixture
def log() -> AuditInMemory:
    made = AuditInMemory()
    for number in range(4):
        made.record(event("ada", f"r-{number}"))
    return made


def test_a_log_that_is_as_it_was_written_is_said_to_be(log: AuditInMemory, capsys: pytest.CaptureFixture[str]) -> None:
    check(log, None)
    assert capsys.readouterr().out == f"4 entries in {CHAINS} chains, all as they were written\n"


def test_every_fault_is_named_by_its_place(log: AuditInMemory) -> None:
    (chain,) = log.chains
    del log.chains[chain][1]
    with pytest.raises(CommandError, match=rf"chain {chain:02d}, entry 3: missing"):
        check(log, None)


def test_a_chain_that_was_written_anew_is_found_by_the_ends_of_an_earlier_run(
    log: AuditInMemory, tmp_path: Path
) -> None:
    ends = tmp_path / "ends.json"
    check(log, ends)
    log.record(event("ada", "r-later"))
    check(log, ends)

    forged = AuditInMemory()
    for number in range(6):
        forged.record(event("ada", f"r-{number}", resource="/v1/other"))
    check(forged, None)
    with pytest.raises(CommandError, match="another entry than when"):
        check(forged, ends)


def test_a_chain_that_lost_its_end_and_whose_head_was_put_back_is_found_too(log: AuditInMemory, tmp_path: Path) -> None:
    ends = tmp_path / "ends.json"
    check(log, ends)
    (chain,) = log.chains
    log.chains[chain].pop()
    log.heads[chain] = log.chains[chain][-1].link
    check(log, None)
    with pytest.raises(CommandError, match="entry 4"):
        check(log, ends)
