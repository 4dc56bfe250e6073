"""Wiring of the drift function."""

from collections.abc import Callable
from functools import lru_cache

import boto3

from functions.drift.settings import DriftSettings
from geoclimate.adapters.dynamodb_observations import DynamoObservationStore
from geoclimate.adapters.dynamodb_stations import DynamoStationStore
from geoclimate.adapters.eventbridge_drift import EventBridgeDrift
from geoclimate.adapters.s3_objects import S3Objects
from geoclimate.contracts.drift import DriftRequest, DriftResult
from geoclimate.features.input_spec import default_input_spec
from geoclimate.runtime.clock import utc_now
from geoclimate.services.announce_drift import Announcer
from geoclimate.services.watch_drift import DriftWatcher


@lru_cache(maxsize=1)
def drift_watcher() -> Callable[[DriftRequest], DriftResult]:
    """The use case with its adapters, made once a process."""
    settings = DriftSettings.from_environment()
    dynamodb = boto3.client("dynamodb")
    objects = S3Objects(boto3.client("s3"), settings.artifacts_bucket)
    announcer = Announcer(
        target=settings.target,
        inputs=default_input_spec(settings.target).parameters,
        objects=objects,
        events=EventBridgeDrift(boto3.client("events"), settings.artifacts_bucket),
        clock=utc_now,
    )
    return DriftWatcher(
        target=settings.target,
        stations=DynamoStationStore(dynamodb, settings.stations_table),
        observations=DynamoObservationStore(dynamodb, settings.observations_table),
        objects=objects,
        announcer=announcer,
        clock=utc_now,
    ).watch
