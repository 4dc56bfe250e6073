"""The smoke function as Step Functions calls it."""

import io
from functools import partial
from typing import Any

import boto3
import pytest

from functions.smoke import bootstrap
from functions.smoke import handler as entry
from geoclimate.domain.errors import ModelRejected, Unavailable
from geoclimate.features.weather_runs import no_runs
from geoclimate.services.read_inputs import InputReader
from geoclimate.services.read_measurements import Measurements
from geoclimate.services.smoke_test import smoke_test
from tests.api_fakes import ObservationsInMemory, StationsInMemory, hourly
from tests.engine_fakes import SPEC, EngineInMemory
from tests.lambda_context import CONTEXT
from tests.load_event import load_event

EVENT = load_event("stepfunctions/smoke")
CANARY = load_event("stepfunctions/smoke_canary")


def _answers_as(version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    measurements = Measurements(StationsInMemory(), ObservationsInMemory(hourly(100)))
    inputs = InputReader(SPEC, measurements, lambda *_: no_runs(len(SPEC.weather)))
    test = partial(smoke_test, inputs=inputs, endpoint=EngineInMemory("endpoint", version))
    monkeypatch.setattr(entry, "endpoint_tester", lambda: test)


def test_says_which_version_answered_how_many_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    _answers_as(EVENT["version"], monkeypatch)
    assert entry.handler(EVENT, CONTEXT) == {"version": EVENT["version"], "windows": 1}


def test_another_version_is_an_error_that_the_workflow_catches(monkeypatch: pytest.MonkeyPatch) -> None:
    _answers_as("v1", monkeypatch)
    with pytest.raises(ModelRejected, match="answered as version v1"):
        entry.handler(EVENT, CONTEXT)


@pytest.mark.parametrize(("event", "aim"), [(CANARY, "Canary"), (EVENT, None)])
def test_the_variant_that_the_request_names_is_asked(
    monkeypatch: pytest.MonkeyPatch, event: dict[str, Any], aim: str | None
) -> None:
    asked: list[dict[str, Any]] = []

    class Runtime:
        def invoke_endpoint(self, **given: Any) -> dict[str, Any]:
            asked.append(given)
            return {"Body": io.BytesIO(b"{}")}

    for name in ("OBSERVATIONS_TABLE", "WEATHER_TABLE", "STATIONS_TABLE", "ENDPOINT_NAME"):
        monkeypatch.setenv(f"GEOCLIMATE_{name}", name.lower())
    monkeypatch.setattr(boto3, "client", lambda service, **_: Runtime() if service == "sagemaker-runtime" else None)
    measurements = Measurements(StationsInMemory(), ObservationsInMemory(hourly(100)))
    monkeypatch.setattr(bootstrap, "Measurements", lambda **_: measurements)
    monkeypatch.setattr(bootstrap, "weather_from", lambda *_: lambda *_: no_runs(len(SPEC.weather)))
    bootstrap.endpoint_tester.cache_clear()
    with pytest.raises(Unavailable, match="does not follow the contract"):
        entry.handler(event, CONTEXT)
    bootstrap.endpoint_tester.cache_clear()
    assert [each.get("TargetVariant") for each in asked] == [aim]
