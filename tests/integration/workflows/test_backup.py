"""The backup and restore workflows on the real use cases, with tables and bucket in memory."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel

from geoclimate.contracts.backups import RESTORE_ORDER, manifest_key, mark_key
from geoclimate.contracts.workflows import BackupTableRequest, RestoreRequest, SealEvent
from geoclimate.domain.errors import GeoClimateError
from geoclimate.services.collect_export import collect_export
from geoclimate.services.restore_table import restore_table
from geoclimate.services.seal_backup import seal_backup
from tests.backup_world import ID, World, item, part_key
from tests.dynamodb_export import export_arn, write_export
from tests.workflow_fakes import clock

from .conftest import TABLE_ARN, Execute, Outcome, Task, TaskError, function_error


def _function(answer: Callable[[dict[str, Any]], BaseModel]) -> Task:
    def invoke(given: dict[str, Any]) -> Any:
        try:
            return answer(given).model_dump(mode="json")
        except GeoClimateError as error:
            raise function_error(type(error).__name__, str(error)) from error

    return invoke


class DynamoDBExports:
    """The two calls of DynamoDB: an export is done when it was asked for a number of times."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.descriptions: dict[str, dict[str, Any]] = {}
        self.polls_left = 1
        self.fails_with: dict[str, str] | None = None

    def start(self, given: dict[str, Any]) -> dict[str, Any]:
        table = given["TableArn"].removeprefix(TABLE_ARN)
        items = list(self.world.tables[table].items.values())
        arn = export_arn(table)
        moment = given["ExportTime"]
        write_export(self.world.objects.bodies, given["S3Prefix"], arn, items, items_a_file=3, moment=moment)
        self.descriptions[arn] = {"ExportArn": arn, "ExportStatus": "COMPLETED", "ItemCount": len(items)}
        return {"ExportDescription": {"ExportArn": arn, "ExportStatus": "IN_PROGRESS"}}

    def describe(self, given: dict[str, Any]) -> dict[str, Any]:
        arn = given["ExportArn"]
        if self.fails_with is not None:
            return {"ExportDescription": {"ExportArn": arn, "ExportStatus": "FAILED", **self.fails_with}}
        if self.polls_left > 0:
            self.polls_left -= 1
            return {"ExportDescription": {"ExportArn": arn, "ExportStatus": "IN_PROGRESS"}}
        return {"ExportDescription": self.descriptions[arn]}


