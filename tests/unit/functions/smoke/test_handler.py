"""The smoke function as Step Functions calls it."""

from functools import partial

import pytest

from functions.smoke import handler as entry
from geoclimate.domain.errors import ModelRejected
from geoclimate.services.read_measurements import Measurements
from geoclimate.services.smoke_test import smoke_test
from tests.api_fakes import ObservationsInMemory, StationsInMemory, hourly
from tests.lambda_context import CONTEXT
from tests.load_event import load_event
from tests.workflow_fakes import Endpoint

EVENT = load_event("stepfunctions/smoke")


def _answers_as(version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    measurements = Measurements(StationsInMemory(), ObservationsInMemory(hourly(100)))
    test = partial(smoke_test, measurements=measurements, endpoint=Endpoint(version))
    monkeypatch.setattr(entry, "endpoint_tester", lambda: test)


def test_says_which_version_answered_how_many_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    _answers_as(EVENT["version"], monkeypatch)
    assert entry.handler(EVENT, CONTEXT) == {"version": EVENT["version"], "windows": 1}


def test_another_version_is_an_error_that_the_workflow_catches(monkeypatch: pytest.MonkeyPatch) -> None:
    _answers_as("v1", monkeypatch)
    with pytest.raises(ModelRejected, match="answered as version v1"):
        entry.handler(EVENT, CONTEXT)
