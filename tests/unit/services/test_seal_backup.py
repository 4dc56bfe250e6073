"""The signed manifest, and the mark that a backup is good."""

import hashlib
import json

import pytest
from geoclimate.contracts.backups import EXPORT_ORDER, manifest_key, mark_key
from geoclimate.contracts.workflows import SealRequest
from geoclimate.domain.errors import IntegrityError, InvalidInput
from geoclimate.services.seal_backup import seal_backup

from tests.backup_world import ID, World, item
from tests.workflow_fakes import NOW, clock


@pytest.fixture
def world() -> World:
    made = World([item(f"station-{n}", n) for n in range(10)])
    made.seal()
    return made


def test_the_manifest_has_the_digest_and_count_of_every_part(world: World) -> None:
    manifest = json.loads(world.objects.bodies[manifest_key(ID)])
    [listed] = [table for table in manifest["tables"] if table["table"] == "observations"]
    assert listed["items"] == 10
    part = world.objects.bodies[listed["keys"][0]]
    assert listed["digests"] == [hashlib.sha256(part).hexdigest()]
    assert manifest["created_at"] == NOW.isoformat().replace("+00:00", "Z")


def test_a_backup_whose_items_did_not_all_come_back_is_not_marked_good(world: World) -> None:
    results = {table: world.restore(table, "scratch") for table in EXPORT_ORDER}
    results["observations"] = results["observations"].model_copy(update={"matched": 9})
    with pytest.raises(IntegrityError, match=r"of 10 items of observations, 10 were read .* and 9 came back equal"):
        world.confirm(tuple(results.values()))
    assert mark_key(ID) not in world.objects.bodies


def test_a_backup_is_not_marked_good_before_every_table_was_tried(world: World) -> None:
    with pytest.raises(InvalidInput, match="must have each of"):
        world.confirm((world.restore("files", "scratch"),))


def test_a_backup_without_one_of_the_tables_is_not_sealed(world: World) -> None:
    request = SealRequest(step="seal", backup_id=ID, tables=(world.export("files"),))
    with pytest.raises(InvalidInput, match="has the tables files, but must have each of"):
        seal_backup(request, backups=world.backups, clock=clock)
