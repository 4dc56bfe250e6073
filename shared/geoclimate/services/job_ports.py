"""What jobs need of the outside world, as Protocols.

Every method that asks a store or a service raises `Unavailable` where that does not answer, whether its text says so or
not.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from geoclimate.domain.forecasts import Forecast
from geoclimate.domain.jobs import Job, JobState


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is.

    Attributes:
        done: Series that are done.
        total: Series in all.
        files: Files of the result so far.
        rows: Rows in them.
    """

    done: int
    total: int
    files: int
    rows: int


class JobStore(Protocol):
    """The jobs of accounts. A job that has ended stays as it is."""

    def begun(self, account: str) -> int:
        """How many jobs an account has begun; what is read after it is no older.

        Raises:
            Unavailable: The store does not answer.
        """
        ...

    def add(self, job: Job, begun: int) -> bool:
        """Keep a new one; False where the account has begun another one since it had begun so many.

        Raises:
            Unavailable: The store does not answer.
        """
        ...

    def get(self, account: str, job: str) -> Job | None:
        """One of an account's jobs, or None."""
        ...

    def newest(self, account: str, before: str | None, most: int) -> Sequence[Job]:
        """An account's jobs, the newest first, from the one before an id on."""
        ...

    def go_on(self, account: str, job: str, progress: Progress) -> bool:
        """Write down how far a job is, which runs from now on; False where it has ended, or is gone."""
        ...

    def end(self, account: str, job: str, state: JobState, now: dt.datetime, failure: str | None = None) -> bool:
        """End a job; False where it has ended already, or is gone."""
        ...


class JobFiles(Protocol):
    """The files of jobs: the table that one was given, and its result."""

    def put(self, key: str, body: bytes, content_type: str) -> str:
        """Write a file."""
        ...

    def get(self, key: str, limit: int) -> bytes:
        """Read a file.

        Raises:
            NotFound: There is no such file.
            InvalidInput: It is larger than the limit.
        """
        ...


class IssuedForecasts(Protocol):
    """Forecasts by when they were issued."""

    def issued_between(self, station: str, parameter: str, start: dt.datetime, end: dt.datetime) -> Sequence[Forecast]:
        """Every forecast of a series that was issued in `[start, end)`, ordered by issue time.

        Raises:
            Unavailable: The store does not answer.
        """
        ...
