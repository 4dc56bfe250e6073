"""Forecasts on their way to the lake."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pyarrow.parquet as pq
import pytest
from types_boto3_dynamodb import DynamoDBClient
from types_boto3_s3 import S3Client

from geoclimate.adapters.dynamodb_forecasts import DynamoForecastStore
from geoclimate.adapters.dynamodb_lake_queue import DynamoLakeQueue
from geoclimate.adapters.lake_forecasts import ParquetForecastLake
from geoclimate.domain.errors import Unavailable
from geoclimate.services.archive_forecasts import archive_forecasts
from geoclimate.services.verification_ports import LakeBatch
from tests.api_fakes import NOW
from tests.moto_tables import create_table
from tests.verification_fakes import HOUR, issued

UNTIL = NOW + HOUR


@pytest.fixture
def forecasts(keyed_table: DynamoDBClient) -> DynamoForecastStore:
    create_table(keyed_table, "f")
    return DynamoForecastStore(keyed_table, "f", "t")


@pytest.fixture
def queue(keyed_table: DynamoDBClient) -> DynamoLakeQueue:
    return queue_of(keyed_table)


def queue_of(client: DynamoDBClient, sleep: Callable[[float], None] = lambda _: None) -> DynamoLakeQueue:
    return DynamoLakeQueue(client, verification="t", forecasts="f", clock=lambda: NOW, sleep=sleep)


def taken(batch: LakeBatch | None) -> LakeBatch:
    assert batch is not None
    return batch


def test_forecasts_come_in_the_order_in_which_they_were_made(
    queue: DynamoLakeQueue, forecasts: DynamoForecastStore
) -> None:
    made = [issued(age) for age in range(3)]
    again = replace(made[2], model_version="v2", made_at=NOW)
    forecasts.write([*made, again])
    assert taken(queue.take(10)).forecasts == [*reversed(made), again]


def test_nothing_that_waits_is_no_batch(queue: DynamoLakeQueue) -> None:
    assert queue.take(10) is None


def test_a_batch_is_the_same_until_it_is_finished(
    queue: DynamoLakeQueue, forecasts: DynamoForecastStore, keyed_table: DynamoDBClient
) -> None:
    forecasts.write([issued(1), issued(2)])
    batch = taken(queue.take(10))
    forecasts.write([issued(0)])
    assert queue.take(10) == queue_of(keyed_table).take(10) == batch
    queue.finish(batch)
    queue.finish(batch)
    following = taken(queue.take(10))
    assert following.forecasts == [issued(0)]
    assert following.name != batch.name


def test_a_batch_is_the_same_where_it_was_half_finished(
    queue: DynamoLakeQueue, forecasts: DynamoForecastStore, keyed_table: DynamoDBClient
) -> None:
    forecasts.write([issued(1), issued(2)])
    batch = taken(queue.take(10))
    waiting: Any = keyed_table.query(
        TableName="t", KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": {"S": "UNARCHIVED"}}
    )
    keyed_table.delete_item(TableName="t", Key={name: waiting["Items"][0][name] for name in ("pk", "sk")})
    assert queue.take(10) == batch


def test_who_finishes_late_takes_nothing_from_the_following_batch(
    queue: DynamoLakeQueue, forecasts: DynamoForecastStore
) -> None:
    forecasts.write([issued(1)])
    batch = taken(queue.take(10))
    queue.finish(batch)
    forecasts.write([issued(0)])
    following = taken(queue.take(10))
    queue.finish(batch)
    assert queue.take(10) == following


def test_two_batches_never_share_a_forecast_whoever_begins_them(
    forecasts: DynamoForecastStore, keyed_table: DynamoDBClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    forecasts.write([issued(1)])
    slow, fast = queue_of(keyed_table), queue_of(keyed_table)
    look = slow._queued

    def overtaken(most: int) -> Any:
        monkeypatch.setattr(slow, "_queued", look)
        found = look(most)
        fast.finish(taken(fast.take(10)))
        return found

    monkeypatch.setattr(slow, "_queued", overtaken)
    assert slow.take(10) is None


def test_gives_way_to_others_who_go_on_taking_batches(
    forecasts: DynamoForecastStore, keyed_table: DynamoDBClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    forecasts.write([issued(1)])
    monkeypatch.setattr("geoclimate.adapters.dynamodb_lake_queue.put_over", lambda *_: False)
    with pytest.raises(Unavailable, match="others go on taking batches"):
        queue_of(keyed_table).take(10)


def test_forecasts_go_from_the_archive_to_the_lake_once(
    queue: DynamoLakeQueue, forecasts: DynamoForecastStore, s3: S3Client
) -> None:
    s3.create_bucket(Bucket="lake")
    forecasts.write(issued(age) for age in range(-8, 40))
    lake = ParquetForecastLake(s3, "lake")
    assert archive_forecasts(queue, lake, lambda: NOW, UNTIL) == (48, True)
    assert archive_forecasts(queue, lake, lambda: NOW, UNTIL) == (0, True)
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket="lake")["Contents"]]
    assert [key.rsplit("/", 1)[0] for key in keys] == [
        "forecasts/parameter=pm25/year=2014/month=12",
        "forecasts/parameter=pm25/year=2015/month=01",
    ]
    assert len({key.rsplit("/", 1)[1] for key in keys}) == 1
    rows = [
        row
        for key in keys
        for row in pq.ParquetFile(io.BytesIO(s3.get_object(Bucket="lake", Key=key)["Body"].read())).read().to_pylist()
    ]
    assert len({(row["issue_time"], row["lead_hours"]) for row in rows}) == len(rows) == 48 * 24
