"""An account gets another plan."""

import pytest

from geoclimate.domain.account_errors import UnknownPlan
from geoclimate.domain.errors import Unavailable
from geoclimate.services.assign_plan import assign_plan
from geoclimate.services.manage_keys import create_key, list_keys
from tests.api_events import ACCOUNT, OTHER_ACCOUNT
from tests.key_fakes import PLANS, DeskInMemory


@pytest.fixture
def world() -> DeskInMemory:
    world = DeskInMemory()
    for account in (ACCOUNT, ACCOUNT, OTHER_ACCOUNT):
        create_key(world.desk, account, "dashboard", None)
    return world


def test_all_keys_of_the_account_move_and_no_others(world: DeskInMemory) -> None:
    assert assign_plan(world.desk, ACCOUNT, "basic", PLANS) == 2
    assert world.gateway.plan_of == {"key001": "basic", "key002": "basic", "key003": "free"}
    assert {key.plan for key in list_keys(world.desk, ACCOUNT)} == {"basic"}


def test_keys_to_come_are_made_in_the_new_plan(world: DeskInMemory) -> None:
    assign_plan(world.desk, ACCOUNT, "basic", PLANS)
    assert create_key(world.desk, ACCOUNT, "tablet", None)[0].plan == "basic"


def test_again_changes_nothing(world: DeskInMemory) -> None:
    for _ in range(2):
        assign_plan(world.desk, ACCOUNT, "basic", PLANS)
    assert world.gateway.plan_of["key001"] == "basic"


def test_asking_again_moves_what_was_left(world: DeskInMemory) -> None:
    world.gateway.broken = True
    with pytest.raises(Unavailable):
        assign_plan(world.desk, ACCOUNT, "basic", PLANS)
    world.gateway.broken = False
    assign_plan(world.desk, ACCOUNT, "basic", PLANS)
    assert world.gateway.plan_of["key002"] == "basic"


def test_refuses_a_plan_that_does_not_exist_and_names_those_that_do(world: DeskInMemory) -> None:
    with pytest.raises(UnknownPlan, match="basic, free"):
        assign_plan(world.desk, ACCOUNT, "gold", PLANS)
    assert world.store.plans == {}
