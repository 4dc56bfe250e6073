"""Forecasts by when they were issued."""

import datetime as dt
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from geoclimate.adapters.dynamodb_forecast_history import DynamoForecastHistory
from geoclimate.adapters.forecast_items import forecast_item
from tests.api_fakes import EMBASSY, LAST, forecast
from tests.moto_tables import create_table

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def history(monkeypatch: pytest.MonkeyPatch) -> Iterator[DynamoForecastHistory]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        create_table(client, "forecasts")
        for hours in range(4):
            client.put_item(TableName="forecasts", Item=forecast_item(forecast(LAST + hours * HOUR)))
        yield DynamoForecastHistory(client, "forecasts")


def test_gives_those_that_were_issued_in_the_window(history: DynamoForecastHistory) -> None:
    found = history.issued_between(EMBASSY.id, "pm25", LAST + HOUR, LAST + 3 * HOUR)
    assert [one.issue_time for one in found] == [LAST + HOUR, LAST + 2 * HOUR]


def test_a_series_that_nobody_forecast_has_none(history: DynamoForecastHistory) -> None:
    assert history.issued_between(EMBASSY.id, "o3", LAST, LAST + 9 * HOUR) == []
