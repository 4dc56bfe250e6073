"""Write a table's items back from a backup whose signature and digests hold, read them again and compare."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from geoclimate.contracts.backups import (
    EMPTY_DIGEST,
    PART_LIMIT_BYTES,
    canonical_json,
    digest_of,
    is_data_file,
    read_part,
)
from geoclimate.contracts.tables import PARTITION_KEY, SORT_KEY
from geoclimate.contracts.workflows import RestoreRequest, RestoreResult, TableExport
from geoclimate.domain.errors import IntegrityError, NotFound
from geoclimate.services.backup_ports import RawItem, RawKey, RawTable
from geoclimate.services.ports import ObjectStore
from geoclimate.services.seal_backup import read_manifest, require_mark
from geoclimate.services.sign_object import SignedObjects

# A call ends with the part that reaches this number, and the workflow calls again with the next part: about 3 minutes,
# so that a large last part still ends inside a function's 15.
ITEMS_A_CALL = 100_000
# Items that are held at once.
_BATCH = 1_000


def restore_table(
    request: RestoreRequest,
    *,
    tables: Mapping[str, RawTable],
    scratch: RawTable,
    backups: SignedObjects,
    items_a_call: int = ITEMS_A_CALL,
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
        items_a_call: Items after which the call ends.

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
    start = RestoreResult(table=request.table, items=0, matched=0, digest=EMPTY_DIGEST, next_part=0)
    done = request.progress or start
    items, matched, digest = done.items, done.matched, done.digest
    end = done.next_part or 0
    while end < len(export.keys) and items - done.items < items_a_call:
        for batch in _batches(_read_part(export, end, request.backup_id, backups.objects)):
            if request.into == "live":
                back = _restore(batch, tables[request.table])
            else:
                back = _restore_on_trial(batch, scratch, f"{request.backup_id}/{request.table}/")
            items += len(batch)
            matched += _equal(batch, back)
            digest = digest_of(back, digest)
        end += 1
    if end == len(export.keys) and items != export.items:
        raise IntegrityError(
            f"the parts of {request.table} in backup {request.backup_id} hold {items} items, "
            f"but its manifest says {export.items}"
        )
    return RestoreResult(
        table=request.table,
        items=items,
        matched=matched,
        digest=digest,
        next_part=end if end < len(export.keys) else None,
    )


def _read_part(export: TableExport, index: int, backup_id: str, objects: ObjectStore) -> Iterator[RawItem]:
    key = export.keys[index]
    if not is_data_file(key, backup_id, export.table):
        raise IntegrityError(f"the manifest of backup {backup_id} lists {key} as part {index} of {export.table}")
    try:
        content = objects.get(key, PART_LIMIT_BYTES)
    except NotFound as error:
        raise IntegrityError(f"backup {backup_id} is not whole: {key} is missing") from error
    if hashlib.sha256(content).hexdigest() != export.digests[index]:
        raise IntegrityError(f"the digest of {key} is not the one in the manifest: the part was changed or cut short")
    return read_part(content)


def _batches(items: Iterable[RawItem]) -> Iterator[list[RawItem]]:
    waiting = iter(items)
    while batch := list(islice(waiting, _BATCH)):
        yield batch


def _restore(items: Sequence[RawItem], table: RawTable) -> Sequence[RawItem]:
    """Write items, and give what is read back under their keys."""
    table.write(items)
    return table.read([_key(item) for item in items])


def _restore_on_trial(items: Sequence[RawItem], scratch: RawTable, prefix: str) -> Sequence[RawItem]:
    moved = [{**item, PARTITION_KEY: {"S": prefix + _key(item)[0]}} for item in items]
    try:
        back = _restore(moved, scratch)
    finally:
        scratch.delete([_key(item) for item in moved])
    return [{**item, PARTITION_KEY: {"S": _key(item)[0].removeprefix(prefix)}} for item in back]


def _equal(items: Sequence[RawItem], back: Sequence[RawItem]) -> int:
    found = {_key(item): canonical_json(item) for item in back}
    return sum(found.get(_key(item)) == canonical_json(item) for item in items)


def _key(item: RawItem) -> RawKey:
    return str(item[PARTITION_KEY]["S"]), str(item[SORT_KEY]["S"])
