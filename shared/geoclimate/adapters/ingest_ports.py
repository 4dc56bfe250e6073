"""What taking a file in needs of AWS, put together once for the functions that do it."""

from __future__ import annotations

from dataclasses import dataclass

import boto3
from botocore.config import Config

from geoclimate.adapters.dynamodb_files import DynamoFileLedger
from geoclimate.adapters.dynamodb_observations import CONNECTIONS, DynamoObservationStore
from geoclimate.adapters.dynamodb_stations import DynamoStationStore
from geoclimate.adapters.dynamodb_weather import DynamoWeatherForecastStore
from geoclimate.adapters.lake_parquet import ParquetLake
from geoclimate.adapters.s3_uploads import S3Uploads
from geoclimate.borders.country_at import country_at
from geoclimate.services.ingest_file import IngestPorts
from geoclimate.services.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestPlaces:
    """Names of the tables and buckets that files are read from and written to."""

    observations_table: str
    weather_table: str
    stations_table: str
    files_table: str
    uploads_bucket: str
    lake_bucket: str


def ingest_ports(places: IngestPlaces, clock: Clock) -> IngestPorts:
    """The ports of ingest on AWS, with clients of their own."""
    dynamodb = boto3.client("dynamodb", config=Config(max_pool_connections=CONNECTIONS))
    s3 = boto3.client("s3")
    return IngestPorts(
        uploads=S3Uploads(s3, places.uploads_bucket),
        observations=DynamoObservationStore(dynamodb, places.observations_table),
        weather=DynamoWeatherForecastStore(dynamodb, places.weather_table),
        stations=DynamoStationStore(dynamodb, places.stations_table),
        files=DynamoFileLedger(dynamodb, places.files_table),
        lake=ParquetLake(s3, places.lake_bucket),
        country_at=country_at,
        clock=clock,
    )
