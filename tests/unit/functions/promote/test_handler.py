"""The promote function as Step Functions calls it."""

from dataclasses import replace
from functools import partial

import pytest

from functions.promote import handler as entry
from geoclimate.domain.errors import InvalidInput
from geoclimate.domain.models import RegistryStage
from geoclimate.services.promote_model import promote_model
from tests.lambda_context import CONTEXT
from tests.load_event import load_event
from tests.workflow_fakes import NOW, RegistryInMemory, record

VERSION = load_event("stepfunctions/promote")["version"]


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> RegistryInMemory:
    made = RegistryInMemory([record(VERSION)])
    promote = partial(promote_model, registry=made)
    monkeypatch.setattr(entry, "model_promoter", lambda: promote)
    return made


def test_moves_the_version_as_decided(registry: RegistryInMemory) -> None:
    for event, stage in (("stage", RegistryStage.STAGING), ("promote", RegistryStage.PRODUCTION)):
        answer = entry.handler(load_event(f"stepfunctions/{event}"), CONTEXT)
        assert answer == {"version": VERSION, "stage": stage}
        assert registry.records["pm25", VERSION].stage is stage


def test_retires_a_candidate(registry: RegistryInMemory) -> None:
    answer = entry.handler(load_event("stepfunctions/retire"), CONTEXT)
    assert answer == {"version": VERSION, "stage": "retired"}
    [decision] = registry.decisions("pm25")
    assert decision.who.startswith("arn:aws:states:")


def test_puts_a_former_version_back(registry: RegistryInMemory) -> None:
    event = load_event("stepfunctions/roll_back")
    registry.records["pm25", VERSION] = replace(record(VERSION, RegistryStage.RETIRED), promoted_at=NOW)
    registry.records["pm25", event["current"]] = record(event["current"], RegistryStage.PRODUCTION)
    assert entry.handler(event, CONTEXT) == {"version": VERSION, "stage": "production"}
    assert registry.records["pm25", event["current"]].stage is RegistryStage.RETIRED


def test_refuses_any_other_decision(registry: RegistryInMemory) -> None:
    with pytest.raises(InvalidInput, match="decision: "):
        entry.handler(load_event("stepfunctions/promote", decision="delete"), CONTEXT)
    assert registry.records["pm25", VERSION].stage is RegistryStage.CANDIDATE
