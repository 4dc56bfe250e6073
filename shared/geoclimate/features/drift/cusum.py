"""Two-sided cumulative sums of what deviates by more than an allowance.

E. S. Page, Continuous inspection schemes, Biometrika 41 (1954), 100-115. Each value adds what it has beyond the
allowance; a sum never falls below zero, and starts anew there, so the day on which it last did is the estimate of when
the change began.
"""

from dataclasses import dataclass
from math import isnan
from typing import Final


@dataclass(frozen=True, slots=True)
class Cusum:
    """The two sums and since when each of them has not been zero.

    Attributes:
        up: Sum of what lies above the allowance.
        down: Sum of what lies below it.
        up_since: Day of the first value in `up`, in days since 1970-01-01; 0 where the sum is zero.
        down_since: Likewise of `down`.
    """

    up: float = 0.0
    down: float = 0.0
    up_since: int = 0
    down_since: int = 0

    @property
    def statistic(self) -> float:
        """The larger sum."""
        return max(self.up, self.down)

    @property
    def since(self) -> int:
        """Since when the larger sum has not been zero."""
        return self.up_since if self.up >= self.down else self.down_since

    @property
    def sign(self) -> int:
        """1 where values are too high, -1 where they are too low."""
        return 1 if self.up >= self.down else -1


NOTHING: Final = Cusum()
"""No deviation so far."""


def after(before: Cusum, day: int, value: float, *, allowance: float, most: float) -> Cusum:
    """The sums after a day; a missing value (NaN) changes nothing.

    Args:
        before: The sums before it.
        day: The day, in days since 1970-01-01.
        value: Its deviation from what is normal.
        allowance: Deviation that does not count.
        most: Where the sums stop, so that a drift that ended is seen to end.
    """
    if isnan(value):
        return before
    up = min(max(before.up + value - allowance, 0.0), most)
    down = min(max(before.down - value - allowance, 0.0), most)
    return Cusum(up, down, _since(up, before.up_since, day), _since(down, before.down_since, day))


def _since(total: float, before: int, day: int) -> int:
    return 0 if total == 0.0 else before or day
