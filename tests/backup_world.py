"""A small platform to back up: five tables, a scratch table, and the bucket of the backups."""

from collections.abc import Iterable
from typing import Literal

from geoclimate.contracts.backups import EXPORT_ORDER
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
from geoclimate.services.export_table import export_table
from geoclimate.services.ports import RawItem
from geoclimate.services.restore_table import restore_table
from geoclimate.services.seal_backup import seal_backup
from geoclimate.services.sign_object import SignedObjects

from tests.workflow_fakes import HmacSigner, ObjectsInMemory, RawTableInMemory, clock

ID = "backup-1"


def item(name: str, value: object = "1") -> RawItem:
    return {"pk": {"S": name}, "sk": {"S": "2014-01-31"}, "value": {"N": str(value)}}


class World:
    """Five tables, a scratch table, and the bucket of the backups."""

    def __init__(
        self, observations: Iterable[RawItem] = (), part_bytes: int = 4_000_000, parts_a_call: int = 10
    ) -> None:
        self.tables: dict[str, RawTableInMemory] = {name: RawTableInMemory() for name in EXPORT_ORDER}
        self.tables["observations"] = RawTableInMemory(observations)
        self.scratch = RawTableInMemory()
        self.objects = ObjectsInMemory()
        self.backups = SignedObjects(self.objects, HmacSigner())
        self.part_bytes = part_bytes
        self.parts_a_call = parts_a_call
        self.calls = 0

    def export(self, table: TableName) -> TableExport:
        progress = None
        while progress is None or progress.cursor is not None:
            self.calls += 1
            progress = export_table(
                BackupTableRequest(backup_id=ID, table=table, progress=progress),
                table=self.tables[table],
                objects=self.objects,
                part_bytes=self.part_bytes,
                parts_a_call=self.parts_a_call,
            )
        return progress.export

    def seal(self) -> SealResult:
        exports = tuple(self.export(table) for table in EXPORT_ORDER)
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
                parts_a_call=self.parts_a_call,
            )
        return progress

    def confirm(self, restored: tuple[RestoreResult, ...] | None = None) -> SealResult:
        results = restored or tuple(self.restore(table, "scratch") for table in EXPORT_ORDER)
        request = ConfirmRequest(step="confirm", backup_id=ID, restored=results)
        return seal_backup(request, backups=self.backups, clock=clock)

    def back_up(self) -> SealResult:
        self.seal()
        return self.confirm()
