"""The accounts of a Cognito user pool, as an administrator sees and changes them."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from geoclimate.adapters.aws_errors import error_code
from geoclimate.adapters.cognito_errors import told_plainly
from geoclimate.domain.permissions import ROLES, Role
from geoclimate.services.identity_ports import User

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient


class CognitoDirectory:
    """A user pool; implements `UserDirectory`. Cognito takes an account's subject for its name."""

    def __init__(self, client: CognitoIdentityProviderClient, pool: str) -> None:
        self._client = client
        self._pool = pool

    def find(self, name: str) -> User | None:
        """The account of this id or address, or None.

        Raises:
            Unavailable: Cognito does not answer.
        """
        with told_plainly():
            try:
                found = self._client.admin_get_user(UserPoolId=self._pool, Username=name)
            except ClientError as error:
                if error_code(error) == "UserNotFoundException":
                    return None
                raise
        attributes = {one["Name"]: one.get("Value", "") for one in found["UserAttributes"]}
        return User(
            account=attributes["sub"],
            email=attributes.get("email", ""),
            status=found["UserStatus"],
            enabled=found["Enabled"],
            created_at=found["UserCreateDate"],
            second_factor=bool(found.get("UserMFASettingList")),
        )

    def roles(self, account: str) -> Collection[Role]:
        """The account's roles.

        Raises:
            UnknownAccount: There is none of this id.
            Unavailable: Cognito does not answer.
        """
        with told_plainly():
            # A pool may have groups of its own besides; an account is in a handful, which one answer holds.
            answer = self._client.admin_list_groups_for_user(UserPoolId=self._pool, Username=account, Limit=60)
        names = {group["GroupName"] for group in answer["Groups"]}
        return {role for role in ROLES if role in names}

    def give(self, account: str, role: Role) -> None:
        """Give an account a role; again changes nothing.

        Raises:
            UnknownAccount: There is none of this id.
            Unavailable: Cognito does not answer.
        """
        with told_plainly():
            self._client.admin_add_user_to_group(UserPoolId=self._pool, Username=account, GroupName=role)

    def take(self, account: str, role: Role) -> None:
        """Take a role from an account; again changes nothing.

        Raises:
            UnknownAccount: There is none of this id.
            Unavailable: Cognito does not answer.
        """
        with told_plainly():
            self._client.admin_remove_user_from_group(UserPoolId=self._pool, Username=account, GroupName=role)

    def close(self, account: str) -> None:
        """Revoke every token of an account and let it sign in no more; one that is gone stays gone.

        Raises:
            Unavailable: Cognito does not answer.
        """
        for call in (self._client.admin_disable_user, self._client.admin_user_global_sign_out):
            with told_plainly():
                try:
                    call(UserPoolId=self._pool, Username=account)
                except ClientError as error:
                    if error_code(error) != "UserNotFoundException":
                        raise

    def delete(self, account: str) -> None:
        """Delete an account from the pool; one that is gone stays gone.

        Raises:
            Unavailable: Cognito does not answer.
        """
        with told_plainly():
            try:
                self._client.admin_delete_user(UserPoolId=self._pool, Username=account)
            except ClientError as error:
                if error_code(error) != "UserNotFoundException":
                    raise
