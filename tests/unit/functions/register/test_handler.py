"""The register function as Step Functions calls it."""

from functools import partial
from typing import Any

import pytest

from functions.register import handler as entry
from geoclimate.domain.errors import ModelRejected
from geoclimate.services.register_model import register_model
from tests.lambda_context import CONTEXT
from tests.load_event import load_event
from tests.model_archives import archive, card_json, evaluation_json
from tests.workflow_fakes import ObjectsInMemory, RegistryInMemory, clock

EVENT = load_event("stepfunctions/register")
CARD = card_json(**{name: EVENT[name] for name in ("version", "dataset_digest", "code_digest")})


def _register(monkeypatch: pytest.MonkeyPatch, content: bytes) -> dict[str, Any]:
    event = load_event("stepfunctions/register")
    objects = ObjectsInMemory()
    objects.bodies[objects.key_of(event["artifact_uri"])] = content
    register = partial(register_model, registry=RegistryInMemory(), objects=objects, clock=clock)
    monkeypatch.setattr(entry, "model_registrar", lambda: register)
    return entry.handler(event, CONTEXT)


def test_gives_the_gate_a_yes_with_the_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = _register(monkeypatch, archive(card=CARD))
    assert answer["deploy"] is True
    assert "skill +0.200" in answer["reason"]


def test_gives_the_gate_a_no_for_a_model_worse_than_persistence(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _register(monkeypatch, archive(card=CARD, evaluation=evaluation_json(mae=11.0)))["deploy"] is False


def test_an_artifact_that_cannot_be_read_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelRejected, match="cannot be read"):
        _register(monkeypatch, b"no archive")
