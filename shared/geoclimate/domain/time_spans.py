"""A stretch of time with its ends included, either of which may be open."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """All instants from one to another, both included.

    Attributes:
        start: The first, UTC; None for the beginning of what there is.
        end: The last, UTC; None for the end of what there is.
    """

    start: dt.datetime | None
    end: dt.datetime | None

    def meets(self, start: dt.datetime, end: dt.datetime) -> bool:
        """Whether an interval `[start, end)` has an instant of it."""
        return (self.start is None or self.start < end) and (self.end is None or start <= self.end)
