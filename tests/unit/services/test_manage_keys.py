"""An account's own keys."""

import datetime as dt

import pytest

from geoclimate.domain.account_errors import TooManyKeys, UnknownKey
from geoclimate.domain.api_keys import KEYS_AT_MOST, ROTATION_OVERLAP
from geoclimate.domain.errors import Conflict, InvalidBody, Unavailable
from geoclimate.services.manage_keys import change_key, create_key, find_key, list_keys, revoke_key, rotate_key
from tests.api_events import ACCOUNT, OTHER_ACCOUNT
from tests.key_fakes import START, DeskInMemory

TOMORROW = START + dt.timedelta(days=1)


@pytest.fixture
def world() -> DeskInMemory:
    return DeskInMemory()


def test_a_new_key_is_in_the_accounts_plan_and_its_value_is_told_once(world: DeskInMemory) -> None:
    world.store.plans[ACCOUNT] = "basic"
    key, value = create_key(world.desk, ACCOUNT, "dashboard", TOMORROW)
    assert (key.name, key.plan, key.expires_at) == ("dashboard", "basic", TOMORROW)
    assert value == "value-of-key001"
    assert world.gateway.plan_of == {"key001": "basic"}
    assert list_keys(world.desk, ACCOUNT) == [key]


def test_an_account_without_a_plan_is_in_the_free_one(world: DeskInMemory) -> None:
    assert create_key(world.desk, ACCOUNT, "dashboard", None)[0].plan == "free"


def test_the_eleventh_key_is_refused_before_the_gateway_makes_it(world: DeskInMemory) -> None:
    for place in range(KEYS_AT_MOST):
        create_key(world.desk, ACCOUNT, f"key {place}", None)
    with pytest.raises(TooManyKeys):
        create_key(world.desk, ACCOUNT, "one more", None)
    assert world.gateway.made == KEYS_AT_MOST


def test_a_key_that_cannot_be_remembered_is_taken_from_the_gateway(
    world: DeskInMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise Unavailable("the store does not answer")

    monkeypatch.setattr(world.store, "add", refuse)
    with pytest.raises(Unavailable):
        create_key(world.desk, ACCOUNT, "dashboard", None)
    assert world.gateway.plan_of == {}


def test_refuses_a_key_that_has_ended_before_it_begins(world: DeskInMemory) -> None:
    with pytest.raises(InvalidBody):
        create_key(world.desk, ACCOUNT, "dashboard", START)


def test_another_accounts_key_is_as_unknown_as_one_that_is_not_there(world: DeskInMemory) -> None:
    key, _ = create_key(world.desk, ACCOUNT, "dashboard", None)
    for ask in (
        lambda: find_key(world.desk, OTHER_ACCOUNT, key.key_id),
        lambda: change_key(world.desk, OTHER_ACCOUNT, key.key_id, {"name": "mine"}),
        lambda: rotate_key(world.desk, OTHER_ACCOUNT, key.key_id, None),
        lambda: revoke_key(world.desk, OTHER_ACCOUNT, key.key_id),
    ):
        with pytest.raises(UnknownKey):
            ask()
    assert list_keys(world.desk, OTHER_ACCOUNT) == []
    assert list_keys(world.desk, ACCOUNT) == [key]


def test_a_rotated_key_works_on_for_a_day(world: DeskInMemory) -> None:
    before, _ = create_key(world.desk, ACCOUNT, "dashboard", None)
    after, old, value = rotate_key(world.desk, ACCOUNT, before.key_id, None)
    assert (after.name, after.key_id, value) == ("dashboard", "key002", "value-of-key002")
    assert (old.replaced_by, old.expires_at) == ("key002", START + ROTATION_OVERLAP)
    assert list_keys(world.desk, ACCOUNT) == [old, after]
    assert set(world.gateway.plan_of) == {"key001", "key002"}


def test_a_key_is_replaced_once(world: DeskInMemory) -> None:
    key, _ = create_key(world.desk, ACCOUNT, "dashboard", None)
    rotate_key(world.desk, ACCOUNT, key.key_id, None)
    with pytest.raises(Conflict, match="key002 has replaced"):
        rotate_key(world.desk, ACCOUNT, key.key_id, None)


def test_a_full_account_may_still_rotate(world: DeskInMemory) -> None:
    keys = [create_key(world.desk, ACCOUNT, f"key {place}", None)[0] for place in range(KEYS_AT_MOST)]
    for key in keys:
        rotate_key(world.desk, ACCOUNT, key.key_id, None)
    with pytest.raises(TooManyKeys):
        rotate_key(world.desk, ACCOUNT, list_keys(world.desk, ACCOUNT)[-1].key_id, None)
    assert len(world.gateway.plan_of) == 2 * KEYS_AT_MOST


def test_what_is_not_named_stays_as_it_is(world: DeskInMemory) -> None:
    key, _ = create_key(world.desk, ACCOUNT, "dashboard", TOMORROW)
    assert change_key(world.desk, ACCOUNT, key.key_id, {"name": "tablet"}).expires_at == TOMORROW
    assert change_key(world.desk, ACCOUNT, key.key_id, {"expires_at": None}).name == "tablet"


def test_an_ended_key_cannot_be_brought_back(world: DeskInMemory) -> None:
    key, _ = create_key(world.desk, ACCOUNT, "dashboard", TOMORROW)
    world.clock.pass_by(days=1)
    with pytest.raises(Conflict, match="expired"):
        change_key(world.desk, ACCOUNT, key.key_id, {"expires_at": None})


def test_a_revoked_key_is_nowhere(world: DeskInMemory) -> None:
    key, _ = create_key(world.desk, ACCOUNT, "dashboard", None)
    revoke_key(world.desk, ACCOUNT, key.key_id)
    assert (world.gateway.plan_of, world.store.kept) == ({}, {})


def test_a_key_that_the_gateway_keeps_is_remembered(world: DeskInMemory) -> None:
    key, _ = create_key(world.desk, ACCOUNT, "dashboard", None)
    world.gateway.broken = True
    with pytest.raises(Unavailable):
        revoke_key(world.desk, ACCOUNT, key.key_id)
    assert list_keys(world.desk, ACCOUNT) == [key]
