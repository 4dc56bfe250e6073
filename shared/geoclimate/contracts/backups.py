"""What a backup is on S3: where its objects lie, what its manifest says, and how an item is written.

```
backups/<backup_id>/<table>/AWSDynamoDB/<export id>/     DynamoDB's export, as DynamoDB writes it:
    manifest-summary.json                                which table, which moment, how many items
    manifest-files.json                                  one data file a line, with its count and MD5
    data/<name>.json.gz                                  one item a line, {"Item": <DynamoDB JSON>}
backups/<backup_id>/manifest.json                        tables, data files, digests, counts
backups/<backup_id>/verified.json                        written after every table was restored on trial
backups/<backup_id>/{manifest,verified}.json.mac         the signature of the object beside it
```

The layout of an export: docs.aws.amazon.com/amazondynamodb, "DynamoDB table export output format".
"""

import gzip
import hashlib
import io
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from geoclimate.contracts.workflows import BackupId, Sha256, TableExport, TableName

_FROZEN = ConfigDict(frozen=True, extra="forbid")
# AWS may add members to its manifests.
_OPEN = ConfigDict(frozen=True, extra="ignore")

RESTORE_ORDER: Final[tuple[TableName, ...]] = (
    "observations",
    "weather",
    "models",
    "forecasts",
    "verification",
    "stations",
    "files",
)
"""Every table of a backup, in the order of a restore: what others refer to comes back first.

A file counts as taken only where its observations are there.
"""

MANIFEST_LIMIT_BYTES: Final = 16 * 1024 * 1024
PART_LIMIT_BYTES: Final = 256 * 1024 * 1024
EMPTY_DIGEST: Final = "0" * 64
"""Digest of no items."""

_DATA_FILE: Final = re.compile(r"AWSDynamoDB/[\w-]+/data/[\w-]+\.json\.gz")


class ExportSummary(BaseModel):
    """`manifest-summary.json` of DynamoDB's export, as far as a backup relies on it."""

    model_config = _OPEN
    export_arn: Annotated[str, Field(alias="exportArn")]
    moment: Annotated[AwareDatetime, Field(alias="exportTime")]
    items: Annotated[int, Field(alias="itemCount")]
    form: Annotated[Literal["DYNAMODB_JSON"], Field(alias="outputFormat")]


class ExportedFile(BaseModel):
    """A line of `manifest-files.json` of DynamoDB's export.

    Attributes:
        md5: MD5 of the data file as it lies on S3, base64.
    """

    model_config = _OPEN
    items: Annotated[int, Field(alias="itemCount")]
    md5: Annotated[str, Field(alias="md5Checksum")]
    key: Annotated[str, Field(alias="dataFileS3Key")]


class BackupManifest(BaseModel):
    """What a backup holds; signed as it is stored.

    Attributes:
        moment: The point in time that every table shows, UTC.
    """

    model_config = _FROZEN
    format: Literal["geoclimate-backup/2"] = "geoclimate-backup/2"
    backup_id: BackupId
    moment: AwareDatetime
    created_at: AwareDatetime
    tables: tuple[TableExport, ...]


class BackupMark(BaseModel):
    """That a backup was restored on trial and found whole.

    Attributes:
        manifest_digest: SHA-256 of the manifest that was proven.
        items: Items that were restored and found equal.
    """

    model_config = _FROZEN
    format: Literal["geoclimate-backup-verified/1"] = "geoclimate-backup-verified/1"
    backup_id: BackupId
    manifest_digest: Sha256
    verified_at: AwareDatetime
    items: int


def export_folder(backup_id: str, table: str, export_id: str) -> str:
    """Where DynamoDB writes the export of a table, without a slash at the end."""
    return f"backups/{backup_id}/{table}/AWSDynamoDB/{export_id}"


def is_data_file(key: str, backup_id: str, table: str) -> bool:
    """Whether an object key is that of a data file of this table in this backup."""
    prefix = f"backups/{backup_id}/{table}/"
    return key.startswith(prefix) and _DATA_FILE.fullmatch(key.removeprefix(prefix)) is not None


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


def digest_of(items: Iterable[Mapping[str, Mapping[str, object]]], before: str = EMPTY_DIGEST) -> str:
    """Digest of items whatever their order: the sum of their SHA-256 modulo 2^256, hexadecimal.

    A table has no order of its own, so its digest must not depend on one. It shows that a restore brought the same
    items back; that nobody changed a part is shown by the part's own SHA-256 in the signed manifest.

    Args:
        items: Items in DynamoDB JSON, their sets sorted.
        before: Digest of the items that came before these.
    """
    total = int(before, 16)
    for item in items:
        total += int.from_bytes(hashlib.sha256(canonical_json(item)).digest(), "big")
    return f"{total % 2**256:064x}"


def read_part(content: bytes) -> Iterator[dict[str, dict[str, Any]]]:
    """The items of a data file, one after the other, their sets sorted as `RawTable` gives them.

    Raises:
        ValueError: The bytes are no gzip of lines that hold an item each; the message says which line.
    """
    try:
        with gzip.open(io.BytesIO(content)) as lines:
            for number, line in enumerate(lines, start=1):
                yield _item(line, number)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"not gzip: {error}") from error


def _item(line: bytes, number: int) -> dict[str, dict[str, Any]]:
    try:
        item = json.loads(line)["Item"]
        return {name: _sets_sorted(attribute) for name, attribute in item.items()}
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"line {number} holds no item") from error


def _sets_sorted(attribute: Mapping[str, Any]) -> dict[str, Any]:
    [(kind, value)] = attribute.items()
    match kind:
        case "SS" | "NS" | "BS":
            return {kind: sorted(value)}
        case "L":
            return {"L": [_sets_sorted(member) for member in value]}
        case "M":
            return {"M": {name: _sets_sorted(member) for name, member in value.items()}}
        case _:
            return {kind: value}
