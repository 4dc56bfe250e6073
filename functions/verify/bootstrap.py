"""Wiring of the verify function."""

import datetime as dt
from collections.abc import Callable
from functools import lru_cache

import boto3

from functions.verify.settings import VerifySettings
from geoclimate.adapters.dynamodb_calibrations import DynamoCalibrationStore
from geoclimate.adapters.dynamodb_forecasts import DynamoForecastStore
from geoclimate.adapters.dynamodb_lake_queue import DynamoLakeQueue
from geoclimate.adapters.dynamodb_observations import DynamoObservationStore
from geoclimate.adapters.dynamodb_verification import DynamoVerificationStore
from geoclimate.adapters.lake_forecasts import ParquetForecastLake
from geoclimate.contracts.verification import VerifyRequest, VerifyResult
from geoclimate.runtime.clock import utc_now
from geoclimate.services.archive_forecasts import archive_forecasts
from geoclimate.services.verify_forecasts import ForecastVerifier


@lru_cache(maxsize=1)
def verification() -> Callable[[VerifyRequest, dt.datetime], VerifyResult]:
    """Both use cases with their adapters, made once a process."""
    settings = VerifySettings.from_environment()
    dynamodb = boto3.client("dynamodb")
    table = settings.verification_table
    queue = DynamoLakeQueue(dynamodb, verification=table, forecasts=settings.forecasts_table, clock=utc_now)
    lake = ParquetForecastLake(boto3.client("s3"), settings.lake_bucket)
    verifier = ForecastVerifier(
        store=DynamoVerificationStore(dynamodb, table),
        archive=DynamoForecastStore(dynamodb, settings.forecasts_table, table),
        observations=DynamoObservationStore(dynamodb, settings.observations_table),
        calibrations=DynamoCalibrationStore(dynamodb, table),
        clock=utc_now,
    )

    def verify(request: VerifyRequest, until: dt.datetime) -> VerifyResult:
        try:
            verified = verifier.verify(request, until)
        finally:
            # What cannot be scored keeps nothing from the lake.
            archived, all_archived = archive_forecasts(queue, lake, utc_now, until)
        return VerifyResult(
            archived=archived,
            forecasts=verified.forecasts,
            hours=verified.hours,
            late_hours=verified.late_hours,
            finished=verified.finished and all_archived,
        )

    return verify
