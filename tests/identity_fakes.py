"""A user pool in memory, which keeps the rules that the API relies on."""

import datetime as dt
import itertools
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from geoclimate.domain.account_errors import (
    InvalidCode,
    SignInRefused,
    SignUpClosed,
    TokenRefused,
    TooManyAttempts,
    UnknownAccount,
)
from geoclimate.domain.passwords import PasswordPolicy
from geoclimate.domain.permissions import Role
from geoclimate.services.identity_ports import Challenge, Tokens, User

POLICY = PasswordPolicy(min_length=14, lowercase=True, uppercase=True, digits=True, symbols=True)
SIGNED_UP = dt.datetime(2026, 1, 31, 5, tzinfo=dt.UTC)
CODE = "271828"
SECRET = "JBSWY3DPEHPK3PXP"
SHOWN = "314159"


@dataclass
class Member:
    """A user with what only the pool knows."""

    user: User
    password: str
    code: str | None = None
    roles: set[Role] = field(default_factory=set)
    refresh_tokens: set[str] = field(default_factory=set)


class UserPoolInMemory:
    """Implements the four ports of the user pool."""

    def __init__(self) -> None:
        self.members: dict[str, Member] = {}
        self.sent: list[str] = []
        self.closed = False
        self.locked_for_s: int | None = None
        self._numbers = itertools.count(1)

    def add(self, email: str, password: str = "", *roles: Role, account: str | None = None) -> str:
        """A confirmed member; gives its account."""
        number = next(self._numbers)
        account = account or f"00000000-0000-4000-8000-{number:012d}"
        user = User(account, email, "CONFIRMED", enabled=True, created_at=SIGNED_UP, second_factor=False)
        self.members[account] = Member(user, password, roles=set(roles))
        return account

    def password_policy(self) -> PasswordPolicy:
        return POLICY

    def sign_up(self, email: str, password: str) -> None:
        if self.closed:
            raise SignUpClosed("closed")
        if self._of(email) is None:
            account = self.add(email, password)
            member = self.members[account]
            member.user = replace(member.user, status="UNCONFIRMED")
            self._send(member)

    def confirm(self, email: str, code: str) -> None:
        member = self._of(email)
        if member is None or member.user.status != "UNCONFIRMED" or member.code != code:
            raise InvalidCode("no such code")
        member.user, member.code = replace(member.user, status="CONFIRMED"), None
        member.roles.add("consumer")

    def resend(self, email: str) -> None:
        member = self._of(email)
        if member is not None and member.user.status == "UNCONFIRMED":
            self._send(member)

    def send_reset_code(self, email: str) -> None:
        member = self._of(email)
        if member is not None:
            self._send(member)

    def reset_password(self, email: str, code: str, password: str) -> None:
        member = self._of(email)
        if member is None or member.code != code:
            raise InvalidCode("no such code")
        member.password, member.code = password, None

    def sign_in(self, email: str, password: str) -> Tokens | Challenge:
        if self.locked_for_s is not None:
            raise TooManyAttempts(self.locked_for_s)
        member = self._of(email)
        if member is None or member.password != password or member.user.status == "UNCONFIRMED":
            raise SignInRefused("Address and password do not fit, or the address is not confirmed yet.")
        if member.user.status == "FORCE_CHANGE_PASSWORD":
            return Challenge("NEW_PASSWORD_REQUIRED", self._session(member))
        if member.user.second_factor:
            return Challenge("SOFTWARE_TOKEN_MFA", self._session(member))
        return self._tokens(member)

    def answer(self, challenge: Challenge, email: str, answer: str) -> Tokens | Challenge:
        member = self._of(email)
        if member is None or challenge.session != self._session(member):
            raise SignInRefused("no such session")
        if challenge.name == "NEW_PASSWORD_REQUIRED":
            member.password = answer
            member.user = replace(member.user, status="CONFIRMED")
        elif answer != SHOWN:
            raise SignInRefused("wrong code")
        return self._tokens(member)

    def refresh(self, refresh_token: str) -> Tokens:
        for member in self.members.values():
            if refresh_token in member.refresh_tokens:
                return replace(self._tokens(member), refresh_token=None)
        raise TokenRefused("no such token")

    def sign_out(self, access_token: str) -> None:
        self._bearer(access_token).refresh_tokens.clear()

    def associate(self, access_token: str) -> tuple[str, str]:
        return SECRET, self._bearer(access_token).user.email

    def switch_on(self, access_token: str, code: str) -> None:
        member = self._bearer(access_token)
        if code != SHOWN:
            raise InvalidCode("wrong code")
        member.user = replace(member.user, second_factor=True)

    def switch_off(self, access_token: str) -> None:
        member = self._bearer(access_token)
        member.user = replace(member.user, second_factor=False)

    def find(self, name: str) -> User | None:
        member = self.members.get(name) or self._of(name)
        return None if member is None else member.user

    def roles(self, account: str) -> Collection[Role]:
        return frozenset(self._member(account).roles)

    def give(self, account: str, role: Role) -> None:
        self._member(account).roles.add(role)

    def take(self, account: str, role: Role) -> None:
        self._member(account).roles.discard(role)

    def close(self, account: str) -> None:
        if account in self.members:
            member = self.members[account]
            member.user = replace(member.user, enabled=False)
            member.refresh_tokens.clear()

    def delete(self, account: str) -> None:
        self.members.pop(account, None)

    def _of(self, email: str) -> Member | None:
        return next((member for member in self.members.values() if member.user.email == email), None)

    def _member(self, account: str) -> Member:
        if account not in self.members:
            raise UnknownAccount("No account has this id or address.")
        return self.members[account]

    def _bearer(self, access_token: str) -> Member:
        member = self.members.get(access_token.removeprefix("access-"))
        if member is None:
            raise TokenRefused("no such token")
        return member

    def _send(self, member: Member) -> None:
        member.code = CODE
        self.sent.append(member.user.email)

    def _session(self, member: Member) -> str:
        return f"session-of-{member.user.account}"

    def _tokens(self, member: Member) -> Tokens:
        account = member.user.account
        member.refresh_tokens.add(f"refresh-{account}")
        return Tokens(1_800, f"id-{account}", f"access-{account}", f"refresh-{account}")
