"""The table of roles and permissions."""

from itertools import pairwise
from typing import get_args

import pytest

from geoclimate.domain.permissions import ROLE_PERMISSIONS, ROLES, Permission, permissions_of


def test_a_role_holds_what_the_roles_below_it_hold() -> None:
    for below, above in pairwise(ROLES):
        assert ROLE_PERMISSIONS[below] < ROLE_PERMISSIONS[above]


def test_every_permission_is_some_role_s_and_an_admin_s() -> None:
    assert ROLE_PERMISSIONS["admin"] == set(get_args(Permission))


@pytest.mark.parametrize("permission", get_args(Permission))
def test_a_permission_is_a_resource_and_an_action(permission: str) -> None:
    resource, _, action = permission.partition(":")
    assert resource.isalpha()
    assert action.isalpha()


def test_a_name_that_is_no_role_allows_nothing() -> None:
    assert permissions_of(["Admin", "root", ""]) == set()


def test_roles_add_up() -> None:
    assert permissions_of(["consumer", "operator"]) == ROLE_PERMISSIONS["operator"]
