"""The backup and restore workflows on the real use cases, with tables and bucket in memory."""

from collections.abc import Callable
from typing import Any

import pytest
from geoclimate.contracts.backups import EXPORT_ORDER, mark_key, part_key
from geoclimate.contracts.workflows import BackupTableRequest, RestoreRequest, SealEvent
from geoclimate.domain.errors import GeoClimateError
from geoclimate.services.export_table import export_table
from geoclimate.services.restore_table import restore_table
from geoclimate.services.seal_backup import seal_backup
from pydantic import BaseModel

from tests.backup_world import ID, World, item
from tests.workflow_fakes import clock

from .conftest import Execute, Outcome, Task, function_error


def _function(answer: Callable[[dict[str, Any]], BaseModel]) -> Task:
    def invoke(given: dict[str, Any]) -> Any:
        try:
            return answer(given).model_dump(mode="json")
        except GeoClimateError as error:
            raise function_error(type(error).__name__, str(error)) from error

    return invoke


def _tasks(world: World) -> dict[str, Task]:
    def export(given: dict[str, Any]) -> BaseModel:
        request = BackupTableRequest.model_validate(given)
        table = world.tables[request.table]
        return export_table(request, table=table, objects=world.objects, part_bytes=1, parts_a_call=2)

    def seal(given: dict[str, Any]) -> BaseModel:
        return seal_backup(SealEvent.model_validate(given).root, backups=world.backups, clock=clock)

    def restore(given: dict[str, Any]) -> BaseModel:
        return restore_table(
            RestoreRequest.model_validate(given),
            tables=world.tables,
            scratch=world.scratch,
            backups=world.backups,
            parts_a_call=2,
        )

    return {
        "BackupFunctionArn": _function(export),
        "SealFunctionArn": _function(seal),
        "RestoreFunctionArn": _function(restore),
    }


def _back_up(execute: Execute, world: World) -> Outcome:
    return execute("backup.asl.json", {}, _tasks(world), name=ID)


def _restore(execute: Execute, world: World, **given: Any) -> Outcome:
    return execute("restore.asl.json", {"backup_id": ID, **given}, _tasks(world))


@pytest.fixture
def world() -> World:
    made = World([item(f"station-{n:02}", n) for n in range(20)])
    made.tables["files"].write([item("digest-1")])
    return made


def test_a_backup_is_exported_sealed_tried_and_marked_good(execute: Execute, world: World) -> None:
    ended = _back_up(execute, world)
    assert not ended.error
    assert ended.output["items"] == 21
    assert [table["table"] for table in ended.output["tables"]] == list(EXPORT_ORDER)
    assert mark_key(ID) in world.objects.bodies
    assert world.scratch.items == {}


def test_a_large_table_takes_several_calls(execute: Execute, world: World) -> None:
    exported = [
        given for given in _back_up(execute, world).asked("BackupFunctionArn") if given["table"] == "observations"
    ]
    assert len(exported) == 4
    assert part_key(ID, "observations", 6) in world.objects.bodies
    assert part_key(ID, "observations", 7) not in world.objects.bodies


def test_everything_that_was_lost_comes_back(execute: Execute, world: World) -> None:
    _back_up(execute, world)
    before = {name: dict(table.items) for name, table in world.tables.items()}
    for table in world.tables.values():
        table.items.clear()
    ended = _restore(execute, world)
    assert not ended.error
    assert {name: table.items for name, table in world.tables.items()} == before
    assert [table["table"] for table in ended.output["tables"]] == list(reversed(EXPORT_ORDER))


def test_only_the_tables_named_are_restored(execute: Execute, world: World) -> None:
    _back_up(execute, world)
    for table in world.tables.values():
        table.items.clear()
    assert not _restore(execute, world, tables=["files"]).error
    assert len(world.tables["files"].items) == 1
    assert world.tables["observations"].items == {}


def test_a_backup_that_does_not_restore_is_said_and_not_marked(execute: Execute, world: World) -> None:
    world.scratch.loses = {(f"{ID}/observations/station-07", "2014-01-31")}
    ended = _back_up(execute, world)
    assert ended.error == "BackupDoesNotRestore"
    assert ended.cause == f"backup {ID} does not restore: of 20 items of observations, 19 came back equal"
    assert mark_key(ID) not in world.objects.bodies


def test_a_tampered_part_ends_the_restore_with_its_name(execute: Execute, world: World) -> None:
    _back_up(execute, world)
    key = part_key(ID, "observations", 3)
    world.objects.bodies[key] = world.objects.bodies[key][:-1]
    ended = _restore(execute, world)
    assert ended.error == "IntegrityError"
    assert key in ended.cause
    assert "stackTrace" not in ended.cause


def test_a_restore_that_does_not_stick_is_said(execute: Execute, world: World) -> None:
    _back_up(execute, world)
    world.tables["observations"].items.clear()
    world.tables["observations"].loses = {("station-07", "2014-01-31")}
    ended = _restore(execute, world)
    assert ended.error == "RestoreIncomplete"
    assert "of 20 items of observations in backup backup-1, 19 were read back equal" in ended.cause


@pytest.mark.parametrize("given", [{}, {"backup_id": 7}, {"tables": ["files"]}])
def test_a_restore_without_a_backup_says_what_to_give(execute: Execute, world: World, given: dict[str, Any]) -> None:
    ended = execute("restore.asl.json", given, _tasks(world))
    assert ended.error == "InvalidInput"
    assert "backup_id" in ended.cause


def test_an_unknown_backup_is_named(execute: Execute, world: World) -> None:
    ended = _restore(execute, world)
    assert ended.error == "NotFound"
    assert f"there is no backup '{ID}'" in ended.cause
