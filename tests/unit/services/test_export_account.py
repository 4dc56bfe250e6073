"""Everything that is kept of an account, in one file."""

import json
from typing import Any

import pytest

from geoclimate.domain.pseudonyms import pseudonym_of
from geoclimate.services.export_account import ExportSources, export_account
from geoclimate.services.privacy_ports import Place
from tests.audit_fakes import AuditInMemory, event
from tests.identity_fakes import UserPoolInMemory
from tests.privacy_fakes import NOW, FilesInMemory, ReceiptsInMemory, RecordsInMemory


class World:
    """An account with something of every kind, and another one beside it."""

    def __init__(self) -> None:
        self.pool = UserPoolInMemory()
        self.records = RecordsInMemory()
        self.files = FilesInMemory()
        self.audit = AuditInMemory()
        self.receipts = ReceiptsInMemory()
        self.ada = self.pool.add("ada@example.org", "Correct-horse-7", "consumer")
        self.bob = self.pool.add("bob@example.org", "Correct-horse-8", "consumer")
        for account in (self.ada, self.bob):
            self.records.kept[account] += [("keys", {"name": f"key of {account}"}), ("usage", {"calls": 3})]
            self.files.kept[account, "jobs/7/part.csv"] = b"abc"
            self.audit.record(event(pseudonym_of(account), f"request of {account}"))
        self.sources = ExportSources(self.pool, self.records, self.files, self.audit, self.receipts, lambda: NOW)

    def export(self, receipt: str = "the-receipt") -> dict[str, Any]:
        place = self.receipts.begin_export(self.ada, receipt, NOW)
        export_account(self.sources, self.ada, receipt, place)
        document: dict[str, Any] = json.loads(self.files.kept[self.ada, f"exports/{receipt}.json"])
        return document


@pytest.fixture
def world() -> World:
    return World()


def test_the_file_holds_everything_of_the_account(world: World) -> None:
    document = world.export()
    assert document["account"] == world.ada
    assert document["identity"]["email"] == "ada@example.org"
    assert document["identity"]["roles"] == ["consumer"]
    assert document["records"] == {"keys": [{"name": f"key of {world.ada}"}], "usage": [{"calls": 3}]}
    assert [file["name"] for file in document["files"]] == ["jobs/7/part.csv"]
    assert document["audit"]["pseudonym"] == pseudonym_of(world.ada)
    assert [entry["request_id"] for entry in document["audit"]["entries"]] == [f"request of {world.ada}"]


def test_the_file_holds_nothing_of_another_account_and_no_password(world: World) -> None:
    text = json.dumps(world.export())
    assert world.bob not in text
    assert "bob@example.org" not in text
    assert "horse" not in text


def test_the_receipt_says_how_much_there_is_and_that_it_is_done(world: World) -> None:
    world.export()
    receipt = world.receipts.kept[Place(world.ada, "the-receipt")]
    assert receipt.state == "done"
    assert receipt.finished_at == NOW
    assert receipt.counts == {"keys": 1, "usage": 1, "files": 1, "audit_entries": 1}


def test_more_entries_than_a_page_are_all_there(world: World) -> None:
    for number in range(2_100):
        world.audit.record(event(pseudonym_of(world.ada), f"r-{number}"))
    entries = world.export()["audit"]["entries"]
    assert len({entry["request_id"] for entry in entries}) == len(entries) == 2_101


def test_an_account_that_the_pool_has_lost_is_exported_all_the_same(world: World) -> None:
    world.pool.delete(world.ada)
    assert world.export()["identity"] is None
