"""Wiring of the ingest function."""

from collections.abc import Callable
from functools import lru_cache

import boto3

from functions.ingest.settings import IngestSettings
from geoclimate.adapters.ingest_ports import IngestPlaces, ingest_ports
from geoclimate.adapters.sqs_quarantine import SqsQuarantine
from geoclimate.runtime.clock import utc_now
from geoclimate.services.receive_upload import Outcome, receive_upload


@lru_cache(maxsize=1)
def upload_receiver() -> Callable[[str], Outcome]:
    """The use case with its adapters, made once a process: takes a message's body."""
    settings = IngestSettings.from_environment()
    places = IngestPlaces(
        observations_table=settings.observations_table,
        weather_table=settings.weather_table,
        stations_table=settings.stations_table,
        files_table=settings.files_table,
        uploads_bucket=settings.uploads_bucket,
        lake_bucket=settings.lake_bucket,
    )
    ports = ingest_ports(places, utc_now)
    quarantine = SqsQuarantine(boto3.client("sqs"), settings.quarantine_queue_url)
    return lambda message: receive_upload(message, settings.uploads_bucket, ports, quarantine)
