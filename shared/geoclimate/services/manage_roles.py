"""Who may do what: an administrator gives and takes roles."""

from collections.abc import Collection, Sequence

from geoclimate.domain.account_errors import UnknownAccount
from geoclimate.domain.errors import InvalidBody
from geoclimate.domain.permissions import ROLES, Role
from geoclimate.services.identity_ports import User, UserDirectory


def find_account(directory: UserDirectory, name: str) -> User:
    """The account of an id or address.

    Raises:
        UnknownAccount: There is none.
        Unavailable: The user pool does not answer.
    """
    user = directory.find(name)
    if user is None:
        raise UnknownAccount("No account has this id or address.")
    return user


def roles_of(directory: UserDirectory, account: str) -> Sequence[Role]:
    """An account's roles, in ascending order.

    Raises:
        UnknownAccount: There is none of this id.
        Unavailable: The user pool does not answer.
    """
    held = directory.roles(account)
    return [role for role in ROLES if role in held]


def assign_roles(
    directory: UserDirectory, account: str, roles: Collection[Role], *, administrator: str
) -> Sequence[Role]:
    """Give an account exactly these roles.

    Roles are given before others are taken, so that a change that breaks off leaves nobody with none.

    Args:
        directory: The accounts.
        account: Whose roles they are.
        roles: What it has afterwards.
        administrator: The account that asks for it.

    Raises:
        InvalidBody: Administrators would take their own right to administrate, and perhaps nobody had it then.
        UnknownAccount: There is none of this id.
        Unavailable: The user pool does not answer; some of the change may be done, and repeating it does the rest.
    """
    held = directory.roles(account)
    if account == administrator and "admin" in held and "admin" not in roles:
        raise InvalidBody("/roles", "takes 'admin' from yourself; ask another administrator to do it")
    for role in ROLES:
        if role in roles and role not in held:
            directory.give(account, role)
    for role in ROLES:
        if role in held and role not in roles:
            directory.take(account, role)
    return [role for role in ROLES if role in roles]
