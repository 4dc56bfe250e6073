"""The end of a candidate's trial."""

import pytest

from geoclimate.contracts.workflows import PromoteRequest
from geoclimate.domain.errors import NotFound
from geoclimate.domain.models import RegistryStage
from geoclimate.services.promote_model import promote_model
from tests.workflow_fakes import RegistryInMemory, record


def _request(decision: str, version: str = "v2") -> PromoteRequest:
    return PromoteRequest.model_validate(
        {"target": "pm25", "version": version, "decision": decision, "reason": "skill +0.200"}
    )


def test_a_promoted_version_replaces_the_one_in_production() -> None:
    registry = RegistryInMemory([record("v1", RegistryStage.PRODUCTION), record("v2")])
    assert promote_model(_request("promote"), registry=registry).stage == "production"
    promoted = registry.production("pm25")
    assert promoted is not None
    assert promoted.version == "v2"
    assert registry.reasons == {"v1": "replaced by v2", "v2": "skill +0.200"}


def test_a_retired_version_leaves_production_alone() -> None:
    registry = RegistryInMemory([record("v1", RegistryStage.PRODUCTION), record("v2")])
    assert promote_model(_request("retire"), registry=registry).stage == "retired"
    promoted = registry.production("pm25")
    assert promoted is not None
    assert promoted.version == "v1"


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(NotFound, match="v9"):
        promote_model(_request("promote", "v9"), registry=RegistryInMemory())
