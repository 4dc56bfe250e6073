"""The next stage of a version."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from geoclimate.contracts.workflows import PromoteRequest
from geoclimate.domain.errors import Conflict, NotFound
from geoclimate.domain.models import RegistryStage
from geoclimate.services.promote_model import promote_model
from tests.workflow_fakes import NOW, RegistryInMemory, record


def _request(decision: str, version: str = "v2") -> PromoteRequest:
    return PromoteRequest.model_validate(
        {"target": "pm25", "version": version, "decision": decision, "reason": "skill +0.200", "who": "run-1"}
    )


def test_a_candidate_goes_on_trial() -> None:
    registry = RegistryInMemory([record("v2")])
    assert promote_model(_request("stage"), registry=registry).stage == "staging"
    assert registry.records["pm25", "v2"].stage is RegistryStage.STAGING


def test_a_promoted_version_replaces_the_one_in_production() -> None:
    registry = RegistryInMemory([record("v1", RegistryStage.PRODUCTION), record("v2", RegistryStage.STAGING)])
    assert promote_model(_request("promote"), registry=registry).stage == "production"
    promoted = registry.production("pm25")
    assert promoted is not None
    assert promoted.version == "v2"


def test_a_retired_version_leaves_production_alone() -> None:
    registry = RegistryInMemory([record("v1", RegistryStage.PRODUCTION), record("v2")])
    assert promote_model(_request("retire"), registry=registry).stage == "retired"
    promoted = registry.production("pm25")
    assert promoted is not None
    assert promoted.version == "v1"


def test_who_decided_and_why_is_kept() -> None:
    registry = RegistryInMemory([record("v2")])
    promote_model(_request("retire"), registry=registry)
    assert [(each.who, each.why) for each in registry.decisions("pm25", "v2")] == [("run-1", "skill +0.200")]


def test_a_candidate_is_not_promoted_without_its_trial() -> None:
    with pytest.raises(Conflict, match="is candidate: it cannot become production"):
        promote_model(_request("promote"), registry=RegistryInMemory([record("v2")]))


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(NotFound, match="v9"):
        promote_model(_request("promote", "v9"), registry=RegistryInMemory())


def _back(version: str, current: str | None) -> PromoteRequest:
    return PromoteRequest.model_validate(
        {
            "target": "pm25",
            "version": version,
            "decision": "roll_back",
            "reason": "too low",
            "who": "run-1",
            **({} if current is None else {"current": current}),
        }
    )


def test_a_version_that_was_in_production_comes_back() -> None:
    former = replace(record("v1", RegistryStage.RETIRED), promoted_at=NOW)
    registry = RegistryInMemory([former, record("v2", RegistryStage.PRODUCTION)])
    assert promote_model(_back("v1", "v2"), registry=registry).stage == "production"
    assert registry.records["pm25", "v2"].stage is RegistryStage.RETIRED


def test_a_rollback_whose_answer_was_lost_may_be_asked_for_again() -> None:
    former = replace(record("v1", RegistryStage.RETIRED), promoted_at=NOW)
    registry = RegistryInMemory([former, record("v2", RegistryStage.PRODUCTION)])
    for _ in range(2):
        assert promote_model(_back("v1", "v2"), registry=registry).stage == "production"
    assert len(registry.decisions("pm25", "v1")) == 1


@pytest.mark.parametrize(("decision", "current"), [("roll_back", None), ("promote", "v1")])
def test_only_a_rollback_names_whom_it_replaces(decision: str, current: str | None) -> None:
    with pytest.raises(ValidationError, match="'current' belongs to a roll_back"):
        PromoteRequest.model_validate(
            {"target": "pm25", "version": "v2", "reason": "x", "who": "y", "decision": decision, "current": current}
        )
