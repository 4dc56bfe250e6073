"""Receipts, records and files of accounts in memory."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from geoclimate.domain.errors import Conflict, Unavailable
from geoclimate.domain.receipts import Receipt
from geoclimate.services.privacy_ports import AccountFile, Place

NOW = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)


class ReceiptsInMemory:
    """Implements `ReceiptStore` and `Standing`."""

    def __init__(self) -> None:
        self.kept: dict[Place, Receipt] = {}
        self.tombstones: set[str] = set()

    def running_export(self, account: str, since: dt.datetime) -> str | None:
        for place, receipt in self.kept.items():
            if place.partition == account and receipt.state == "running" and receipt.requested_at >= since:
                return place.sort
        return None

    def begin_export(self, account: str, receipt: str, at: dt.datetime) -> Place:
        return self._begin(Place(account, receipt), Receipt("export", "running", at))

    def begin_erasure(self, account: str, digest: str, at: dt.datetime) -> Place:
        if account in self.tombstones:
            raise Conflict("The account is being erased already.")
        self.tombstones.add(account)
        return self._begin(Place("erasures", digest), Receipt("erasure", "running", at))

    def withdraw_export(self, account: str, receipt: str) -> None:
        del self.kept[Place(account, receipt)]

    def withdraw_erasure(self, account: str, digest: str) -> None:
        self.tombstones.discard(account)
        del self.kept[Place("erasures", digest)]

    def export_receipt(self, account: str, receipt: str) -> Receipt | None:
        return self.kept.get(Place(account, receipt))

    def erasure_receipt(self, digest: str) -> Receipt | None:
        return self.kept.get(Place("erasures", digest))

    def note(self, place: Place, counts: Mapping[str, int]) -> None:
        before = self.kept[place]
        kinds = {*before.counts, *counts}
        added = {kind: before.counts.get(kind, 0) + counts.get(kind, 0) for kind in kinds}
        self.kept[place] = replace(before, counts=added)

    def finish(self, place: Place, at: dt.datetime) -> None:
        self.kept[place] = replace(self.kept[place], state="done", finished_at=at)

    def erased(self, account: str) -> bool:
        return account in self.tombstones

    def _begin(self, place: Place, receipt: Receipt) -> Place:
        self.kept[place] = receipt
        return place


class RecordsInMemory:
    """Implements `AccountRecords`."""

    def __init__(self) -> None:
        self.kept: defaultdict[str, list[tuple[str, Mapping[str, object]]]] = defaultdict(list)

    def everything(self, account: str) -> Iterable[tuple[str, Mapping[str, object]]]:
        return list(self.kept[account])

    def delete_everything(self, account: str) -> int:
        return len(self.kept.pop(account, []))


class FilesInMemory:
    """Implements `AccountFiles` and `ExportLinks`."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], bytes] = {}
        self.down = False

    def listed(self, account: str) -> Iterable[AccountFile]:
        return [AccountFile(name, len(body)) for (owner, name), body in self.kept.items() if owner == account]

    def write_export(self, account: str, receipt: str, body: bytes) -> None:
        self.kept[account, f"exports/{receipt}.json"] = body

    def delete_everything(self, account: str) -> int:
        if self.down:
            raise Unavailable("S3 does not answer")
        mine = [key for key in self.kept if key[0] == account]
        for key in mine:
            del self.kept[key]
        return len(mine)

    def link(self, account: str, receipt: str) -> str:
        return f"https://results.example.org/{account}/exports/{receipt}.json?signed"
