"""Wiring of the backup function."""

from collections.abc import Callable
from functools import lru_cache

import boto3
from geoclimate.adapters.dynamodb_tables import DynamoRawTable
from geoclimate.adapters.s3_objects import S3Objects
from geoclimate.contracts.workflows import BackupTableRequest, ExportProgress
from geoclimate.services.export_table import export_table

from functions.backup.settings import BackupSettings


@lru_cache(maxsize=1)
def table_exporter() -> Callable[[BackupTableRequest], ExportProgress]:
    """The use case with its adapters, made once a process."""
    settings = BackupSettings()
    dynamodb = boto3.client("dynamodb")
    objects = S3Objects(boto3.client("s3"), settings.backups_bucket)
    tables = {
        "observations": DynamoRawTable(dynamodb, settings.observations_table),
        "stations": DynamoRawTable(dynamodb, settings.stations_table),
        "files": DynamoRawTable(dynamodb, settings.files_table),
        "forecasts": DynamoRawTable(dynamodb, settings.forecasts_table),
        "models": DynamoRawTable(dynamodb, settings.models_table),
    }
    return lambda request: export_table(request, table=tables[request.table], objects=objects)
