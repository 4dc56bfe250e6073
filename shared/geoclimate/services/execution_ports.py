"""What the use cases need of a workflow that they start, as a Protocol; `adapters/step_functions.py` implements it."""

from collections.abc import Mapping
from typing import Protocol

from geoclimate.domain.executions import Execution


class Workflow(Protocol):
    """One state machine."""

    def start(self, name: str, given: Mapping[str, object]) -> None:
        """Start an execution; one of this name that was started with the same input is not started again.

        Raises:
            Conflict: There was one of this name with another input.
            Unavailable: The service does not answer.
        """
        ...

    def find(self, name: str) -> Execution | None:
        """An execution by its name, or None.

        Raises:
            Unavailable: The service does not answer.
        """
        ...

    def stop(self, name: str, why: str) -> None:
        """End an execution; one that has ended already, or never was, stays so.

        Raises:
            Unavailable: The service does not answer.
        """
        ...
