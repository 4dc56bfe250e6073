"""The restore function as Step Functions calls it."""

from functools import partial

import pytest

from functions.restore import handler as entry
from geoclimate.contracts.backups import digest_of
from geoclimate.domain.errors import InvalidInput, NotFound
from geoclimate.services.restore_table import restore_table
from tests.backup_world import ID, World, item
from tests.lambda_context import CONTEXT
from tests.load_event import load_event


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = World([item(f"station-{n}") for n in range(7)], items_a_file=3)
    made.back_up()
    restore = partial(restore_table, tables=made.tables, scratch=made.scratch, backups=made.backups)
    monkeypatch.setattr(entry, "table_restorer", lambda: restore)
    return made


def test_restores_a_table_and_counts_what_came_back(world: World) -> None:
    world.tables["observations"].items.clear()
    answer = entry.handler(load_event("stepfunctions/restore", backup_id=ID), CONTEXT)
    digest = digest_of(item(f"station-{n}") for n in range(7))
    assert answer == {"table": "observations", "items": 7, "matched": 7, "digest": digest, "next_part": None}
    assert len(world.tables["observations"].items) == 7


def test_goes_on_with_the_next_part(world: World) -> None:
    event = load_event(
        "stepfunctions/restore_goes_on",
        backup_id=ID,
        progress__items=3,
        progress__matched=3,
        progress__digest=digest_of(item(f"station-{n}") for n in range(3)),
        progress__next_part=1,
    )
    digest = digest_of(item(f"station-{n}") for n in range(7))
    assert entry.handler(event, CONTEXT) == {
        "table": "observations",
        "items": 7,
        "matched": 7,
        "digest": digest,
        "next_part": None,
    }
    assert world.scratch.items == {}


@pytest.mark.usefixtures("world")
def test_an_unknown_backup_keeps_its_error_s_name() -> None:
    with pytest.raises(NotFound, match="no backup 'backup-2026-01-31'"):
        entry.handler(load_event("stepfunctions/restore"), CONTEXT)


@pytest.mark.usefixtures("world")
def test_refuses_another_target_than_live_or_scratch() -> None:
    with pytest.raises(InvalidInput, match="into"):
        entry.handler(load_event("stepfunctions/restore", into="elsewhere"), CONTEXT)
