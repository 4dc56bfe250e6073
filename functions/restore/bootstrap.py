"""Wiring of the restore function."""

from collections.abc import Callable
from functools import lru_cache, partial

import boto3

from functions.restore.settings import RestoreSettings
from geoclimate.adapters.dynamodb_tables import DynamoRawTable
from geoclimate.adapters.kms_signer import KmsSigner
from geoclimate.adapters.s3_objects import S3Objects
from geoclimate.contracts.workflows import RestoreRequest, RestoreResult
from geoclimate.services.restore_table import restore_table
from geoclimate.services.sign_object import SignedObjects


@lru_cache(maxsize=1)
def table_restorer() -> Callable[[RestoreRequest], RestoreResult]:
    """The use case with its adapters, made once a process."""
    settings = RestoreSettings.from_environment()
    dynamodb = boto3.client("dynamodb")
    return partial(
        restore_table,
        tables={
            "observations": DynamoRawTable(dynamodb, settings.observations_table),
            "weather": DynamoRawTable(dynamodb, settings.weather_table),
            "stations": DynamoRawTable(dynamodb, settings.stations_table),
            "files": DynamoRawTable(dynamodb, settings.files_table),
            "forecasts": DynamoRawTable(dynamodb, settings.forecasts_table),
            "verification": DynamoRawTable(dynamodb, settings.verification_table),
            "models": DynamoRawTable(dynamodb, settings.models_table),
        },
        scratch=DynamoRawTable(dynamodb, settings.scratch_table),
        backups=SignedObjects(
            objects=S3Objects(boto3.client("s3"), settings.backups_bucket),
            signer=KmsSigner(boto3.client("kms"), settings.signing_key),
        ),
    )
