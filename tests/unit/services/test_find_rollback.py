"""Which version a rollback would put back."""

from dataclasses import replace

import pytest

from geoclimate.domain.errors import Conflict, NotFound
from geoclimate.domain.models import ModelRecord, RegistryStage
from geoclimate.services.find_rollback import find_rollback
from tests.workflow_fakes import NOW, RegistryInMemory, record


def _served(version: str, stage: RegistryStage, replaced: str | None = None) -> ModelRecord:
    return replace(record(version, stage), promoted_at=NOW, replaced=replaced)


V1 = _served("v1", RegistryStage.RETIRED)
V2 = _served("v2", RegistryStage.RETIRED, "v1")
V3 = _served("v3", RegistryStage.PRODUCTION, "v2")


def test_the_version_that_was_replaced_comes_back() -> None:
    found = find_rollback(RegistryInMemory([V1, V2, V3]), "pm25")
    assert (found.current, found.back) == (V3, V2)


def test_any_version_that_was_in_production_may_be_named() -> None:
    assert find_rollback(RegistryInMemory([V1, V2, V3]), "pm25", "v1").back == V1


def test_without_a_model_in_production_there_is_nothing_to_roll_back() -> None:
    with pytest.raises(Conflict, match="no model of pm25 is in production"):
        find_rollback(RegistryInMemory([V1]), "pm25")


def test_the_first_model_has_none_before_it() -> None:
    with pytest.raises(Conflict, match="v1 is the first model of pm25 in production"):
        find_rollback(RegistryInMemory([_served("v1", RegistryStage.PRODUCTION)]), "pm25")


def test_a_version_that_never_served_is_refused() -> None:
    loser = record("v4", RegistryStage.RETIRED)
    with pytest.raises(Conflict, match="v4 of the pm25 model was never in production"):
        find_rollback(RegistryInMemory([V2, V3, loser]), "pm25", "v4")


def test_an_unknown_version_is_named() -> None:
    with pytest.raises(NotFound, match="v9"):
        find_rollback(RegistryInMemory([V2, V3]), "pm25", "v9")
