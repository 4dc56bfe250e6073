"""A small platform to back up: five tables, a scratch table, and the bucket of the backups."""

from collections.abc import Iterable
from typing import Literal

from geoclimate.contracts.backups import RESTORE_ORDER, export_folder
from geoclimate.contracts.workflows import (
    BackupTableRequest,
    ConfirmRequest,
    RestoreRequest,
    RestoreResult,
    SealRequest,
    SealResult,
    TableExport,
    TableName,
)
from geoclimate.services.backup_ports import RawItem
from geoclimate.services.collect_export import collect_export
from geoclimate.services.restore_table import restore_table
from geoclimate.services.seal_backup import seal_backup
from geoclimate.services.sign_object import SignedObjects
from tests.dynamodb_export import export_arn, write_export
from tests.workflow_fakes import HmacSigner, ObjectsInMemory, RawTableInMemory, clock

ID = "backup-1"


def part_key(table: str, number: int) -> str:
    """Object key of a data file."""
    return f"{export_folder(ID, table, '01769835600000-a1b2c3d4')}/data/file{number:03}.json.gz"


def item(name: str, value: object = "1") -> RawItem:
    return {"pk": {"S": name}, "sk": {"S": "2014-01-31"}, "value": {"N": str(value)}}


class World:
    """Five tables, a scratch table, and the bucket of the backups."""

    def __init__(
        self, observations: Iterable[RawItem] = (), items_a_file: int = 100, items_a_call: int = 100_000
    ) -> None:
        self.tables: dict[str, RawTableInMemory] = {name: RawTableInMemory() for name in RESTORE_ORDER}
        self.tables["observations"] = RawTableInMemory(observations)
        self.scratch = RawTableInMemory()
        self.objects = ObjectsInMemory()
        self.backups = SignedObjects(self.objects, HmacSigner())
        self.items_a_file = items_a_file
        self.items_a_call = items_a_call

    def export(self, table: TableName) -> TableExport:
        """The table as DynamoDB exports it, collected."""
        items = list(self.tables[table].items.values())
        arn = export_arn(table)
        write_export(self.objects.bodies, f"backups/{ID}/{table}", arn, items, items_a_file=self.items_a_file)
        request = BackupTableRequest(backup_id=ID, table=table, export_arn=arn, items=len(items))
        return collect_export(request, objects=self.objects)

    def seal(self) -> SealResult:
        exports = tuple(self.export(table) for table in RESTORE_ORDER)
        return seal_backup(SealRequest(step="seal", backup_id=ID, tables=exports), backups=self.backups, clock=clock)

    def restore(
        self, table: TableName = "observations", into: Literal["live", "scratch"] = "live", backup_id: str = ID
    ) -> RestoreResult:
        progress = None
        while progress is None or progress.next_part is not None:
            progress = restore_table(
                RestoreRequest(backup_id=backup_id, table=table, into=into, progress=progress),
                tables=self.tables,
                scratch=self.scratch,
                backups=self.backups,
                items_a_call=self.items_a_call,
            )
        return progress

    def confirm(self, restored: tuple[RestoreResult, ...] | None = None) -> SealResult:
        results = restored or tuple(self.restore(table, "scratch") for table in RESTORE_ORDER)
        request = ConfirmRequest(step="confirm", backup_id=ID, restored=results)
        return seal_backup(request, backups=self.backups, clock=clock)

    def back_up(self) -> SealResult:
        self.seal()
        return self.confirm()
