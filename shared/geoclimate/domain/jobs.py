"""Work that an account has begun and that takes longer than a request."""

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal

JobKind = Literal["predict", "export"]
JobState = Literal["awaiting_input", "running", "succeeded", "failed", "cancelled"]
ACTIVE: Final[frozenset[JobState]] = frozenset({"awaiting_input", "running"})


@dataclass(frozen=True, slots=True)
class Job:
    """A bulk prediction or an export.

    Attributes:
        account: Whose it is.
        id: Its id, unique.
        kind: What it does.
        request: What was asked for, as JSON.
        state: How far it is.
        created_at: When it was begun, UTC.
        done: Series that are done.
        total: Series in all; None while they are not counted.
        files: Files of its result so far.
        rows: Rows in them.
        finished_at: When it ended, UTC; None before.
        failure: Why it failed, in a sentence; None where it did not.
    """

    account: str
    id: str
    kind: JobKind
    request: str
    state: JobState
    created_at: dt.datetime
    done: int = 0
    total: int | None = None
    files: int = 0
    rows: int = 0
    finished_at: dt.datetime | None = None
    failure: str | None = None
