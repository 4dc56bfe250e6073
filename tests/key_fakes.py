"""Keys, plans and usage in memory."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from geoclimate.domain.account_errors import TooManyKeys
from geoclimate.domain.api_keys import ITEMS_AT_MOST, ApiKey
from geoclimate.domain.errors import Conflict, Unavailable
from geoclimate.domain.plans import FREE, Plan
from geoclimate.domain.usage import DayUsage, RouteUsage
from geoclimate.services.key_ports import EndedKey, IssuedKey
from geoclimate.services.manage_keys import KeyDesk
from tests.api_events import ACCOUNT

START = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
PLANS = {
    "free": Plan(per_minute=60, burst=100, per_day=1_000),
    "basic": Plan(per_minute=300, burst=500, per_day=10_000),
}


@dataclass
class ClockByHand:
    """A clock that stands still until it is told."""

    now: dt.datetime = START

    def __call__(self) -> dt.datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += dt.timedelta(**time)


@dataclass
class KeysInMemory:
    """Implements `KeyStore` and `ExpiredKeyStore`."""

    kept: dict[str, ApiKey] = field(default_factory=dict)
    plans: dict[str, str] = field(default_factory=dict)
    broken: bool = False
    reads: int = 0

    def _answer(self) -> None:
        self.reads += 1
        if self.broken:
            raise Unavailable("the store does not answer")

    def plan(self, account: str) -> str:
        self._answer()
        return self.plans.get(account, FREE)

    def assign(self, account: str, plan: str) -> None:
        self._answer()
        self.plans[account] = plan

    def keys(self, account: str) -> Sequence[ApiKey]:
        self._answer()
        return sorted((key for key in self.kept.values() if key.account == account), key=lambda key: key.key_id)

    def key(self, account: str, key_id: str) -> ApiKey | None:
        found = self.holder(key_id)
        return found if found is not None and found.account == account else None

    def holder(self, key_id: str) -> ApiKey | None:
        self._answer()
        return self.kept.get(key_id)

    def add(self, key: ApiKey, *, replacing: ApiKey | None = None) -> None:
        if len(self.keys(key.account)) >= ITEMS_AT_MOST:
            raise TooManyKeys("no room")
        if self.plan(key.account) != key.plan:
            raise Conflict("another plan")
        self.kept[key.key_id] = key
        if replacing is not None:
            self.kept[replacing.key_id] = replacing

    def change(self, before: ApiKey, after: ApiKey) -> None:
        self._answer()
        if self.kept.get(before.key_id) != before:
            raise Conflict("changed meanwhile")
        self.kept[before.key_id] = after

    def remove(self, key: ApiKey) -> None:
        self._answer()
        self.kept.pop(key.key_id, None)

    def expired(self, now: dt.datetime, limit: int) -> Sequence[EndedKey]:
        ends = [(key.key_id, key.expires_at) for key in self.kept.values() if key.expired(now)]
        return [EndedKey(key_id, end) for key_id, end in ends if end is not None][:limit]

    def forget(self, ended: EndedKey) -> None:
        self.kept.pop(ended.key_id, None)


@dataclass
class GatewayInMemory:
    """Implements `GatewayKeys`."""

    plan_of: dict[str, str] = field(default_factory=dict)
    broken: bool = False
    made: int = 0

    def _answer(self) -> None:
        if self.broken:
            raise Unavailable("the gateway does not answer")

    def issue(self, account: str, plan: str) -> IssuedKey:  # noqa: ARG002 - it names the key by it
        self._answer()
        self.made += 1
        key_id = f"key{self.made:03}"
        self.plan_of[key_id] = plan
        return IssuedKey(key_id, f"value-of-{key_id}")

    def move(self, key_id: str, before: str, after: str) -> None:
        self._answer()
        assert self.plan_of[key_id] == before
        self.plan_of[key_id] = after

    def delete(self, key_id: str) -> None:
        self._answer()
        self.plan_of.pop(key_id, None)


@dataclass
class UsageInMemory:
    """Implements `UsageStore`."""

    calls: list[tuple[str, dt.date, str, int]] = field(default_factory=list)
    broken: bool = False
    asked: int = 0

    def add(self, account: str, day: dt.date, operation: str, cost: int) -> int:
        self.asked += 1
        if self.broken:
            raise Unavailable("the store does not answer")
        self.calls.append((account, day, operation, cost))
        return sum(call[3] for call in self.calls if call[:2] == (account, day))

    def used(self, account: str, first: dt.date, last: dt.date) -> Sequence[DayUsage]:
        mine = [call for call in self.calls if call[0] == account and first <= call[1] <= last]
        return [_day(day, [call for call in mine if call[1] == day]) for day in sorted({call[1] for call in mine})]


def _day(day: dt.date, calls: Sequence[tuple[str, dt.date, str, int]]) -> DayUsage:
    routes = [
        RouteUsage(
            name,
            sum(call[2] == name for call in calls),
            sum(call[3] for call in calls if call[2] == name),
        )
        for name in sorted({call[2] for call in calls})
    ]
    return DayUsage(day, len(calls), sum(call[3] for call in calls), tuple(routes))


@dataclass
class DeskInMemory:
    """A `KeyDesk` whose parts a test can reach."""

    store: KeysInMemory = field(default_factory=KeysInMemory)
    gateway: GatewayInMemory = field(default_factory=GatewayInMemory)
    clock: ClockByHand = field(default_factory=ClockByHand)

    @property
    def desk(self) -> KeyDesk:
        return KeyDesk(self.store, self.gateway, self.clock)


def key_of(account: str = ACCOUNT, key_id: str = "key001", **changes: object) -> ApiKey:
    """A key, as it is or changed."""
    return replace(ApiKey(key_id, account, "dashboard", FREE, START), **changes)  # type: ignore[arg-type]  # by name
