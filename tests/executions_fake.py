"""A workflow whose executions do nothing."""

from collections.abc import Mapping
from typing import Any

from geoclimate.domain.errors import Conflict, Unavailable
from geoclimate.domain.executions import Execution


class WorkflowInMemory:
    """Implements `Workflow`: it keeps what it was started with, and how far a test says that an execution is."""

    def __init__(self) -> None:
        self.started: dict[str, dict[str, Any]] = {}
        self.states: dict[str, Execution] = {}
        self.down = False

    def start(self, name: str, given: Mapping[str, object]) -> None:
        if self.down:
            raise Unavailable("Step Functions does not answer")
        if self.started.setdefault(name, dict(given)) != dict(given):
            raise Conflict(f"there is an execution {name} already")
        self.states.setdefault(name, Execution(name, "running"))

    def find(self, name: str) -> Execution | None:
        return self.states.get(name)

    def stop(self, name: str, _why: str) -> None:
        if name in self.states and self.states[name].state == "running":
            self.states[name] = Execution(name, "stopped", None)
