"""The lake as Parquet files on S3."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from geoclimate.adapters.aws_errors import unavailable_when_down
from geoclimate.columnar.lake_table import observation_tables, parquet_file, refused_table
from geoclimate.columnar.weather_table import weather_tables
from geoclimate.contracts.lake import (
    MEDIA_TYPE,
    OBSERVATIONS,
    REFUSED,
    WEATHER_FORECASTS,
    file_name,
    refused_prefix,
    weather_prefix,
)

if TYPE_CHECKING:
    import pyarrow as pa
    from types_boto3_s3 import S3Client

    from geoclimate.columnar.blocks import Batch
    from geoclimate.columnar.weather_columns import WeatherVocabulary
    from geoclimate.columnar.weather_runs import WeatherPart
    from geoclimate.domain.delivery import Delivery
    from geoclimate.domain.quality import Refusal

CONNECTIONS: Final = 8
"""Files that are sent at once: a batch has one a month, and each waits for S3 for some tens of milliseconds."""


class ParquetLake:
    """The lake in one bucket; implements `Lake`.

    A batch's files have names of their own, so writing needs neither a lock nor a look at what is there.
    """

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def write(self, batch: Batch, delivery: Delivery) -> None:
        """Write a batch's rows, one file a parameter and month; the same batch again replaces what it wrote before.

        Raises:
            Unavailable: S3 does not answer; some of the files may have been written.
        """
        name = file_name(delivery.digest, delivery.uploaded_at, batch.number)
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            sent = [
                pool.submit(self._put, month.prefix + name, parquet_file(table, OBSERVATIONS))
                for month, table in observation_tables(batch.columns, delivery)
            ]
        for each in sent:
            each.result()

    def write_weather(self, part: WeatherPart, vocabulary: WeatherVocabulary, delivery: Delivery) -> None:
        """Write a part's rows of a weather forecast, one file a month; the same part again replaces what it wrote.

        Raises:
            Unavailable: S3 does not answer; some of the files may have been written.
        """
        name = file_name(delivery.digest, delivery.uploaded_at, part.number)
        for (year, month), table in weather_tables(part.records, vocabulary, delivery):
            self._put(weather_prefix(year, month) + name, parquet_file(table, WEATHER_FORECASTS))

    def write_refused(self, refusals: Sequence[Refusal], delivery: Delivery, number: int) -> None:
        """Write refused rows with their raw text; `number` tells the file's lists apart, likewise replaced.

        Raises:
            Unavailable: S3 does not answer.
        """
        if refusals:
            uploaded = delivery.uploaded_at
            key = refused_prefix(uploaded.year, uploaded.month) + file_name(delivery.digest, uploaded, number)
            self._put(key, parquet_file(refused_table(refusals, delivery), REFUSED))

    def _put(self, key: str, content: pa.Buffer) -> None:
        with unavailable_when_down("S3"):
            self._client.put_object(Bucket=self._bucket, Key=key, Body=content.to_pybytes(), ContentType=MEDIA_TYPE)
