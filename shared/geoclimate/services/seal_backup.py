"""Sign a backup's manifest, and later mark the backup as good."""

import hashlib
from collections.abc import Sequence

from pydantic import ValidationError

from geoclimate.contracts.backups import (
    MANIFEST_LIMIT_BYTES,
    RESTORE_ORDER,
    BackupManifest,
    BackupMark,
    canonical_json,
    manifest_key,
    mark_key,
)
from geoclimate.contracts.workflows import ConfirmRequest, RestoreResult, SealRequest, SealResult, TableExport
from geoclimate.domain.errors import IntegrityError, InvalidInput, NotFound
from geoclimate.services.ports import Clock
from geoclimate.services.sign_object import SignedObjects


def seal_backup(request: SealRequest | ConfirmRequest, *, backups: SignedObjects, clock: Clock) -> SealResult:
    """Write and sign a backup's manifest; or, as the second step, the mark that it was proven to restore.

    Raises:
        InvalidInput: A table is missing from the backup or named twice, or the tables show different moments.
        IntegrityError: The manifest does not hold, or what was restored is not what it lists.
    """
    if isinstance(request, SealRequest):
        return _seal(request, backups, clock)
    return _confirm(request, backups, clock)


def read_manifest(backup_id: str, *, backups: SignedObjects) -> tuple[BackupManifest, str]:
    """A backup's manifest and the SHA-256 of its bytes, after its signature was checked.

    Raises:
        NotFound: There is no such backup.
        IntegrityError: The signature does not hold, or the manifest is another backup's.
    """
    try:
        body = backups.get(manifest_key(backup_id), MANIFEST_LIMIT_BYTES)
    except NotFound as error:
        raise NotFound(f"there is no backup {backup_id!r}: {manifest_key(backup_id)} does not exist") from error
    try:
        manifest = BackupManifest.model_validate_json(body)
    except ValidationError as error:
        raise IntegrityError(f"the manifest of backup {backup_id} is not of a known format: {error}") from error
    if manifest.backup_id != backup_id:
        raise IntegrityError(f"the manifest of backup {backup_id} is that of backup {manifest.backup_id}")
    return manifest, hashlib.sha256(body).hexdigest()


def require_mark(backup_id: str, manifest_digest: str, *, backups: SignedObjects) -> None:
    """Refuse a backup that was never proven to restore.

    Raises:
        IntegrityError: There is no mark, its signature does not hold, or it is of another manifest.
    """
    try:
        body = backups.get(mark_key(backup_id), MANIFEST_LIMIT_BYTES)
    except NotFound as error:
        raise IntegrityError(
            f"backup {backup_id} is not marked good: it still runs, or its trial restore failed; take another backup"
        ) from error
    mark = BackupMark.model_validate_json(body)
    if mark.backup_id != backup_id or mark.manifest_digest != manifest_digest:
        raise IntegrityError(f"the mark of backup {backup_id} was made for another manifest")


def _seal(request: SealRequest, backups: SignedObjects, clock: Clock) -> SealResult:
    _require_every_table([export.table for export in request.tables], request.backup_id)
    moments = {export.moment for export in request.tables}
    if len(moments) > 1:
        shown = ", ".join(f"{export.table} {export.moment.isoformat()}" for export in request.tables)
        raise InvalidInput(f"the tables of backup {request.backup_id} show different moments: {shown}")
    manifest = BackupManifest(
        backup_id=request.backup_id, moment=moments.pop(), created_at=clock(), tables=request.tables
    )
    key = manifest_key(request.backup_id)
    backups.put(key, canonical_json(manifest.model_dump(mode="json")))
    return SealResult(backup_id=request.backup_id, key=key, items=sum(export.items for export in request.tables))


def _confirm(request: ConfirmRequest, backups: SignedObjects, clock: Clock) -> SealResult:
    manifest, digest = read_manifest(request.backup_id, backups=backups)
    _require_every_table([result.table for result in request.restored], request.backup_id)
    expected = {export.table: export for export in manifest.tables}
    for result in request.restored:
        _require_whole(result, expected[result.table], request.backup_id)
    mark = BackupMark(
        backup_id=request.backup_id,
        manifest_digest=digest,
        verified_at=clock(),
        items=sum(export.items for export in manifest.tables),
    )
    key = mark_key(request.backup_id)
    backups.put(key, canonical_json(mark.model_dump(mode="json")))
    return SealResult(backup_id=request.backup_id, key=key, items=mark.items)


def _require_every_table(tables: Sequence[str], backup_id: str) -> None:
    if sorted(tables) != sorted(RESTORE_ORDER):
        raise InvalidInput(
            f"backup {backup_id} has the tables {', '.join(sorted(tables)) or 'none'}, "
            f"but must have each of {', '.join(sorted(RESTORE_ORDER))} once"
        )


def _require_whole(result: RestoreResult, expected: TableExport, backup_id: str) -> None:
    if result.next_part is not None or not expected.items == result.items == result.matched:
        raise IntegrityError(
            f"backup {backup_id} does not restore: of {expected.items} items of {result.table}, {result.items} were "
            f"read from its parts and {result.matched} came back equal"
        )
    if result.digest != expected.content_digest:
        raise IntegrityError(
            f"backup {backup_id} does not restore: the digest of the restored {result.table} is {result.digest}, "
            f"but its export has {expected.content_digest}"
        )
