"""What an account used."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

KEPT: Final = dt.timedelta(days=400)
"""A day of usage is kept this long: a year, and what it takes to look at it."""


@dataclass(frozen=True, slots=True)
class RouteUsage:
    """What was used of one operation on a day.

    Attributes:
        operation: Its name in the OpenAPI document.
        calls: Calls that were answered with success.
        cost: What they cost together.
    """

    operation: str
    calls: int
    cost: int


@dataclass(frozen=True, slots=True)
class DayUsage:
    """What was used on a UTC day.

    Attributes:
        day: The day.
        calls: Calls that were answered with success.
        cost: What they cost together.
        routes: The same by operation, in the order of their names.
    """

    day: dt.date
    calls: int
    cost: int
    routes: tuple[RouteUsage, ...]
