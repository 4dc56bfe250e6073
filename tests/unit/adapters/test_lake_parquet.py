"""The lake's files on S3."""

import datetime as dt
import io
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pyarrow.parquet as pq
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from types_boto3_s3 import S3Client

from geoclimate.adapters.lake_parquet import ParquetLake
from geoclimate.columnar.weather_columns import WeatherVocabulary
from geoclimate.columnar.weather_runs import RecordFile
from geoclimate.domain.errors import Unavailable
from geoclimate.domain.quality import Refusal
from tests import weather_files
from tests.lake_rows import DELIVERY, batch_of, observation

NAME = f"{'ab' * 32}-20200203T040506.789000Z-00003.parquet"
REFUSAL = Refusal(9, "value", "-999", "sentinel", "leave the row out", raw="a,b,-999")


@pytest.fixture
def bucket(s3: S3Client) -> S3Client:
    s3.create_bucket(Bucket="lake")
    return s3


@pytest.fixture
def lake(bucket: S3Client) -> ParquetLake:
    return ParquetLake(bucket, "lake")


def stored(bucket: S3Client) -> dict[str, bytes]:
    keys = [each["Key"] for each in bucket.list_objects_v2(Bucket="lake").get("Contents", [])]
    return {key: bucket.get_object(Bucket="lake", Key=key)["Body"].read() for key in keys}


def test_writes_one_file_a_month(lake: ParquetLake, bucket: S3Client) -> None:
    hours = ("2014-01-31T23:00", "2014-02-01T00:00", "2014-02-01T01:00")
    lake.write(batch_of([observation(hour) for hour in hours], number=3), DELIVERY)
    rows = {key: pq.read_table(io.BytesIO(content)).num_rows for key, content in stored(bucket).items()}
    assert rows == {
        f"observations/parameter=o3/year=2014/month=01/{NAME}": 1,
        f"observations/parameter=o3/year=2014/month=02/{NAME}": 2,
    }


def test_writes_weather_forecasts_by_the_month_in_which_they_were_issued(
    lake: ParquetLake, bucket: S3Client, tmp_path: Path
) -> None:
    vocabulary = WeatherVocabulary()
    issued = weather_files.ISSUED - dt.timedelta(days=31)
    rows = [*weather_files.hours(3), *weather_files.hours(2, issued=issued)]
    with RecordFile(tmp_path) as records:
        for block in weather_files.read_text(weather_files.text(rows), vocabulary):
            records.add(block.records)
    for part in records.parts(vocabulary):
        lake.write_weather(part, vocabulary, weather_files.DELIVERY)
    name = f"{'cd' * 32}-20140131T052000.000000Z-00000.parquet"
    assert {key: pq.read_table(io.BytesIO(content)).num_rows for key, content in stored(bucket).items()} == {
        f"weather_forecasts/year=2013/month=12/{name}": 2,
        f"weather_forecasts/year=2014/month=01/{name}": 3,
    }


def test_a_repeated_attempt_leaves_the_same_objects(lake: ParquetLake, bucket: S3Client) -> None:
    batch = batch_of([observation("2014-01-31T23:00"), observation("2014-02-01T00:00")])
    lake.write(batch, DELIVERY)
    lake.write_refused([REFUSAL], DELIVERY, 0)
    once = stored(bucket)
    lake.write(batch, DELIVERY)
    lake.write_refused([REFUSAL], DELIVERY, 0)
    assert len(once) == 3
    assert stored(bucket) == once


def test_batches_and_lists_of_one_upload_do_not_replace_each_other(lake: ParquetLake, bucket: S3Client) -> None:
    for number in (0, 1):
        lake.write(batch_of([observation("2014-01-31T23:00", number)], number=number), DELIVERY)
        lake.write_refused([REFUSAL], DELIVERY, number)
    assert len(stored(bucket)) == 4


def test_a_later_upload_of_the_same_bytes_replaces_nothing(lake: ParquetLake, bucket: S3Client) -> None:
    batch = batch_of([observation("2014-01-31T23:00")])
    lake.write(batch, DELIVERY)
    lake.write(batch, replace(DELIVERY, uploaded_at=DELIVERY.uploaded_at + dt.timedelta(microseconds=1)))
    assert len(stored(bucket)) == 2


def test_refused_rows_lie_by_the_month_of_the_upload(lake: ParquetLake, bucket: S3Client) -> None:
    lake.write_refused([REFUSAL], DELIVERY, 3)
    [(key, content)] = stored(bucket).items()
    assert key == f"refused/year=2020/month=02/{NAME}"
    [row] = pq.read_table(io.BytesIO(content)).to_pylist()
    assert (row["file_key"], row["line"], row["raw"]) == ("epa/hourly.csv", 9, "a,b,-999")


def test_nothing_to_say_is_no_object(lake: ParquetLake, bucket: S3Client) -> None:
    lake.write(batch_of([]), DELIVERY)
    lake.write_refused([], DELIVERY, 0)
    assert stored(bucket) == {}


def test_objects_say_that_they_are_parquet(lake: ParquetLake, bucket: S3Client) -> None:
    lake.write_refused([REFUSAL], DELIVERY, 3)
    answer = bucket.head_object(Bucket="lake", Key=f"refused/year=2020/month=02/{NAME}")
    assert answer["ContentType"] == "application/vnd.apache.parquet"


class Failing:
    """A client that fails for objects of one month."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def put_object(self, *, Key: str, **_: Any) -> None:  # noqa: N803 - boto3's name
        if "month=02" in Key:
            raise self._error


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url="https://s3.example"),
        ClientError({"Error": {"Code": "SlowDown"}}, "PutObject"),
    ],
)
def test_one_file_that_cannot_be_sent_is_unavailable(error: Exception) -> None:
    lake = ParquetLake(cast("S3Client", Failing(error)), "lake")
    batch = batch_of([observation(f"2014-{month:02}-01") for month in (1, 2, 3)])
    with pytest.raises(Unavailable, match="S3 does not answer"):
        lake.write(batch, DELIVERY)


def test_a_missing_grant_is_not_hidden() -> None:
    lake = ParquetLake(cast("S3Client", Failing(ClientError({"Error": {"Code": "AccessDenied"}}, "PutObject"))), "lake")
    with pytest.raises(ClientError, match="AccessDenied"):
        lake.write_refused([REFUSAL], DELIVERY, 0)
