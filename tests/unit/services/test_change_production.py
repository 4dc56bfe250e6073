"""A person promotes a version or puts one back: what is refused at once, and what the workflows are told."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from geoclimate.contracts.workflows import DeploymentRequest, RollbackRequest
from geoclimate.domain.errors import Conflict, NotFound
from geoclimate.domain.executions import Execution
from geoclimate.domain.models import ModelRecord, RegistryStage
from geoclimate.services.change_production import ProductionChanges, random_name
from tests.executions_fake import WorkflowInMemory
from tests.workflow_fakes import NOW, RegistryInMemory, record

WHO, WHY = "account:0123", "too low on smoky days"
FORMER = replace(record("v1", RegistryStage.RETIRED), promoted_at=NOW)
PRESENT = replace(record("v2", RegistryStage.PRODUCTION), promoted_at=NOW, replaced="v1")


def _changes(*records: ModelRecord) -> tuple[ProductionChanges, WorkflowInMemory, WorkflowInMemory]:
    deployment, rollback = WorkflowInMemory(), WorkflowInMemory()
    registry = RegistryInMemory(records)
    return (
        ProductionChanges("pm25", registry, deployment, rollback, lambda kind: f"{kind}-1"),
        deployment,
        rollback,
    )


def _started(workflow: WorkflowInMemory) -> Mapping[str, Any]:
    [(_, given)] = workflow.started.items()
    return given


def test_a_candidate_that_was_judged_against_production_goes_to_the_deployment_workflow() -> None:
    changes, deployment, _ = _changes(PRESENT, replace(record("v3"), judged_against="v2"))
    change = changes.promote("v3", who=WHO, why=WHY)
    assert (change.kind, change.version, change.current) == ("promotion", "v3", "v2")
    request = DeploymentRequest.model_validate(_started(deployment))
    assert (request.target, request.version, request.who, request.reason) == ("pm25", "v3", WHO, WHY)


def test_a_version_whose_trial_was_broken_off_may_be_tried_again() -> None:
    changes, deployment, _ = _changes(record("v3", RegistryStage.STAGING))
    assert changes.promote("v3", who=WHO, why=WHY).current is None
    assert deployment.started


@pytest.mark.parametrize(
    ("candidate", "said"),
    [
        (PRESENT, "promote another version, or roll back"),
        (FORMER, "roll back to it"),
        (replace(record("v3"), judged_against="v1"), "judged against v1, but v2 is in production now"),
    ],
)
def test_a_promotion_that_could_not_end_well_never_begins(candidate: ModelRecord, said: str) -> None:
    changes, deployment, _ = _changes(PRESENT, candidate)
    with pytest.raises(Conflict, match=said):
        changes.promote(candidate.version, who=WHO, why=WHY)
    assert not deployment.started


def test_a_version_that_nobody_registered_is_not_found() -> None:
    changes, *_ = _changes(PRESENT)
    with pytest.raises(NotFound, match="no version v9 of the pm25 model"):
        changes.promote("v9", who=WHO, why=WHY)
    with pytest.raises(NotFound, match="v9"):
        changes.roll_back("v9", who=WHO, why=WHY)


def test_a_rollback_goes_to_the_version_before() -> None:
    changes, _, rollback = _changes(FORMER, PRESENT)
    change = changes.roll_back(None, who=WHO, why=WHY)
    assert (change.name, change.kind, change.version, change.current) == ("rollback-1", "rollback", "v1", "v2")
    request = RollbackRequest.model_validate(_started(rollback))
    assert (request.version, request.current, request.who, request.reason) == ("v1", "v2", WHO, WHY)


def test_without_a_version_before_there_is_nothing_to_roll_back() -> None:
    changes, _, rollback = _changes(replace(PRESENT, replaced=None))
    with pytest.raises(Conflict, match="none before it"):
        changes.roll_back(None, who=WHO, why=WHY)
    assert not rollback.started


@pytest.mark.parametrize("kind", ["promotion", "rollback"])
def test_a_change_is_followed_by_its_name(kind: str) -> None:
    changes, deployment, rollback = _changes()
    name = random_name(kind)
    workflow = deployment if kind == "promotion" else rollback
    workflow.states[name] = Execution(name, "failed", "the canary rang")
    assert changes.follow(name).cause == "the canary rang"


def test_a_change_that_never_was_is_not_found() -> None:
    changes, *_ = _changes()
    with pytest.raises(NotFound, match="rollback-000000000000"):
        changes.follow("rollback-000000000000")
