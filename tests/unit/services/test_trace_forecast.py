"""From a forecast back to its model, data and code."""

import datetime as dt
from dataclasses import replace

import pytest

from geoclimate.domain.errors import IntegrityError, NoForecast
from geoclimate.domain.models import RegistryStage
from geoclimate.services.trace_forecast import trace_forecast
from tests.api_fakes import EMBASSY, LAST, ForecastsInMemory, forecast
from tests.workflow_fakes import RegistryInMemory, record

NEWEST = replace(forecast(LAST), model_version="v2")
EARLIER = replace(forecast(LAST - dt.timedelta(hours=6)), model_version="v1")
FORECASTS = ForecastsInMemory([EARLIER, NEWEST])


@pytest.fixture
def registry() -> RegistryInMemory:
    made = RegistryInMemory()
    for version in ("v1", "v2"):
        made.register(record(version), who="run-1", why=f"{version} passed the gate")
    return made


def test_the_newest_forecast_leads_to_its_model_with_digests_and_decisions(registry: RegistryInMemory) -> None:
    found = trace_forecast(FORECASTS, registry, EMBASSY.id, "pm25", None)
    assert found.forecast == NEWEST
    assert found.model.version == "v2"
    assert (found.model.artifact_digest, found.model.dataset_digest) == ("a" * 64, "d" * 64)
    assert found.model.code_digest == "c" * 64
    assert [each.why for each in found.decisions] == ["v2 passed the gate"]


def test_an_earlier_forecast_leads_to_the_model_of_its_time(registry: RegistryInMemory) -> None:
    found = trace_forecast(FORECASTS, registry, EMBASSY.id, "pm25", EARLIER.issue_time)
    assert (found.forecast, found.model.version) == (EARLIER, "v1")


def test_a_model_that_was_retired_since_is_still_found(registry: RegistryInMemory) -> None:
    registry.retire("pm25", "v1", who="run-2", why="the canary failed")
    found = trace_forecast(FORECASTS, registry, EMBASSY.id, "pm25", EARLIER.issue_time)
    assert found.model.stage is RegistryStage.RETIRED
    assert found.decisions[-1].why == "the canary failed"


@pytest.mark.parametrize(
    ("station", "issue", "message"),
    [
        ("nowhere", None, "no forecast of 'pm25' at station 'nowhere'$"),
        (EMBASSY.id, LAST - dt.timedelta(hours=1), r"issued at \d{4}-\d\d-\d\dT\d\d:00:00Z$"),
    ],
)
def test_a_forecast_that_was_never_made_is_said_so(
    registry: RegistryInMemory, station: str, issue: dt.datetime | None, message: str
) -> None:
    with pytest.raises(NoForecast, match=message):
        trace_forecast(FORECASTS, registry, station, "pm25", issue)


def test_a_forecast_of_a_model_that_nobody_registered_is_an_integrity_error() -> None:
    with pytest.raises(IntegrityError, match="names the model v2, which the registry does not know"):
        trace_forecast(FORECASTS, RegistryInMemory(), EMBASSY.id, "pm25", None)
