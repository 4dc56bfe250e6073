"""Wiring of the ingest function."""

from collections.abc import Callable
from functools import lru_cache

import boto3
from botocore.config import Config

from functions.ingest.settings import IngestSettings
from geoclimate.adapters.dynamodb_files import DynamoFileLedger
from geoclimate.adapters.dynamodb_observations import CONNECTIONS, DynamoObservationStore
from geoclimate.adapters.dynamodb_stations import DynamoStationStore
from geoclimate.adapters.s3_uploads import S3Uploads
from geoclimate.adapters.sqs_quarantine import SqsQuarantine
from geoclimate.runtime.clock import utc_now
from geoclimate.services.ingest_file import IngestPorts
from geoclimate.services.receive_upload import Outcome, receive_upload


@lru_cache(maxsize=1)
def upload_receiver() -> Callable[[str], Outcome]:
    """The use case with its adapters, made once a process: takes a message's body."""
    settings = IngestSettings()
    dynamodb = boto3.client("dynamodb", config=Config(max_pool_connections=CONNECTIONS))
    ports = IngestPorts(
        uploads=S3Uploads(boto3.client("s3"), settings.uploads_bucket),
        observations=DynamoObservationStore(dynamodb, settings.observations_table),
        stations=DynamoStationStore(dynamodb, settings.stations_table),
        files=DynamoFileLedger(dynamodb, settings.files_table),
        clock=utc_now,
    )
    quarantine = SqsQuarantine(boto3.client("sqs"), settings.quarantine_queue_url)
    return lambda message: receive_upload(message, settings.uploads_bucket, ports, quarantine)