def _tasks(world: World, exports: DynamoDBExports | None = None) -> dict[str, Task]:
    def collect(given: dict[str, Any]) -> BaseModel:
        return collect_export(BackupTableRequest.model_validate(given), objects=world.objects)

    def seal(given: dict[str, Any]) -> BaseModel:
        return seal_backup(SealEvent.model_validate(given).root, backups=world.backups, clock=clock)

    def restore(given: dict[str, Any]) -> BaseModel:
        return restore_table(
            RestoreRequest.model_validate(given),
            tables=world.tables,
            scratch=world.scratch,
            backups=world.backups,
            items_a_call=6,
        )

    exports = exports or DynamoDBExports(world)
    return {
        "exportTableToPointInTime": exports.start,
        "describeExport": exports.describe,
        "BackupFunctionArn": _function(collect),
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
    assert [table["table"] for table in ended.output["tables"]] == list(RESTORE_ORDER)
    assert mark_key(ID) in world.objects.bodies
    assert world.scratch.items == {}


def test_every_table_is_exported_as_it_was_when_the_execution_started(execute: Execute, world: World) -> None:
    asked = _back_up(execute, world).asked("exportTableToPointInTime")
    assert {given["ExportTime"] for given in asked} == {"2026-01-31T05:06:07.123Z"}
    assert {given["S3Prefix"] for given in asked} == {f"backups/{ID}/{table}" for table in RESTORE_ORDER}
    assert json.loads(world.objects.bodies[manifest_key(ID)])["moment"] == "2026-01-31T05:06:07.123000Z"


def test_asking_again_for_the_same_table_of_the_same_backup_is_the_same_export(execute: Execute, world: World) -> None:
    tokens = [
        {
            given["TableArn"]: given["ClientToken"]
            for given in _back_up(execute, world).asked("exportTableToPointInTime")
        }
        for _ in range(2)
    ]
    assert tokens[0] == tokens[1]
    assert len(set(tokens[0].values())) == len(RESTORE_ORDER)


def test_an_export_that_fails_ends_the_backup_with_dynamodb_s_reason(execute: Execute, world: World) -> None:
    exports = DynamoDBExports(world)
    exports.fails_with = {"FailureCode": "S3NoSuchBucket", "FailureMessage": "The specified bucket does not exist"}
    ended = execute("backup.asl.json", {}, _tasks(world, exports), name=ID)
    assert ended.error == "ExportFailed"
    assert "into backup backup-1: The specified bucket does not exist" in ended.cause
    assert manifest_key(ID) not in world.objects.bodies


def test_an_export_that_fails_without_a_reason_says_so(execute: Execute, world: World) -> None:
    exports = DynamoDBExports(world)
    exports.fails_with = {}
    ended = execute("backup.asl.json", {}, _tasks(world, exports), name=ID)
    assert (ended.error, "gives no reason" in ended.cause) == ("ExportFailed", True)


def test_an_export_that_never_ends_is_not_waited_for_forever(execute: Execute, world: World) -> None:
    exports = DynamoDBExports(world)
    exports.polls_left = 10_000
    ended = execute("backup.asl.json", {}, _tasks(world, exports), name=ID)
    assert ended.error == "ExportTooSlow"
    assert "has not ended after 2 hours: arn:aws:dynamodb" in ended.cause


def test_a_table_without_point_in_time_recovery_is_said(execute: Execute, world: World) -> None:
    def refuse(_given: dict[str, Any]) -> Any:
        raise TaskError("DynamoDb.PointInTimeRecoveryUnavailableException", "not enabled for table 'files'")

    ended = execute("backup.asl.json", {}, _tasks(world) | {"exportTableToPointInTime": refuse}, name=ID)
    assert ended.error == "DynamoDb.PointInTimeRecoveryUnavailableException"
    assert ended.cause == "not enabled for table 'files'"


@pytest.mark.parametrize("tamper", [lambda part: part[:-1] + bytes([part[-1] ^ 1]), lambda part: part[:-5]])
def test_an_export_that_was_changed_before_it_was_collected_is_not_sealed(
    execute: Execute, world: World, tamper: Callable[[bytes], bytes]
) -> None:
    class Tampered(DynamoDBExports):
        def describe(self, given: dict[str, Any]) -> dict[str, Any]:
            key = part_key("observations", 2)
            if given["ExportArn"] == export_arn("observations") and self.polls_left == 0:
                self.world.objects.bodies[key] = tamper(self.world.objects.bodies[key])
            return super().describe(given)

    ended = execute("backup.asl.json", {}, _tasks(world, Tampered(world)), name=ID)
    assert ended.error == "IntegrityError"
    assert "file002.json.gz is not the one that DynamoDB wrote" in ended.cause
    assert manifest_key(ID) not in world.objects.bodies


def test_a_large_table_is_restored_in_several_calls(execute: Execute, world: World) -> None:
    tried = [
        given for given in _back_up(execute, world).asked("RestoreFunctionArn") if given["table"] == "observations"
    ]
    assert [given.get("progress", {}).get("next_part") for given in tried] == [None, 2, 4, 6]


def test_everything_that_was_lost_comes_back(execute: Execute, world: World) -> None:
    _back_up(execute, world)
    before = {name: dict(table.items) for name, table in world.tables.items()}
    for table in world.tables.values():
        table.items.clear()
    ended = _restore(execute, world)
    assert not ended.error
    assert {name: table.items for name, table in world.tables.items()} == before
    assert [table["table"] for table in ended.output["tables"]] == list(RESTORE_ORDER)


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
    key = part_key("observations", 3)
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
