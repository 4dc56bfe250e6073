"""The wiring: each store reads its own table."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from functions.api import bootstrap
from functions.api.bootstrap import open_stores
from geoclimate.contracts.tables import PARTITION_KEY, SORT_KEY
from geoclimate.services.check_readiness import check_readiness
from geoclimate.services.verification_ports import SeriesKey
from tests.api_environment import API_ENVIRONMENT
from tests.api_fakes import EMBASSY, LAST, forecast, hourly
from tests.wire import installed

_TABLES = {"observations": "table-o", "stations": "table-s", "forecasts": "table-f", "verification": "table-v"}


@pytest.fixture
def _environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in API_ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    for name, table in _TABLES.items():
        monkeypatch.setenv(f"GEOCLIMATE_{name.upper()}_TABLE", table)
    for name in ("AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "us-east-1")
    for cached in (bootstrap.api_settings, open_stores):
        cached.cache_clear()
    with mock_aws():
        for _ in installed(monkeypatch):
            yield
    for cached in (bootstrap.api_settings, open_stores):
        cached.cache_clear()


def _create(*tables: str) -> None:
    client = boto3.client("dynamodb")
    for table in tables:
        client.create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[
                {"AttributeName": PARTITION_KEY, "KeyType": "HASH"},
                {"AttributeName": SORT_KEY, "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": PARTITION_KEY, "AttributeType": "S"},
                {"AttributeName": SORT_KEY, "AttributeType": "S"},
            ],
        )


@pytest.mark.usefixtures("_environment")
def test_each_store_is_the_table_that_the_environment_names() -> None:
    _create(*_TABLES.values())
    stores = open_stores()

    stores.stations.extend([EMBASSY])
    stores.observations.merge(hourly(3))
    stores.forecasts.write([forecast()])

    client = boto3.client("dynamodb")
    assert [client.scan(TableName=table)["Count"] for table in _TABLES.values()] == [1, 1, 1, 2]
    assert stores.stations.get(EMBASSY.id) == EMBASSY
    assert len(stores.observations.read(EMBASSY.id, "pm25", LAST.replace(hour=0), LAST)) == 3
    assert stores.forecasts.latest(EMBASSY.id, "pm25") == forecast()
    assert stores.skills.newest(SeriesKey(EMBASSY.id, "pm25"), 12) == {}


@pytest.mark.usefixtures("_environment")
def test_a_process_opens_its_stores_once() -> None:
    assert open_stores() is open_stores()


@pytest.mark.usefixtures("_environment")
def test_a_table_that_is_gone_shows_in_readiness() -> None:
    _create("table-s", "table-o", "table-v")
    stores = open_stores()

    checks = check_readiness(stores.stations, stores.observations, stores.forecasts, stores.skills)

    assert (checks["stations"], checks["observations"], checks["verification"]) == (None, None, None)
    assert "ResourceNotFound" in str(checks["forecasts"])
