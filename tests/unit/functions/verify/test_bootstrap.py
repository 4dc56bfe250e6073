"""What a run of the verify function does when something stored cannot be read."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import boto3
import pytest
from moto import mock_aws
from types_boto3_dynamodb import DynamoDBClient

from functions.verify.bootstrap import verification
from geoclimate.adapters.dynamodb_forecasts import DynamoForecastStore
from geoclimate.adapters.dynamodb_observations import DynamoObservationStore
from geoclimate.adapters.dynamodb_skill import DynamoSkillStore
from geoclimate.adapters.skill_items import skill_item
from geoclimate.contracts.verification import VerifyRequest
from geoclimate.domain.errors import IntegrityError
from geoclimate.runtime.clock import utc_now
from geoclimate.services.verification_ports import SeriesKey, SkillKey
from tests.api_fakes import LAST, hourly
from tests.moto_tables import create_table
from tests.verification_fakes import HOUR, SERIES, issued

DECEMBER = dt.date(2014, 12, 1)


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[DynamoDBClient]:
    """The stack's tables and the lake's bucket, and the function's environment."""
    environment = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "GEOCLIMATE_FORECASTS_TABLE": "f",
        "GEOCLIMATE_OBSERVATIONS_TABLE": "o",
        "GEOCLIMATE_VERIFICATION_TABLE": "v",
        "GEOCLIMATE_LAKE_BUCKET": "lake",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    verification.cache_clear()
    with mock_aws():
        client = boto3.client("dynamodb")
        for table in ("f", "o", "v"):
            create_table(client, table)
        boto3.client("s3").create_bucket(Bucket="lake")
        yield client
    verification.cache_clear()


def test_sums_that_cannot_be_read_keep_nothing_else_from_its_scores_or_the_lake(dynamodb: DynamoDBClient) -> None:
    other = SeriesKey("openaq-2", "pm25")
    DynamoForecastStore(dynamodb, "f", "v").write([issued(), replace(issued(), station=other.station)])
    truth = hourly(24, end=LAST + 24 * HOUR)
    DynamoObservationStore(dynamodb, "o").merge([*truth, *(replace(one, station=other.station) for one in truth)])
    dynamodb.put_item(TableName="v", Item={**skill_item(SkillKey(SERIES, DECEMBER), {}), "packed": {"B": b"damaged"}})

    with pytest.raises(IntegrityError, match="of 1 forecasts or series cannot be read"):
        verification()(VerifyRequest(), utc_now() + HOUR)
    assert DynamoSkillStore(dynamodb, "v").of_month(other, DECEMBER)
    assert boto3.client("s3").list_objects_v2(Bucket="lake")["KeyCount"] == 1
