"""Take DynamoDB's export of one table into a backup: hold it against its own manifests, count it and digest it."""

import base64
import hashlib
from collections.abc import Sequence

from pydantic import ValidationError

from geoclimate.contracts.backups import (
    EMPTY_DIGEST,
    MANIFEST_LIMIT_BYTES,
    PART_LIMIT_BYTES,
    ExportedFile,
    ExportSummary,
    digest_of,
    export_folder,
    is_data_file,
    read_part,
)
from geoclimate.contracts.workflows import BackupTableRequest, TableExport
from geoclimate.domain.errors import IntegrityError, NotFound
from geoclimate.services.ports import ObjectStore


def collect_export(request: BackupTableRequest, *, objects: ObjectStore) -> TableExport:
    """Read every data file of a finished export, and say what is in it.

    Args:
        request: Which export, and how many items DynamoDB says it has.
        objects: The bucket of the backups.

    Returns:
        The data files with their SHA-256, and the count and digest of their items.

    Raises:
        IntegrityError: A file is missing or is not what the export's manifests say, or the counts differ.
    """
    export_id = request.export_arn.rsplit("/", 1)[-1]
    folder = export_folder(request.backup_id, request.table, export_id)
    summary = _summary(f"{folder}/manifest-summary.json", request, objects)
    files = _files(f"{folder}/manifest-files.json", objects)
    _require_count(f"the files of {folder}", sum(file.items for file in files), summary.items)
    keys: list[str] = []
    digests: list[str] = []
    content_digest = EMPTY_DIGEST
    for file in files:
        key = _key_of(file, folder, request, keys)
        content = _sound_content(key, file, objects)
        content_digest = _digest_of_items(key, content, file.items, content_digest)
        keys.append(key)
        digests.append(hashlib.sha256(content).hexdigest())
    return TableExport(
        table=request.table,
        moment=summary.moment,
        keys=tuple(keys),
        digests=tuple(digests),
        items=summary.items,
        content_digest=content_digest,
    )


def _summary(key: str, request: BackupTableRequest, objects: ObjectStore) -> ExportSummary:
    try:
        summary = ExportSummary.model_validate_json(_read(key, MANIFEST_LIMIT_BYTES, objects))
    except ValidationError as error:
        raise IntegrityError(f"{key} is no summary of an export: {error}") from error
    if summary.export_arn != request.export_arn:
        raise IntegrityError(f"{key} is the summary of {summary.export_arn} and not of {request.export_arn}")
    _require_count(key, summary.items, request.items)
    return summary


def _files(key: str, objects: ObjectStore) -> Sequence[ExportedFile]:
    lines = _read(key, MANIFEST_LIMIT_BYTES, objects).splitlines()
    try:
        return [ExportedFile.model_validate_json(line) for line in lines if line.strip()]
    except ValidationError as error:
        raise IntegrityError(f"{key} is no list of an export's files: {error}") from error


def _key_of(file: ExportedFile, folder: str, request: BackupTableRequest, before: Sequence[str]) -> str:
    key = f"{folder}/data/{file.key.rsplit('/', 1)[-1]}"
    # The manifest may name the file with the export's prefix or from AWSDynamoDB/ on.
    if not key.endswith(file.key) or not is_data_file(key, request.backup_id, request.table) or key in before:
        raise IntegrityError(f"the export lists {file.key}, which is no data file of its own or is listed twice")
    return key


def _sound_content(key: str, file: ExportedFile, objects: ObjectStore) -> bytes:
    content = _read(key, PART_LIMIT_BYTES, objects)
    found = base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode("ascii")
    if found != file.md5:
        raise IntegrityError(f"the MD5 of {key} is not the one that DynamoDB wrote: it was changed or cut short")
    return content


def _digest_of_items(key: str, content: bytes, expected: int, before: str) -> str:
    count = 0
    digest = before
    try:
        for item in read_part(content):
            count += 1
            digest = digest_of([item], digest)
    except ValueError as error:
        raise IntegrityError(f"{key} cannot be read: {error}") from error
    _require_count(key, count, expected)
    return digest


def _read(key: str, limit: int, objects: ObjectStore) -> bytes:
    try:
        return objects.get(key, limit)
    except NotFound as error:
        raise IntegrityError(f"the export is not whole: {key} is missing") from error


def _require_count(what: str, found: int, expected: int) -> None:
    if found != expected:
        raise IntegrityError(f"{what} has {found} items, but DynamoDB says that it exported {expected}")
