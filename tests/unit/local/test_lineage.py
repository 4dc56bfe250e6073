"""What `make lineage` says."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, cast

import boto3
import pytest
from moto import mock_aws

from geoclimate.adapters.dynamodb_forecasts import DynamoForecastStore
from geoclimate.domain.errors import NoForecast
from local.lineage import main, told
from local.registry import registry_of
from local.target import Target
from tests.api_fakes import EMBASSY, LAST, forecast
from tests.moto_tables import create_table
from tests.workflow_fakes import record

OUTPUTS = {"ModelsTableName": "models", "ForecastsTableName": "forecasts", "VerificationTableName": "verification"}


class Deployment:
    def __init__(self) -> None:
        self._dynamodb: Any = boto3.client("dynamodb", region_name="us-east-1")
        for table in OUTPUTS.values():
            create_table(self._dynamodb, table)

    def client(self, _service: str) -> Any:
        return self._dynamodb

    def outputs(self) -> dict[str, str]:
        return OUTPUTS


@pytest.fixture
def target(monkeypatch: pytest.MonkeyPatch) -> Iterator[Target]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        made = cast("Target", Deployment())
        store = DynamoForecastStore(made.client("dynamodb"), "forecasts", "verification")
        store.write([forecast(LAST), forecast(LAST - dt.timedelta(hours=6))])
        registry_of(made, OUTPUTS).register(record(forecast(LAST).model_version), who="run-1", why="passed the gate")
        yield made


def test_a_forecast_leads_to_artifact_data_code_and_decisions(target: Target) -> None:
    lines = told(target, EMBASSY.id, None).splitlines()
    assert lines[0] == f"forecast    pm25 at {EMBASSY.id}, issued {LAST:%Y-%m-%dT%H:%M:%SZ}"
    assert lines[1].endswith("by endpoint")
    assert any(line.endswith(f"SHA-256 {'a' * 64}") and line.startswith("artifact") for line in lines)
    assert f"data        SHA-256 {'d' * 64}" in lines
    assert f"code        SHA-256 {'c' * 64}" in lines
    assert lines[-1] == "  by run-1: passed the gate"


def test_an_earlier_forecast_is_found_by_its_issue_time(target: Target) -> None:
    earlier = LAST - dt.timedelta(hours=6)
    assert f"issued {earlier:%Y-%m-%dT%H:%M:%SZ}" in told(target, EMBASSY.id, earlier)


def test_a_forecast_that_was_never_made_is_said_so(target: Target) -> None:
    with pytest.raises(NoForecast, match="there is no forecast of 'pm25' at station 'nowhere'"):
        told(target, "nowhere", None)


def test_an_issue_time_that_is_none_is_refused_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--station", "s", "--issue", "tomorrow"])
    assert "'tomorrow' is no issue time: write 2014-01-31T05:00:00Z" in capsys.readouterr().err


def test_an_issue_time_without_a_zone_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--station", "s", "--issue", "2014-01-31T05:00:00"])
    assert "has no time zone: write 2014-01-31T05:00:00Z" in capsys.readouterr().err
