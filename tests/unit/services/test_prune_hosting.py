"""What is deleted in the place that serves models, and what stays."""

import datetime as dt
from dataclasses import replace

from geoclimate.contracts.workflows import PruneRequest, PruneResult
from geoclimate.domain.models import RegistryStage
from geoclimate.services.find_rollback import find_rollback
from geoclimate.services.hosting_ports import Serving
from geoclimate.services.prune_hosting import prune_hosting
from tests.hosting_fakes import HostingInMemory
from tests.workflow_fakes import NOW, RegistryInMemory, clock, record

LONG_AGO = NOW - dt.timedelta(days=90)
REQUEST = PruneRequest(target="pm25")


def registry() -> RegistryInMemory:
    """Six versions that replaced each other, one that failed its trial, and one on trial."""
    former = [
        replace(record(f"v{number}", RegistryStage.RETIRED), promoted_at=LONG_AGO + dt.timedelta(days=number))
        for number in range(1, 6)
    ]
    production = replace(record("v6", RegistryStage.PRODUCTION), promoted_at=NOW, replaced="v5")
    return RegistryInMemory(
        [*former, production, record("failed", RegistryStage.RETIRED), record("tried", RegistryStage.STAGING)]
    )


def hosting(serving: Serving | None) -> HostingInMemory:
    made = HostingInMemory(serving)
    for version in ("v1", "v2", "v3", "v4", "v5", "v6", "failed", "tried"):
        made.add(version, LONG_AGO)
    return made


def serves(*models: str, by: str, changing: bool = False) -> Serving:
    return Serving(by, frozenset(models), changing)


def prune(made: HostingInMemory) -> PruneResult:
    return prune_hosting(REQUEST, registry=registry(), hosting=made, clock=clock)


def test_what_failed_or_was_replaced_long_ago_goes() -> None:
    made = hosting(serves("v6", by="v6"))
    result = prune(made)
    assert set(result.configurations) == set(result.models) == {"v1", "v2", "failed"}
    assert made.kept.keys() == set(made.artifacts) == {"v3", "v4", "v5", "v6", "tried"}


def test_a_rollback_still_finds_what_it_goes_back_to() -> None:
    made = hosting(serves("v6", by="v6"))
    prune(made)
    for version in (None, "v4", "v3"):
        back = find_rollback(registry(), "pm25", version).back
        assert back.version in made.kept
        assert back.version in made.artifacts


def test_a_second_time_nothing_is_left_to_delete() -> None:
    made = hosting(serves("v6", by="v6"))
    prune(made)
    assert prune(made) == PruneResult()


def test_what_the_endpoint_has_stays_whatever_the_registry_says() -> None:
    """An operator put an old model back by hand."""
    made = hosting(serves("v1", by="v1"))
    prune(made)
    assert "v1" in made.kept
    assert "v1" in made.artifacts


def test_models_that_share_an_endpoint_stay() -> None:
    made = hosting(serves("v1", "failed", by="canary-1"))
    made.add("canary-1", LONG_AGO, trial=True)
    prune(made)
    assert "canary-1" in made.kept
    assert {"v1", "failed"} <= set(made.artifacts)


def test_configurations_of_trials_go_when_they_are_over() -> None:
    made = hosting(serves("v6", by="v6"))
    made.add("canary-1", NOW - dt.timedelta(days=2), trial=True)
    made.add("canary-2", NOW - dt.timedelta(hours=1), trial=True)
    result = prune(made)
    assert "canary-1" in result.configurations
    assert "canary-2" in made.kept, "its trial may not have begun"


def test_what_no_version_explains_is_somebody_else_s() -> None:
    made = hosting(serves("v6", by="v6"))
    made.add("by-hand", LONG_AGO)
    prune(made)
    assert "by-hand" in made.kept
    assert "by-hand" in made.artifacts


def test_an_endpoint_that_changes_just_now_is_left_alone() -> None:
    made = hosting(serves("v6", by="v6", changing=True))
    assert prune(made) == PruneResult(left="the endpoint is being changed")
    assert "v1" in made.kept


def test_without_an_endpoint_the_old_goes_as_well() -> None:
    made = hosting(None)
    assert set(prune(made).models) == {"v1", "v2", "failed"}
