"""Every call counts: whose key, what is left, and what happens where a store does not answer."""

import datetime as dt

import pytest

from geoclimate.domain.account_errors import ExpiredKey, ForeignKey, QuotaUsedUp
from geoclimate.domain.errors import Unavailable
from geoclimate.services.meter_calls import CallMeter
from tests.api_events import ACCOUNT, KEY_ID, OTHER_ACCOUNT
from tests.key_fakes import PLANS, START, ClockByHand, KeysInMemory, UsageInMemory, key_of


class World:
    def __init__(self) -> None:
        self.keys = KeysInMemory({KEY_ID: key_of(key_id=KEY_ID)})
        self.usage = UsageInMemory()
        self.clock = ClockByHand()
        self.meter = CallMeter(self.keys, self.usage, PLANS, self.clock)

    def call(self, cost: int = 1, key_id: str | None = KEY_ID) -> int | None:
        """What is left after a call."""
        self.meter.admit(ACCOUNT, key_id)
        allowance = self.meter.count(ACCOUNT, key_id, "get_forecast", cost)
        return None if allowance is None else allowance.remaining


@pytest.fixture
def world() -> World:
    return World()


def test_what_is_left_of_the_plan_is_known_after_each_call(world: World) -> None:
    assert [world.call(), world.call(10), world.call()] == [999, 989, 988]


def test_a_key_of_another_account_is_refused(world: World) -> None:
    with pytest.raises(ForeignKey):
        world.meter.admit(OTHER_ACCOUNT, KEY_ID)


def test_a_key_is_refused_from_its_last_second_on(world: World) -> None:
    world.keys.kept[KEY_ID] = key_of(key_id=KEY_ID, expires_at=START + dt.timedelta(seconds=30))
    world.call()
    world.clock.pass_by(seconds=30)
    with pytest.raises(ExpiredKey):
        world.call()


def test_a_key_of_nobody_is_anybodys_and_its_plan_is_not_known(world: World) -> None:
    assert world.call(key_id="planfirst1") is None
    assert world.usage.calls == [(ACCOUNT, START.date(), "get_forecast", 1)]


def test_a_key_is_read_once_a_minute(world: World) -> None:
    for _ in range(50):
        world.call()
    assert world.keys.reads == 1
    world.clock.pass_by(minutes=1)
    world.call()
    assert world.keys.reads == 2


def test_a_key_that_was_moved_has_the_new_plans_figures_within_a_minute(world: World) -> None:
    world.call()
    world.keys.kept[KEY_ID] = key_of(key_id=KEY_ID, plan="basic")
    world.clock.pass_by(minutes=1)
    assert world.call() == 9_998


def test_who_has_used_the_days_quota_is_refused_until_midnight(world: World) -> None:
    assert world.call(1_000) == 0
    with pytest.raises(QuotaUsedUp) as caught:
        world.call()
    assert caught.value.allowance.seconds_to_reset == 12 * 3_600
    world.clock.pass_by(hours=12)
    assert world.call() == 999


def test_the_keys_of_an_account_share_its_quota(world: World) -> None:
    world.keys.kept["other"] = key_of(key_id="other")
    world.call(1_000)
    with pytest.raises(QuotaUsedUp):
        world.call(key_id="other")


def test_a_usage_store_that_fails_is_left_alone_for_some_seconds(world: World) -> None:
    world.usage.broken = True
    with pytest.raises(Unavailable):
        world.call()
    assert world.call() is None
    assert world.usage.asked == 1
    world.usage.broken = False
    world.clock.pass_by(seconds=10)
    assert world.call() == 999


def test_what_was_known_of_a_key_holds_while_its_store_fails(world: World) -> None:
    world.call()
    world.keys.broken = True
    world.clock.pass_by(minutes=1)
    assert world.call() == 998
    with pytest.raises(ForeignKey):
        world.meter.admit(OTHER_ACCOUNT, KEY_ID)


def test_whose_an_unknown_key_is_cannot_be_said_while_the_store_fails(world: World) -> None:
    world.keys.broken = True
    with pytest.raises(Unavailable):
        world.meter.admit(ACCOUNT, KEY_ID)
