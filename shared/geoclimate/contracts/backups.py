"""What a backup is on S3: where its objects lie, what its manifest says, and how an item is written.

```
backups/<backup_id>/<table>/part-00000.ndjson.gz     one item a line, DynamoDB JSON
backups/<backup_id>/manifest.json                    tables, parts, digests, counts
backups/<backup_id>/verified.json                    written after every table was restored on trial
backups/<backup_id>/{manifest,verified}.json.mac     the signature of the object beside it
```
"""

import gzip
import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from geoclimate.contracts.workflows import BackupId, TableExport, TableName

_FROZEN = ConfigDict(frozen=True, extra="forbid")

EXPORT_ORDER: Final[tuple[TableName, ...]] = ("files", "stations", "forecasts", "models", "observations")
"""Tables in the order of their export: what refers to other tables goes first.

An export is no snapshot of one moment. In this order, whatever an exported item refers to was written before the item
was read, so it is in the backup too: a file counts as taken only where its observations are there. A restore goes the
other way round.
"""

RESTORE_ORDER: Final = tuple(reversed(EXPORT_ORDER))
MANIFEST_LIMIT_BYTES: Final = 16 * 1024 * 1024
PART_LIMIT_BYTES: Final = 64 * 1024 * 1024


class BackupManifest(BaseModel):
    """What a backup holds; signed as it is stored."""

    model_config = _FROZEN
    format: Literal["geoclimate-backup/1"] = "geoclimate-backup/1"
    backup_id: BackupId
    created_at: AwareDatetime
    tables: tuple[TableExport, ...]


class BackupMark(BaseModel):
    """That a backup was restored on trial and found whole.

    Attributes:
        manifest_digest: SHA-256 of the manifest that was proven, hexadecimal.
        items: Items that were restored and found equal.
    """

    model_config = _FROZEN
    format: Literal["geoclimate-backup-verified/1"] = "geoclimate-backup-verified/1"
    backup_id: BackupId
    manifest_digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    verified_at: AwareDatetime
    items: int


def part_key(backup_id: str, table: str, index: int) -> str:
    """Object key of a table's part."""
    return f"backups/{backup_id}/{table}/part-{index:05d}.ndjson.gz"


def manifest_key(backup_id: str) -> str:
    """Object key of a backup's manifest."""
    return f"backups/{backup_id}/manifest.json"


def mark_key(backup_id: str) -> str:
    """Object key of the mark that a backup is good."""
    return f"backups/{backup_id}/verified.json"


def signature_key(key: str) -> str:
    """Object key of another object's signature."""
    return f"{key}.mac"


def canonical_json(value: object) -> bytes:
    """JSON that is the same for equal values: members sorted, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def encode_part(items: Iterable[Mapping[str, Mapping[str, object]]]) -> bytes:
    """Items as gzip NDJSON; the same items give the same bytes."""
    return gzip.compress(b"".join(canonical_json(item) + b"\n" for item in items), compresslevel=6, mtime=0)


def decode_part(content: bytes) -> list[dict[str, dict[str, Any]]]:
    """Read what `encode_part` wrote; give it only bytes whose digest was checked.

    Raises:
        ValueError: The bytes are no gzip of JSON lines.
    """
    try:
        return [json.loads(line) for line in gzip.decompress(content).splitlines()]
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"not gzip: {error}") from error
