"""The production function as Step Functions calls it."""

from functools import partial

import pytest

from functions.production import handler as entry
from geoclimate.domain.errors import InvalidInput
from geoclimate.domain.models import RegistryStage
from geoclimate.services.find_production import find_production
from tests.lambda_context import CONTEXT
from tests.load_event import load_event
from tests.workflow_fakes import RegistryInMemory, record


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    find = partial(find_production, registry=RegistryInMemory([record("v1", RegistryStage.PRODUCTION)]))
    monkeypatch.setattr(entry, "production_finder", lambda: find)


def test_names_the_model_in_production() -> None:
    answer = entry.handler(load_event("stepfunctions/production"), CONTEXT)
    assert (answer["present"], answer["version"]) == (True, "v1")


def test_says_so_where_there_is_none() -> None:
    answer = entry.handler(load_event("stepfunctions/production", target="no2"), CONTEXT)
    assert answer == {"present": False, "version": None, "artifact_uri": None, "model_name": None}


def test_refuses_an_input_without_a_target() -> None:
    with pytest.raises(InvalidInput, match="target: "):
        entry.handler({}, CONTEXT)
