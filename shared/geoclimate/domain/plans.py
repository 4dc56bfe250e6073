"""Usage plans: how much an account may ask for."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

FREE: Final = "free"
"""The plan of an account that nobody has given another one."""

SECONDS_A_DAY: Final = 86_400
SECONDS_A_MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class Plan:
    """What a usage plan allows.

    Attributes:
        per_minute: Sustained requests a minute, by key; the gateway counts a second's share of it.
        burst: Requests that may come at once, by key.
        per_day: What an account may use on a UTC day, over all of its keys. One plain read is one; see
            `geoclimate.domain.costs`. The gateway also refuses a key's requests beyond as many.
    """

    per_minute: int
    burst: int
    per_day: int


@dataclass(frozen=True, slots=True)
class Allowance:
    """Where an account stands with its plan.

    Attributes:
        plan: The plan.
        used: What the account used since midnight UTC.
        now: When this is.
    """

    plan: Plan
    used: int
    now: dt.datetime

    @property
    def remaining(self) -> int:
        """What may still be used today."""
        return max(0, self.plan.per_day - self.used)

    @property
    def resets_at(self) -> dt.datetime:
        """The next midnight, UTC."""
        return dt.datetime.combine(self.now.date() + dt.timedelta(days=1), dt.time(), tzinfo=dt.UTC)

    @property
    def seconds_to_reset(self) -> int:
        """Whole seconds until then, at least one."""
        return max(1, round((self.resets_at - self.now).total_seconds()))
