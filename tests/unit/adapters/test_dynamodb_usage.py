"""What accounts use, in DynamoDB."""

import datetime as dt

import pytest
from botocore.stub import Stubber
from types_boto3_dynamodb import DynamoDBClient

from geoclimate.adapters.dynamodb_usage import DynamoUsageStore
from geoclimate.domain.errors import Unavailable
from geoclimate.domain.usage import DayUsage, RouteUsage
from tests.api_events import ACCOUNT, OTHER_ACCOUNT

MONDAY, TUESDAY = dt.date(2026, 3, 9), dt.date(2026, 3, 10)


@pytest.fixture
def store(keyed_table: DynamoDBClient) -> DynamoUsageStore:
    return DynamoUsageStore(keyed_table, "t")


def test_each_call_gives_what_the_day_came_to(store: DynamoUsageStore) -> None:
    assert [store.add(ACCOUNT, MONDAY, "get_forecast", 1), store.add(ACCOUNT, MONDAY, "predict", 7)] == [1, 8]
    assert store.add(ACCOUNT, TUESDAY, "get_forecast", 1) == 1
    assert store.add(OTHER_ACCOUNT, MONDAY, "get_forecast", 1) == 1


def test_a_day_is_told_by_operation(store: DynamoUsageStore) -> None:
    for operation, cost in (("predict", 7), ("get_forecast", 1), ("predict", 3)):
        store.add(ACCOUNT, MONDAY, operation, cost)
    routes = (RouteUsage("get_forecast", 1, 1), RouteUsage("predict", 2, 10))
    assert store.used(ACCOUNT, MONDAY, TUESDAY) == [DayUsage(MONDAY, 3, 11, routes)]


def test_only_the_days_of_the_window_and_of_the_account_are_told(store: DynamoUsageStore) -> None:
    store.add(ACCOUNT, MONDAY, "get_forecast", 1)
    store.add(ACCOUNT, TUESDAY, "get_forecast", 1)
    store.add(OTHER_ACCOUNT, TUESDAY, "get_forecast", 1)
    assert [day.day for day in store.used(ACCOUNT, TUESDAY, TUESDAY)] == [TUESDAY]


def test_a_day_is_kept_for_400_days(store: DynamoUsageStore, keyed_table: DynamoDBClient) -> None:
    store.add(ACCOUNT, MONDAY, "get_forecast", 1)
    item = keyed_table.scan(TableName="t")["Items"][0]
    end = dt.datetime.fromtimestamp(int(item["expires_at"]["N"]), dt.UTC)
    assert end == dt.datetime(2026, 3, 9, tzinfo=dt.UTC) + dt.timedelta(days=400)


def test_a_store_that_refuses_for_load_is_unavailable(store: DynamoUsageStore, keyed_table: DynamoDBClient) -> None:
    with Stubber(keyed_table) as stubber:
        stubber.add_client_error("update_item", "ThrottlingException", http_status_code=400)
        with pytest.raises(Unavailable):
            store.add(ACCOUNT, MONDAY, "get_forecast", 1)
