"""The prune function as Step Functions calls it."""

from functools import partial

import pytest

from functions.prune import handler as entry
from geoclimate.domain.errors import InvalidInput
from geoclimate.domain.models import RegistryStage
from geoclimate.services.prune_hosting import prune_hosting
from tests.hosting_fakes import HostingInMemory
from tests.lambda_context import CONTEXT
from tests.load_event import load_event
from tests.workflow_fakes import NOW, RegistryInMemory, clock, record


@pytest.fixture(autouse=True)
def hosting(monkeypatch: pytest.MonkeyPatch) -> HostingInMemory:
    made = HostingInMemory()
    made.add("v1", NOW)
    registry = RegistryInMemory([record("v1", RegistryStage.RETIRED)])
    prune = partial(prune_hosting, registry=registry, hosting=made, clock=clock)
    monkeypatch.setattr(entry, "hosting_pruner", lambda: prune)
    return made


def test_says_what_it_deleted(hosting: HostingInMemory) -> None:
    answer = entry.handler(load_event("stepfunctions/prune"), CONTEXT)
    assert answer == {"configurations": ["v1"], "models": ["v1"], "left": None}
    assert hosting.artifacts == []


def test_models_of_another_target_stay(hosting: HostingInMemory) -> None:
    answer = entry.handler(load_event("stepfunctions/prune", target="no2"), CONTEXT)
    assert answer == {"configurations": [], "models": [], "left": None}
    assert hosting.artifacts == ["v1"]


def test_refuses_an_input_without_a_target() -> None:
    with pytest.raises(InvalidInput, match="target: "):
        entry.handler({}, CONTEXT)
