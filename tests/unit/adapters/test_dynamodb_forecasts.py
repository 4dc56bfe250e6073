"""Forecasts in DynamoDB: what was issued stays."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from types_boto3_dynamodb import DynamoDBClient

from geoclimate.adapters.dynamodb_forecasts import DynamoForecastStore
from geoclimate.contracts.tables import UNARCHIVED_PARTITION, WAITING_PARTITION
from geoclimate.domain.forecast_ids import ForecastName
from geoclimate.services.verification_ports import IssuedForecast, SeriesKey
from tests.api_fakes import EMBASSY, LAST, forecast
from tests.moto_tables import create_table

FIRST = IssuedForecast(SeriesKey(EMBASSY.id, "pm25"), LAST)


@pytest.fixture
def store(keyed_table: DynamoDBClient) -> DynamoForecastStore:
    create_table(keyed_table, "v")
    return DynamoForecastStore(keyed_table, "t", "v", sleep=lambda _: None)


def sort_keys(client: DynamoDBClient, partition: str) -> list[str]:
    answer: Any = client.query(
        TableName="v",
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": partition}},
    )
    return [item["sk"]["S"] for item in answer["Items"]]


def test_a_forecast_comes_back_exactly_as_it_was_written(store: DynamoForecastStore) -> None:
    made = replace(forecast(), quantiles=((0.1 + 0.2, 1e-07, 123456.789),) * 24)
    store.write([made])
    assert store.latest(EMBASSY.id, "pm25") == made


def test_the_newest_issue_time_is_the_latest(store: DynamoForecastStore) -> None:
    store.write(forecast(LAST - dt.timedelta(hours=age)) for age in (5, 0, 30))
    found = store.latest(EMBASSY.id, "pm25")
    assert found is not None
    assert found.issue_time == LAST


def test_another_forecast_of_the_same_issue_time_is_served_and_replaces_nothing(store: DynamoForecastStore) -> None:
    later = replace(forecast(), model_version="v2", made_at=LAST + dt.timedelta(hours=2))
    store.write([forecast()])
    store.write([later])
    assert store.latest(EMBASSY.id, "pm25") == later
    assert store.issued_at(EMBASSY.id, "pm25", LAST) == later
    assert store.first_issued([FIRST]) == {FIRST: forecast()}


def test_each_forecast_of_an_issue_time_is_found_by_when_it_was_made(store: DynamoForecastStore) -> None:
    later = replace(forecast(), model_version="v2", made_at=LAST + dt.timedelta(hours=2))
    store.write([forecast()])
    store.write([later])
    names = [ForecastName(EMBASSY.id, "pm25", LAST, made.made_at) for made in (forecast(), later)]
    assert [store.made(name) for name in names] == [forecast(), later]
    assert store.made(replace(names[0], made_at=LAST)) is None
    assert store.made(replace(names[0], issue_time=LAST - dt.timedelta(hours=1))) is None


def test_a_newer_issue_time_is_served_before_a_repeated_older_one(store: DynamoForecastStore) -> None:
    store.write([forecast(), forecast(LAST + dt.timedelta(hours=1))])
    store.write([replace(forecast(), engine="climatology", made_at=LAST + dt.timedelta(hours=2))])
    found = store.latest(EMBASSY.id, "pm25")
    assert found is not None
    assert found.issue_time == LAST + dt.timedelta(hours=1)


def test_the_same_forecast_made_again_changes_nothing(store: DynamoForecastStore, keyed_table: DynamoDBClient) -> None:
    made = replace(forecast(), raw_quantiles=forecast().quantiles)
    later = LAST + dt.timedelta(hours=1)
    recalibrated = replace(made, quantiles=((1.0, 2.0, 3.0),) * 24, made_at=later)
    store.write([made])
    store.write([replace(made, made_at=later), recalibrated])
    assert store.latest(EMBASSY.id, "pm25") == made
    assert keyed_table.scan(TableName="t", Select="COUNT")["Count"] == 1


def test_a_repeated_run_writes_a_further_forecast_once(store: DynamoForecastStore, keyed_table: DynamoDBClient) -> None:
    runs = [forecast(), replace(forecast(), engine="onnx"), forecast()]
    for _ in range(2):
        for run in runs:
            store.write([run])
    # All three have the same instant of making, so the repeated ones meet their own keys.
    assert keyed_table.scan(TableName="t", Select="COUNT")["Count"] == 2


def test_each_forecast_waits_for_the_lake_and_the_first_for_its_truth(
    store: DynamoForecastStore, keyed_table: DynamoDBClient
) -> None:
    store.write([forecast()])
    store.write([replace(forecast(), model_version="v2", made_at=LAST + dt.timedelta(hours=2))])
    assert sort_keys(keyed_table, WAITING_PARTITION) == ["2015-01-01T16:00:00Z#openaq-900001#pm25#2014-12-31T16:00:00Z"]
    assert sort_keys(keyed_table, UNARCHIVED_PARTITION) == [
        "2014-12-31T16:12:00.000000Z#openaq-900001#pm25#2014-12-31T16:00:00Z",
        "2014-12-31T18:00:00.000000Z#openaq-900001#pm25#2014-12-31T16:00:00Z#2014-12-31T18:00:00.000000Z",
    ]


def test_another_series_has_none(store: DynamoForecastStore) -> None:
    store.write([forecast()])
    assert store.latest(EMBASSY.id, "no2") is None
    assert store.latest("openaq-9", "pm25") is None
    assert store.first_issued([IssuedForecast(SeriesKey("openaq-9", "pm25"), LAST)]) == {}


def test_more_forecasts_than_a_batch_takes_are_written_and_read(store: DynamoForecastStore) -> None:
    store.write(replace(forecast(), station=f"openaq-{n}") for n in range(120))
    names = [IssuedForecast(SeriesKey(f"openaq-{n}", "pm25"), LAST) for n in range(120)]
    assert store.first_issued(names).keys() == set(names)
