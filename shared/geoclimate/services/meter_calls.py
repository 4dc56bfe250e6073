"""Every call counts: whose key it comes with, whether its account may still ask, and what it used."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from geoclimate.domain.account_errors import ExpiredKey, ForeignKey, QuotaUsedUp
from geoclimate.domain.api_keys import ApiKey
from geoclimate.domain.errors import Unavailable
from geoclimate.domain.plans import Allowance, Plan
from geoclimate.services.key_ports import KeyHolderStore, UsageStore
from geoclimate.services.ports import Clock

_KNOWN_FOR: Final = dt.timedelta(minutes=1)
"""A key is looked up again after this long; one that was moved to another plan is known to be there then."""

_PAUSE: Final = dt.timedelta(seconds=10)
"""A store that did not answer is left alone for this long, so that not every call waits for it."""

_KNOWN_AT_MOST: Final = 10_000

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read of a key, and when."""

    holder: ApiKey | None
    read_at: dt.datetime


@dataclass(frozen=True, slots=True)
class _Used:
    """What the last call that this process counted for an account brought it to."""

    day: dt.date
    used: int


class CallMeter:
    """Counts the calls of one process; a key is read once a minute, and a call is counted with one write.

    What an account used is known from the answers to the writes, so it costs no read; a process that has counted no
    call of the account today knows nothing and lets the first one in.
    """

    def __init__(self, holders: KeyHolderStore, usage: UsageStore, plans: Mapping[str, Plan], clock: Clock) -> None:
        self._holders = holders
        self._usage = usage
        self._plans = plans
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._used: dict[str, _Used] = {}
        self._holders_rest_until: dt.datetime | None = None
        self._usage_rests_until: dt.datetime | None = None

    def admit(self, account: str, key_id: str | None) -> None:
        """Check that an account may call with a key.

        A key that belongs to no account, such as the first key of each plan, is anybody's.

        Raises:
            ForeignKey: The key belongs to another account.
            ExpiredKey: The key has ended.
            QuotaUsedUp: The account has used what its plan allows in a day.
            Unavailable: It cannot be found out whose key it is.
        """
        if key_id is None:
            return
        now = self._clock()
        holder = self._holder(key_id, now)
        if holder is None:
            return
        if holder.account != account:
            raise ForeignKey("The key belongs to another account than the token.")
        if holder.expired(now):
            raise ExpiredKey("The key has expired.")
        plan, used = self._plans.get(holder.plan), self._used.get(account)
        if plan is not None and used is not None and used.day == now.date() and used.used >= plan.per_day:
            raise QuotaUsedUp(Allowance(plan, used.used, now))

    def count(self, account: str, key_id: str | None, operation: str, cost: int) -> Allowance | None:
        """Count a call that was answered.

        Returns:
            Where the account stands now; None where its plan is not known, or the call could not be counted because the
            store did not answer a moment ago.

        Raises:
            Unavailable: The usage store does not answer; the call may be counted or not.
        """
        now = self._clock()
        if self._usage_rests_until is not None and now < self._usage_rests_until:
            return None
        try:
            used = self._usage.add(account, now.date(), operation, cost)
        except Unavailable:
            self._usage_rests_until = now + _PAUSE
            raise
        _keep(self._used, account, _Used(now.date(), used))
        known = None if key_id is None else self._known.get(key_id)
        plan = None if known is None or known.holder is None else self._plans.get(known.holder.plan)
        return None if plan is None else Allowance(plan, used, now)

    def _holder(self, key_id: str, now: dt.datetime) -> ApiKey | None:
        known = self._known.get(key_id)
        if known is not None and now - known.read_at < _KNOWN_FOR:
            return known.holder
        if self._holders_rest_until is None or now >= self._holders_rest_until:
            try:
                known = _Known(self._holders.holder(key_id), now)
            except Unavailable:
                self._holders_rest_until = now + _PAUSE
                if known is None:
                    raise
            else:
                _keep(self._known, key_id, known)
        return None if known is None else known.holder


def _keep(cache: dict[str, _Value], name: str, value: _Value) -> None:
    # A process that lives long meets many accounts; forgetting all of them at once is rare and cheap.
    if len(cache) >= _KNOWN_AT_MOST:
        cache.clear()
    cache[name] = value
