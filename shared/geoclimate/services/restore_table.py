"""Write a table's items back from a backup whose signature and digests hold, read them again and compare."""

import hashlib
from collections.abc import Mapping, Sequence

from geoclimate.contracts.backups import PART_LIMIT_BYTES, canonical_json, decode_part, part_key
from geoclimate.contracts.tables import PARTITION_KEY, SORT_KEY
from geoclimate.contracts.workflows import RestoreRequest, RestoreResult, TableExport
from geoclimate.domain.errors import IntegrityError, NotFound
from geoclimate.services.ports import ObjectStore, RawItem, RawKey, RawTable
from geoclimate.services.seal_backup import read_manifest, require_mark
from geoclimate.services.sign_object import SignedObjects

# A call stops here, far inside a function's 15 minutes, and the workflow calls again with the next part.
PARTS_A_CALL = 5


def restore_table(
    request: RestoreRequest,
    *,
    tables: Mapping[str, RawTable],
    scratch: RawTable,
    backups: SignedObjects,
    parts_a_call: int = PARTS_A_CALL,
) -> RestoreResult:
    """Restore parts of one table, into the table itself or on trial into the scratch table.

    Into the table itself: items that changed since the backup are set back, missing ones come back, and items that are
    newer than the backup stay. On trial: keys are prefixed with the backup and table, so that one scratch table serves
    every table and run, and everything written there is deleted again.

    Args:
        request: Which table of which backup, whereto, and where to go on.
        tables: The tables by their logical names.
        scratch: The scratch table.
        backups: The bucket of the backups, and who checks the signatures in it.
        parts_a_call: Parts after which the call ends.

    Returns:
        Counts of everything restored so far, and where to go on.

    Raises:
        NotFound: There is no such backup, or it does not hold this table.
        IntegrityError: A signature, digest or count does not hold, or the backup was never proven to restore.
    """
    manifest, manifest_digest = read_manifest(request.backup_id, backups=backups)
    if request.into == "live":
        require_mark(request.backup_id, manifest_digest, backups=backups)
    export = next((export for export in manifest.tables if export.table == request.table), None)
    if export is None:
        raise NotFound(f"backup {request.backup_id} does not hold the table {request.table}")
    done = request.progress or RestoreResult(table=request.table, items=0, matched=0, next_part=0)
    first = done.next_part or 0
    end = min(first + parts_a_call, len(export.keys))
    items, matched = done.items, done.matched
    for index in range(first, end):
        part = _read_part(export, index, request.backup_id, backups.objects)
        items += len(part)
        if request.into == "live":
            matched += _restore(part, tables[request.table])
        else:
            matched += _restore_on_trial(part, scratch, f"{request.backup_id}/{request.table}/")
    if end == len(export.keys) and items != export.items:
        raise IntegrityError(
            f"the parts of {request.table} in backup {request.backup_id} hold {items} items, "
            f"but its manifest says {export.items}"
        )
    return RestoreResult(
        table=request.table, items=items, matched=matched, next_part=end if end < len(export.keys) else None
    )


def _read_part(
    export: TableExport, index: int, backup_id: str, objects: ObjectStore
) -> list[dict[str, dict[str, object]]]:
    key = export.keys[index]
    if key != part_key(backup_id, export.table, index):
        raise IntegrityError(f"the manifest of backup {backup_id} lists {key} as part {index} of {export.table}")
    try:
        content = objects.get(key, PART_LIMIT_BYTES)
    except NotFound as error:
        raise IntegrityError(f"backup {backup_id} is not whole: {key} is missing") from error
    if hashlib.sha256(content).hexdigest() != export.digests[index]:
        raise IntegrityError(f"the digest of {key} is not the one in the manifest: the part was changed or cut short")
    return decode_part(content)


def _restore(items: Sequence[RawItem], table: RawTable) -> int:
    table.write(items)
    found = {_key(item): canonical_json(item) for item in table.read([_key(item) for item in items])}
    return sum(found.get(_key(item)) == canonical_json(item) for item in items)


def _restore_on_trial(items: Sequence[RawItem], scratch: RawTable, prefix: str) -> int:
    moved = [{**item, PARTITION_KEY: {"S": prefix + _key(item)[0]}} for item in items]
    try:
        return _restore(moved, scratch)
    finally:
        scratch.delete([_key(item) for item in moved])


def _key(item: RawItem) -> RawKey:
    return str(item[PARTITION_KEY]["S"]), str(item[SORT_KEY]["S"])
