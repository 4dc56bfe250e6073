"""Restore: what is lost comes back, and what was tampered with does not."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoclimate.contracts.backups import EMPTY_DIGEST, RESTORE_ORDER, digest_of, manifest_key, mark_key, signature_key
from geoclimate.contracts.workflows import RestoreRequest, SealRequest, TableExport
from geoclimate.domain.errors import IntegrityError, NotFound, Unavailable
from geoclimate.services.restore_table import restore_table
from geoclimate.services.seal_backup import seal_backup
from tests.backup_world import ID, World, item, part_key
from tests.workflow_fakes import NOW, clock


@pytest.fixture
def world() -> World:
    made = World([item(f"station-{n}", n) for n in range(10)])
    made.back_up()
    return made


attribute = st.recursive(
    st.one_of(
        st.text().map(lambda text: {"S": text}),
        st.integers(-(10**30), 10**30).map(lambda number: {"N": str(number)}),
        st.booleans().map(lambda flag: {"BOOL": flag}),
        st.just({"NULL": True}),
        st.binary(min_size=1).map(lambda data: {"B": data.hex()}),
        st.sets(st.text(), min_size=1).map(lambda texts: {"SS": sorted(texts)}),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda members: {"L": members}),
        st.dictionaries(st.text(), inner, max_size=3).map(lambda members: {"M": members}),
    ),
    max_leaves=6,
)
keys = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=8)
items = st.dictionaries(
    keys, st.dictionaries(keys.filter(lambda k: k not in {"pk", "sk"}), attribute, max_size=4), max_size=12
)


@given(rows=items, items_a_file=st.integers(1, 5), items_a_call=st.integers(1, 6))
def test_what_was_exported_is_restored_whatever_it_is(
    rows: dict[str, dict[str, Any]], items_a_file: int, items_a_call: int
) -> None:
    stored = [{"pk": {"S": key}, "sk": {"S": "x"}, **attributes} for key, attributes in rows.items()]
    world = World(stored, items_a_file, items_a_call)
    before = dict(world.tables["observations"].items)
    world.back_up()
    world.tables["observations"].items.clear()
    result = world.restore()
    assert world.tables["observations"].items == before
    assert result.items == result.matched == len(stored)
    assert world.scratch.items == {}


def test_a_restore_brings_missing_items_back_resets_changed_ones_and_leaves_newer_ones(world: World) -> None:
    table = world.tables["observations"].items
    before = dict(table)
    del table["station-1", "2014-01-31"]
    table["station-2", "2014-01-31"] = item("station-2", 99)
    table["station-new", "2014-01-31"] = item("station-new")
    result = world.restore()
    assert (result.items, result.matched) == (10, 10)
    assert table == before | {("station-new", "2014-01-31"): item("station-new")}


def test_a_trial_touches_no_table_and_leaves_nothing_behind(world: World) -> None:
    world.tables["observations"].items.clear()
    result = world.restore(into="scratch")
    assert result.matched == 10
    assert world.tables["observations"].items == {}
    assert world.scratch.items == {}


def test_a_trial_that_fails_leaves_nothing_behind_either(world: World) -> None:
    world.scratch.breaks = True
    with pytest.raises(Unavailable, match="does not answer"):
        world.restore(into="scratch")
    assert world.scratch.items == {}


def test_items_that_do_not_come_back_are_counted(world: World) -> None:
    world.tables["observations"].items.clear()
    world.tables["observations"].loses = {("station-3", "2014-01-31")}
    result = world.restore()
    assert (result.items, result.matched) == (10, 9)
    assert result.digest == digest_of(item(f"station-{n}", n) for n in range(10) if n != 3)


def test_a_table_larger_than_a_call_is_restored_in_several() -> None:
    world = World([item(f"station-{n}", n) for n in range(10)], items_a_file=3)
    world.back_up()
    request = RestoreRequest(backup_id=ID, table="observations", into="live")
    restore = partial(restore_table, tables=world.tables, scratch=world.scratch, backups=world.backups, items_a_call=4)
    first = restore(request)
    assert (first.items, first.next_part) == (6, 2)
    last = restore(request.model_copy(update={"progress": first}))
    assert (last.items, last.matched, last.next_part) == (10, 10, 4)


@pytest.mark.parametrize("tamper", [lambda part: part[:-1] + bytes([part[-1] ^ 1]), lambda part: part[:-5]])
def test_a_part_that_was_changed_or_cut_short_is_refused_and_nothing_is_written(
    world: World, tamper: Callable[[bytes], bytes]
) -> None:
    key = part_key("observations", 0)
    world.objects.bodies[key] = tamper(world.objects.bodies[key])
    world.tables["observations"].items.clear()
    with pytest.raises(IntegrityError, match=r"file000.*changed or cut short"):
        world.restore()
    assert world.tables["observations"].items == {}


def test_a_part_that_is_missing_is_refused(world: World) -> None:
    del world.objects.bodies[part_key("observations", 0)]
    with pytest.raises(IntegrityError, match=r"file000\.json\.gz is missing"):
        world.restore()


def test_a_manifest_that_was_changed_is_refused(world: World) -> None:
    body = world.objects.bodies[manifest_key(ID)]
    world.objects.bodies[manifest_key(ID)] = body.replace(b'"items":10', b'"items":9')
    with pytest.raises(IntegrityError, match=r"signature of backups/backup-1/manifest\.json does not hold"):
        world.restore()


def test_a_manifest_without_its_signature_is_refused(world: World) -> None:
    del world.objects.bodies[signature_key(manifest_key(ID))]
    with pytest.raises(IntegrityError, match="no signature"):
        world.restore()


def test_another_backup_s_manifest_with_its_own_good_signature_is_refused(world: World) -> None:
    for key in (manifest_key(ID), signature_key(manifest_key(ID))):
        world.objects.bodies[key.replace(ID, "backup-2")] = world.objects.bodies[key]
    with pytest.raises(IntegrityError, match="backup-2 is that of backup backup-1"):
        world.restore(backup_id="backup-2")


@pytest.mark.parametrize(
    "elsewhere",
    [
        "secrets/key",
        f"backups/{ID}/observations/AWSDynamoDB/../../../secrets/data/key.json.gz",
        f"backups/{ID}/files/AWSDynamoDB/1/data/key.json.gz",
    ],
)
def test_a_signed_manifest_that_points_elsewhere_is_refused(world: World, elsewhere: str) -> None:
    export = TableExport(
        table="observations",
        moment=NOW,
        keys=(elsewhere,),
        digests=("0" * 64,),
        items=1,
        content_digest=EMPTY_DIGEST,
    )
    others = [export.model_copy(update={"table": name}) for name in RESTORE_ORDER if name != "observations"]
    request = SealRequest(step="seal", backup_id=ID, tables=(export, *others))
    seal_backup(request, backups=world.backups, clock=clock)
    with pytest.raises(IntegrityError, match=f"lists {re.escape(elsewhere)}"):
        world.restore(into="scratch")


def test_a_backup_that_was_never_proven_is_not_restored_into_the_tables() -> None:
    world = World([item("station-1")])
    world.seal()
    with pytest.raises(IntegrityError, match="not marked good"):
        world.restore()


def test_a_mark_of_another_manifest_does_not_count(world: World) -> None:
    world.tables["observations"].items["station-new", "x"] = item("station-new")
    world.seal()
    with pytest.raises(IntegrityError, match="made for another manifest"):
        world.restore()


def test_a_mark_that_was_forged_does_not_count(world: World) -> None:
    body = world.objects.bodies[mark_key(ID)]
    world.objects.bodies[mark_key(ID)] = body.replace(b'"items":10', b'"items":11')
    with pytest.raises(IntegrityError, match="signature"):
        world.restore()


def test_an_unknown_backup_is_named(world: World) -> None:
    with pytest.raises(NotFound, match="no backup 'backup-9'"):
        world.restore(backup_id="backup-9")
