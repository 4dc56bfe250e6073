"""Keys that have ended are taken from the gateway."""

import datetime as dt

import pytest

from geoclimate.domain.errors import Unavailable
from geoclimate.services.end_expired_keys import end_expired_keys
from geoclimate.services.manage_keys import create_key
from tests.api_events import ACCOUNT
from tests.key_fakes import START, DeskInMemory


@pytest.fixture
def world() -> DeskInMemory:
    world = DeskInMemory()
    create_key(world.desk, ACCOUNT, "for an hour", START + dt.timedelta(hours=1))
    create_key(world.desk, ACCOUNT, "for ever", None)
    return world


def test_a_key_that_has_not_ended_stays(world: DeskInMemory) -> None:
    result = end_expired_keys(world.store, world.gateway, world.clock)
    assert (result.ended, result.more) == ((), False)
    assert set(world.gateway.plan_of) == {"key001", "key002"}


def test_an_ended_key_goes_from_the_gateway_and_the_store(world: DeskInMemory) -> None:
    world.clock.pass_by(hours=1)
    assert end_expired_keys(world.store, world.gateway, world.clock).ended == ("key001",)
    assert set(world.gateway.plan_of) == set(world.store.kept) == {"key002"}


def test_a_key_that_the_gateway_keeps_waits_for_the_next_run(world: DeskInMemory) -> None:
    world.clock.pass_by(hours=1)
    world.gateway.broken = True
    with pytest.raises(Unavailable):
        end_expired_keys(world.store, world.gateway, world.clock)
    world.gateway.broken = False
    assert end_expired_keys(world.store, world.gateway, world.clock).ended == ("key001",)
