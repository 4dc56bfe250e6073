"""Forecasts in DynamoDB."""

import datetime as dt
from dataclasses import replace

import pytest
from types_boto3_dynamodb import DynamoDBClient

from geoclimate.adapters.dynamodb_forecasts import DynamoForecastStore
from tests.api_fakes import EMBASSY, LAST, forecast


@pytest.fixture
def store(keyed_table: DynamoDBClient) -> DynamoForecastStore:
    return DynamoForecastStore(keyed_table, "t")


def test_a_forecast_comes_back_exactly_as_it_was_written(store: DynamoForecastStore) -> None:
    made = replace(forecast(), quantiles=((0.1 + 0.2, 1e-07, 123456.789),) * 24)
    store.write([made])
    assert store.latest(EMBASSY.id, "pm25") == made


def test_the_newest_issue_time_is_the_latest(store: DynamoForecastStore) -> None:
    store.write(forecast(LAST - dt.timedelta(hours=age)) for age in (5, 0, 30))
    found = store.latest(EMBASSY.id, "pm25")
    assert found is not None
    assert found.issue_time == LAST


def test_the_same_issue_time_again_replaces_the_older_run(store: DynamoForecastStore) -> None:
    store.write([forecast()])
    store.write([replace(forecast(), model_version="v2")])
    found = store.latest(EMBASSY.id, "pm25")
    assert found is not None
    assert found.model_version == "v2"


def test_another_series_has_none(store: DynamoForecastStore) -> None:
    store.write([forecast()])
    assert store.latest(EMBASSY.id, "no2") is None
    assert store.latest("openaq-9", "pm25") is None


def test_more_forecasts_than_a_batch_takes_are_written(store: DynamoForecastStore) -> None:
    store.write(replace(forecast(), station=f"openaq-{n}") for n in range(60))
    assert store.latest("openaq-59", "pm25") is not None
