"""How far a workflow's execution is."""

from dataclasses import dataclass
from typing import Literal

ExecutionState = Literal["running", "succeeded", "failed", "stopped"]


@dataclass(frozen=True, slots=True)
class Execution:
    """An execution of a workflow.

    Attributes:
        name: Its name, unique in its workflow for 90 days.
        state: How far it is; `stopped` where a person ended it.
        cause: Why it failed, in a sentence; None where it did not.
    """

    name: str
    state: ExecutionState
    cause: str | None = None
