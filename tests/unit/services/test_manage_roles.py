"""Giving and taking roles."""

import pytest

from geoclimate.domain.account_errors import UnknownAccount
from geoclimate.domain.errors import InvalidBody, Unavailable
from geoclimate.domain.permissions import Role
from geoclimate.services.manage_roles import assign_roles, find_account, roles_of
from tests.identity_fakes import UserPoolInMemory


@pytest.fixture
def pool() -> UserPoolInMemory:
    return UserPoolInMemory()


def test_an_account_has_exactly_the_roles_afterwards(pool: UserPoolInMemory) -> None:
    ada = pool.add("ada@example.org", "", "consumer", "analyst")
    assert assign_roles(pool, ada, ["operator", "consumer"], administrator="somebody") == ["consumer", "operator"]
    assert roles_of(pool, ada) == ["consumer", "operator"]


def test_roles_are_given_before_others_are_taken(pool: UserPoolInMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = pool.add("ada@example.org", "", "consumer")

    def fail(_account: str, _role: Role) -> None:
        raise Unavailable("Cognito does not answer")

    monkeypatch.setattr(pool, "take", fail)
    with pytest.raises(Unavailable):
        assign_roles(pool, ada, ["analyst"], administrator="somebody")
    assert roles_of(pool, ada) == ["consumer", "analyst"]


def test_administrators_do_not_take_their_own_right(pool: UserPoolInMemory) -> None:
    ada = pool.add("ada@example.org", "", "admin")
    with pytest.raises(InvalidBody, match="from yourself"):
        assign_roles(pool, ada, ["consumer"], administrator=ada)
    assert roles_of(pool, ada) == ["admin"]


def test_another_administrator_takes_it(pool: UserPoolInMemory) -> None:
    ada = pool.add("ada@example.org", "", "admin")
    assert assign_roles(pool, ada, (), administrator="somebody") == []


def test_an_account_is_found_by_its_address(pool: UserPoolInMemory) -> None:
    ada = pool.add("ada@example.org")
    assert find_account(pool, "ada@example.org").account == ada


def test_refuses_an_account_that_is_not_there(pool: UserPoolInMemory) -> None:
    with pytest.raises(UnknownAccount):
        find_account(pool, "nobody@example.org")
    with pytest.raises(UnknownAccount):
        assign_roles(pool, "nobody", ["consumer"], administrator="somebody")
