"""Export one table into a backup, a part at a time."""

import hashlib
from collections.abc import Sequence

from geoclimate.contracts.backups import canonical_json, encode_part, part_key
from geoclimate.contracts.workflows import BackupTableRequest, ExportProgress, TableExport
from geoclimate.services.ports import ObjectStore, RawItem, RawKey, RawTable

# A part is closed once it holds this much JSON, and a page of a scan adds 1 MB at most.
PART_BYTES = 4 * 1024 * 1024
# A call stops here, far inside a function's 15 minutes, and the workflow calls again with the cursor.
PARTS_A_CALL = 10


def export_table(
    request: BackupTableRequest,
    *,
    table: RawTable,
    objects: ObjectStore,
    part_bytes: int = PART_BYTES,
    parts_a_call: int = PARTS_A_CALL,
) -> ExportProgress:
    """Read a table in its own order and write its items as parts.

    Exporting again after an error writes the same keys again.

    Args:
        request: Which table, for which backup, and where to go on.
        table: The table.
        objects: The bucket of the backups.
        part_bytes: JSON bytes after which a part is closed.
        parts_a_call: Parts after which the call ends.

    Returns:
        Everything exported so far, and where to go on.
    """
    export, after = _begin(request)
    for _ in range(parts_a_call):
        items, after = _next_part(table, after, part_bytes)
        if items:
            export = _with_part(export, items, request.backup_id, objects)
        if after is None:
            break
    return ExportProgress(export=export, cursor=after)


def _begin(request: BackupTableRequest) -> tuple[TableExport, RawKey | None]:
    if request.progress is None:
        return TableExport(table=request.table, keys=(), digests=(), items=0), None
    return request.progress.export, request.progress.cursor


def _next_part(table: RawTable, after: RawKey | None, part_bytes: int) -> tuple[list[RawItem], RawKey | None]:
    items: list[RawItem] = []
    size = 0
    while size < part_bytes:
        page, after = table.page(after)
        items.extend(page)
        size += sum(len(canonical_json(item)) for item in page)
        if after is None:
            break
    return items, after


def _with_part(export: TableExport, items: Sequence[RawItem], backup_id: str, objects: ObjectStore) -> TableExport:
    key = part_key(backup_id, export.table, len(export.keys))
    content = encode_part(items)
    objects.put(key, content, "application/x-ndjson+gzip")
    return TableExport(
        table=export.table,
        keys=(*export.keys, key),
        digests=(*export.digests, hashlib.sha256(content).hexdigest()),
        items=export.items + len(items),
    )
