"""An account goes from everywhere."""

import datetime as dt

import pytest

from geoclimate.domain.api_keys import ApiKey
from geoclimate.domain.errors import Unavailable
from geoclimate.services.erase_account import ErasureTargets, erase_account
from tests.identity_fakes import UserPoolInMemory
from tests.key_fakes import KeysInMemory
from tests.privacy_fakes import NOW, FilesInMemory, ReceiptsInMemory, RecordsInMemory


class GatewayInMemory:
    """Implements `KeyDeleter`."""

    def __init__(self) -> None:
        self.keys: set[str] = set()

    def delete(self, key_id: str) -> None:
        self.keys.discard(key_id)


class World:
    """An account with something of every kind, and another one beside it."""

    def __init__(self) -> None:
        self.pool = UserPoolInMemory()
        self.keys = KeysInMemory()
        self.gateway = GatewayInMemory()
        self.records = RecordsInMemory()
        self.files = FilesInMemory()
        self.receipts = ReceiptsInMemory()
        self.ada = self.pool.add("ada@example.org", "Correct-horse-7", "consumer")
        self.bob = self.pool.add("bob@example.org", "Correct-horse-8", "consumer")
        for account in (self.ada, self.bob):
            self.give_something(account)
        self.targets = ErasureTargets(
            self.pool, self.keys, self.gateway, self.records, self.files, self.receipts, lambda: NOW
        )
        self.place = self.receipts.begin_erasure(self.ada, "digest", NOW)

    def give_something(self, account: str) -> None:
        for name in ("one", "two"):
            key = ApiKey(f"{name}-{account}", account, name, "free", dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
            self.keys.kept[key.key_id] = key
            self.gateway.keys.add(key.key_id)
        self.records.kept[account] += [("usage", {}), ("jobs", {})]
        self.files.kept[account, "jobs/7/part.csv"] = b"abc"

    def erase(self, *, last: bool) -> None:
        erase_account(self.targets, self.ada, self.place, last=last)

    def left_of(self, account: str) -> tuple[int, int, int, int, bool]:
        return (
            len(self.keys.keys(account)),
            sum(account in key for key in self.gateway.keys),
            len(self.records.kept[account]),
            sum(owner == account for owner, _ in self.files.kept),
            account in self.pool.members,
        )


@pytest.fixture
def world() -> World:
    return World()


def test_nothing_is_left_of_the_account(world: World) -> None:
    world.erase(last=False)
    assert world.left_of(world.ada) == (0, 0, 0, 0, False)


def test_everything_is_left_of_another(world: World) -> None:
    before = world.left_of(world.bob)
    world.erase(last=True)
    assert world.left_of(world.bob) == before == (2, 2, 2, 1, True)


def test_the_receipt_is_done_after_the_last_pass_only(world: World) -> None:
    world.erase(last=False)
    assert world.receipts.kept[world.place].state == "running"
    world.erase(last=True)
    assert world.receipts.kept[world.place].state == "done"
    assert world.receipts.kept[world.place].counts == {"keys": 2, "files": 1, "records": 2}


def test_what_came_after_the_first_pass_goes_with_the_last(world: World) -> None:
    world.erase(last=False)
    world.give_something(world.ada)
    world.erase(last=True)
    assert world.left_of(world.ada) == (0, 0, 0, 0, False)
    assert world.receipts.kept[world.place].counts == {"keys": 4, "files": 2, "records": 4}


def test_nobody_gets_in_before_anything_is_deleted(world: World) -> None:
    world.files.down = True
    with pytest.raises(Unavailable):
        world.erase(last=False)
    assert not world.pool.members[world.ada].user.enabled
    assert world.left_of(world.ada) == (0, 0, 2, 1, True)


def test_a_pass_that_broke_off_is_repeated(world: World) -> None:
    world.files.down = True
    with pytest.raises(Unavailable):
        world.erase(last=False)
    world.files.down = False
    world.erase(last=False)
    assert world.left_of(world.ada) == (0, 0, 0, 0, False)
