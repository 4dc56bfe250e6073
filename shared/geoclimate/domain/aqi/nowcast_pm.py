"""The NowCast of particulate matter: what the day's mean is about to be, from the last twelve hours.

Source: EPA-454/B-24-002, section IV, "How the NowCast is calculated". The more the hours differ, the more the newest of
them count.
"""

from collections.abc import Sequence
from typing import Final

NOWCAST_HOURS: Final = 12
_LEAST_WEIGHT: Final = 0.5
_RECENT_HOURS: Final = 3
_LEAST_RECENT: Final = 2


def nowcast_pm(hours: Sequence[float | None]) -> float | None:
    """The NowCast: the sum of w**i * c_i over the sum of w**i, where w = 1 - (max - min) / max, not under 0.5.

    It is not truncated here: the scale does it.

    Args:
        hours: Hourly means, the newest first, None where there is none; those after the twelfth are left out.

    Returns:
        None where fewer than two of the last three hours have a value.
    """
    recent = sum(value is not None for value in hours[:_RECENT_HOURS])
    if recent < _LEAST_RECENT:
        return None
    measured = [(age, value) for age, value in enumerate(hours[:NOWCAST_HOURS]) if value is not None]
    weight = weight_factor([value for _, value in measured])
    total = sum(weight**age * value for age, value in measured)
    return total / sum(weight**age for age, _ in measured)


def weight_factor(values: Sequence[float]) -> float:
    """The weight of an hour over that of the next one: 1 where all are the same, 0.5 where they differ by much.

    Args:
        values: Hourly means, one at least.
    """
    greatest = max(values)
    if greatest <= 0.0:
        return 1.0
    return max(_LEAST_WEIGHT, 1.0 - (greatest - min(values)) / greatest)
