"""Wiring of the backfill function."""

from collections.abc import Callable
from functools import lru_cache, partial

import boto3

from functions.backfill.settings import BackfillSettings
from geoclimate.adapters.ingest_ports import IngestPlaces, ingest_ports
from geoclimate.adapters.s3_listing import S3Listing
from geoclimate.contracts.backfill import FileResult
from geoclimate.runtime.clock import utc_now
from geoclimate.services.backfill_file import backfill_file


@lru_cache(maxsize=1)
def file_taker() -> Callable[[str], FileResult]:
    """The use case with its adapters, made once a process: takes a file's key."""
    settings = BackfillSettings.from_environment()
    places = IngestPlaces(
        observations_table=settings.observations_table,
        weather_table=settings.weather_table,
        stations_table=settings.stations_table,
        files_table=settings.files_table,
        uploads_bucket=settings.uploads_bucket,
        lake_bucket=settings.lake_bucket,
    )
    return partial(
        backfill_file,
        listing=S3Listing(boto3.client("s3"), settings.uploads_bucket),
        ports=ingest_ports(places, utc_now),
    )
