"""What an account used, and what is left of its plan."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from geoclimate.domain.errors import InvalidQuery, Unavailable
from geoclimate.domain.plans import Allowance, Plan
from geoclimate.domain.usage import DayUsage
from geoclimate.services.key_ports import KeyStore, UsageStore
from geoclimate.services.ports import Clock

DAYS_AT_MOST: Final = 92
_DAYS_WITHOUT_WINDOW: Final = 30


@dataclass(frozen=True, slots=True)
class UsageBook:
    """Where usage is read.

    Attributes:
        usage: What accounts used.
        keys: In which plans accounts are.
        plans: All plans by name.
        clock: Tells the time.
    """

    usage: UsageStore
    keys: KeyStore
    plans: Mapping[str, Plan]
    clock: Clock


@dataclass(frozen=True, slots=True)
class AccountUsage:
    """What an account used.

    Attributes:
        plan: Name of its plan.
        allowance: Where it stands today.
        first: First day of the window.
        last: Its last day.
        days: The days of the window with calls, the oldest first.
    """

    plan: str
    allowance: Allowance
    first: dt.date
    last: dt.date
    days: Sequence[DayUsage]


def read_usage(book: UsageBook, account: str, first: dt.date | None, last: dt.date | None) -> AccountUsage:
    """What an account used in a window of UTC days.

    Args:
        book: Where usage is read.
        account: The account.
        first: First day; without it, 30 days that end with the last one.
        last: Last day, included; without it, today.

    Raises:
        InvalidQuery: The window ends before it begins, or is too long.
        Unavailable: A store does not answer, or the account's plan is gone.
    """
    now = book.clock()
    until = now.date() if last is None else last
    since = until - dt.timedelta(days=_DAYS_WITHOUT_WINDOW - 1) if first is None else first
    if since > until:
        raise InvalidQuery("from", f"lies after the last day, {until.isoformat()}")
    if (until - since).days >= DAYS_AT_MOST:
        raise InvalidQuery("from", f"begins more than {DAYS_AT_MOST} days before the last day: ask in parts")
    plan = book.keys.plan(account)
    if plan not in book.plans:
        raise Unavailable(f"the account is in the plan {plan!r}, which this deployment does not have")
    today = now.date()
    days = book.usage.used(account, since, until)
    if not since <= today <= until:
        current = book.usage.used(account, today, today)
    else:
        current = [day for day in days if day.day == today]
    allowance = Allowance(book.plans[plan], sum(day.cost for day in current), now)
    return AccountUsage(plan, allowance, since, until, days)
