"""The lake's table of forecasts as Parquet files on S3."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from geoclimate.adapters.aws_errors import unavailable_when_down
from geoclimate.columnar.forecast_table import forecast_tables
from geoclimate.columnar.lake_table import parquet_file
from geoclimate.contracts.lake import FORECASTS, MEDIA_TYPE, forecasts_prefix
from geoclimate.domain.forecasts import Forecast

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


class ParquetForecastLake:
    """The lake in one bucket; implements `ForecastLake`."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def write(self, name: str, forecasts: Sequence[Forecast]) -> None:
        """Write forecasts, one file of this name a parameter and month; the same again replaces what it wrote before.

        Raises:
            Unavailable: S3 does not answer; some of the files may have been written.
        """
        for month, table in forecast_tables(forecasts):
            with unavailable_when_down("S3"):
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=f"{forecasts_prefix(*month)}{name}.parquet",
                    Body=parquet_file(table, FORECASTS).to_pybytes(),
                    ContentType=MEDIA_TYPE,
                )
