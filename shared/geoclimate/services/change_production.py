"""Change which model is in production: a person promotes a version or puts one back, and a workflow does it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from geoclimate.contracts.workflows import DeploymentRequest, RollbackRequest
from geoclimate.domain.decisions import require_promotable
from geoclimate.domain.errors import NotFound
from geoclimate.domain.executions import Execution
from geoclimate.domain.models import ModelRecord
from geoclimate.services.execution_ports import Workflow
from geoclimate.services.find_rollback import Rollback, find_rollback
from geoclimate.services.model_registry import ModelRegistry

ChangeKind = Literal["promotion", "rollback"]
_NAME_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class Change:
    """A change of production that is under way.

    Attributes:
        name: Name of the workflow's execution.
        kind: Promotion or rollback.
        version: The version that goes into production.
        current: The version in whose place it goes; None where none was there.
    """

    name: str
    kind: ChangeKind
    version: str
    current: str | None


def random_name(kind: str) -> str:
    """A name for an execution that no other has."""
    return f"{kind}-{uuid.uuid4().hex[:_NAME_DIGITS]}"


@dataclass(frozen=True, slots=True)
class ProductionChanges:
    """Starts changes of one target's production and tells how far they are.

    Attributes:
        target: Parameter code that the stage forecasts.
        registry: Where the versions are.
        deployment: The workflow that tries a version and promotes it.
        rollback: The workflow that puts a version back.
        name: Names an execution of a kind of change.
    """

    target: str
    registry: ModelRegistry
    deployment: Workflow
    rollback: Workflow
    name: Callable[[str], str] = random_name

    def find(self, version: str) -> ModelRecord:
        """A version's record.

        Raises:
            NotFound: It is not registered.
        """
        record = self.registry.get(self.target, version)
        if record is None:
            raise NotFound(f"There is no version {version} of the {self.target} model.")
        return record

    def promote(self, version: str, *, who: str, why: str) -> Change:
        """Begin to try a version on the endpoint; it is promoted where it holds.

        Raises:
            NotFound: It is not registered.
            Conflict: It cannot be promoted from where it stands, or was judged against another model than the one in
                production.
        """
        record = self.find(version)
        production = self.registry.production(self.target)
        current = None if production is None else production.version
        require_promotable(record, current)
        change = Change(self.name("promotion"), "promotion", version, current)
        given = DeploymentRequest(target=self.target, version=version, reason=why, who=who)
        self.deployment.start(change.name, given.model_dump(mode="json"))
        return change

    def roll_back(self, version: str | None, *, who: str, why: str) -> Change:
        """Begin to put a version back into production.

        Args:
            version: A version that was in production once, or None for the one before.
            who: Who decides.
            why: The reason.

        Raises:
            NotFound: The version is not registered.
            Conflict: There is no version to go back to, or it never was in production.
        """
        planned = find_rollback(self.registry, self.target, version)
        return start_rollback(self.rollback, self.target, planned, self.name("rollback"), who=who, why=why)

    def follow(self, name: str) -> Execution:
        """How far a change is.

        Raises:
            NotFound: There was no change of this name.
        """
        workflow = self.rollback if name.startswith("rollback-") else self.deployment
        found = workflow.find(name)
        if found is None:
            raise NotFound(f"There is no change {name} of what is in production.")
        return found


def start_rollback(workflow: Workflow, target: str, planned: Rollback, name: str, *, who: str, why: str) -> Change:
    """Begin a rollback that was looked up; endpoint and registry move in the workflow.

    Raises:
        Unavailable: The workflow cannot be started.
    """
    current, back = planned.current.version, planned.back.version
    given = RollbackRequest(target=target, version=back, current=current, reason=why, who=who)
    workflow.start(name, given.model_dump(mode="json"))
    return Change(name, "rollback", back, current)
