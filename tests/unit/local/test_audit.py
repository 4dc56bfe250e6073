"""`make audit`."""

import re
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


@pytest.mark.parametrize("content", ["", "not json", '{"chain": 1}', '["chain"]', '[{"chain": 1}]', b"\xff\xfe"])
def test_a_file_of_ends_that_cannot_be_read_is_named_and_left_as_it_is(
    log: AuditInMemory, tmp_path: Path, content: str | bytes
) -> None:
    ends = tmp_path / "ends.json"
    written = content if isinstance(content, bytes) else content.encode()
    ends.write_bytes(written)
    with pytest.raises(CommandError, match=r"ends\.json is no file of ends"):
        check(log, ends)
    assert ends.read_bytes() == written


def test_a_place_where_no_ends_can_be_kept_is_named(log: AuditInMemory, tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nowhere" / "ends.json"):
        with pytest.raises(CommandError, match=re.escape(str(place))):
            check(log, place)
