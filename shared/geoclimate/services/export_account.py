"""Everything that is kept of an account, in one file for it."""

import dataclasses
import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from geoclimate.domain.audit import Entry
from geoclimate.domain.permissions import ROLES
from geoclimate.domain.pseudonyms import pseudonym_of
from geoclimate.services.audit_ports import AuditLog
from geoclimate.services.identity_ports import UserDirectory
from geoclimate.services.privacy_ports import AccountFiles, AccountRecords, Place, ReceiptStore

_AUDIT_PAGE: Final = 1_000


@dataclass(frozen=True, slots=True)
class ExportSources:
    """Where an export reads, and where it writes.

    Attributes:
        directory: The user pool.
        records: The tables.
        files: The files, the export among them.
        audit: The audit log.
        receipts: How far it is.
        clock: The time.
    """

    directory: UserDirectory
    records: AccountRecords
    files: AccountFiles
    audit: AuditLog
    receipts: ReceiptStore
    clock: Callable[[], dt.datetime]


def export_account(sources: ExportSources, account: str, receipt: str, place: Place) -> Mapping[str, int]:
    """Write everything that is kept of an account into one JSON file; gives how much of each kind there is.

    Written again under the same receipt, it replaces the first file.

    Raises:
        Unavailable: A service does not answer.
    """
    records: defaultdict[str, list[Mapping[str, object]]] = defaultdict(list)
    for kind, record in sources.records.everything(account):
        records[kind].append(record)
    files = [dataclasses.asdict(file) for file in sources.files.listed(account)]
    pseudonym = pseudonym_of(account)
    entries = [dataclasses.asdict(entry.event) for entry in _entries(sources, pseudonym)]
    document = {
        "account": account,
        "exported_at": sources.clock(),
        "identity": _identity(sources.directory, account),
        "records": records,
        "files": files,
        "audit": {"pseudonym": pseudonym, "entries": entries},
    }
    sources.files.write_export(account, receipt, json.dumps(document, default=_as_text, indent=1).encode())
    counts = {kind: len(kept) for kind, kept in records.items()} | {"files": len(files), "audit_entries": len(entries)}
    sources.receipts.note(place, counts)
    sources.receipts.finish(place, sources.clock())
    return counts


def _identity(directory: UserDirectory, account: str) -> dict[str, object] | None:
    user = directory.find(account)
    if user is None:
        return None
    held = directory.roles(account)
    return {**dataclasses.asdict(user), "roles": [role for role in ROLES if role in held]}


def _entries(sources: ExportSources, pseudonym: str) -> Iterator[Entry]:
    before = None
    while True:
        page = sources.audit.of_actor(pseudonym, None, _AUDIT_PAGE, before)
        yield from page
        if len(page) < _AUDIT_PAGE:
            return
        before = page[-1].moment


def _as_text(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    message = f"no form in JSON for {type(value).__name__}"
    raise TypeError(message)
