"""Export of one table into parts."""

import pytest
from geoclimate.contracts.backups import part_key
from geoclimate.contracts.workflows import TableExport

from tests.backup_world import ID, World, item


@pytest.fixture
def world() -> World:
    made = World([item(f"station-{n}", n) for n in range(10)])
    made.back_up()
    return made


def test_a_table_larger_than_a_call_is_exported_and_restored_in_several() -> None:
    world = World([item(f"station-{n}", n) for n in range(10)], part_bytes=1, parts_a_call=2)
    export = world.export("observations")
    assert world.calls == 2
    assert export.keys == tuple(part_key(ID, "observations", index) for index in range(4))
    assert export.items == 10


def test_an_empty_table_has_no_parts() -> None:
    assert World().export("files") == TableExport(table="files", keys=(), digests=(), items=0)


def test_the_same_items_give_the_same_bytes(world: World) -> None:
    key = part_key(ID, "observations", 0)
    before = world.objects.bodies[key]
    world.export("observations")
    assert world.objects.bodies[key] == before
