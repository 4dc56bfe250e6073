"""The signed manifest, and the mark that a backup is good."""

import datetime as dt
import hashlib
import json

import pytest

from geoclimate.contracts.backups import EMPTY_DIGEST, RESTORE_ORDER, manifest_key, mark_key
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
    parts = [world.objects.bodies[key] for key in listed["keys"]]
    assert listed["digests"] == [hashlib.sha256(part).hexdigest() for part in parts]
    assert manifest["moment"] == listed["moment"] == "2026-01-31T05:00:00Z"
    assert manifest["created_at"] == NOW.isoformat().replace("+00:00", "Z")


def test_a_backup_whose_items_did_not_all_come_back_is_not_marked_good(world: World) -> None:
    results = {table: world.restore(table, "scratch") for table in RESTORE_ORDER}
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


def test_a_backup_whose_tables_show_different_moments_is_not_sealed(world: World) -> None:
    exports = [world.export(table) for table in RESTORE_ORDER]
    exports[-1] = exports[-1].model_copy(update={"moment": NOW + dt.timedelta(seconds=1)})
    request = SealRequest(step="seal", backup_id=ID, tables=tuple(exports))
    with pytest.raises(InvalidInput, match=r"show different moments: .*files 2026-01-31T05:00:01"):
        seal_backup(request, backups=world.backups, clock=clock)


def test_a_backup_whose_items_came_back_with_another_digest_is_not_marked_good(world: World) -> None:
    results = {table: world.restore(table, "scratch") for table in RESTORE_ORDER}
    results["observations"] = results["observations"].model_copy(update={"digest": EMPTY_DIGEST})
    with pytest.raises(IntegrityError, match="the digest of the restored observations is 0000"):
        world.confirm(tuple(results.values()))
    assert mark_key(ID) not in world.objects.bodies
