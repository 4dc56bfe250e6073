"""Wiring of the backup function."""

from collections.abc import Callable
from functools import lru_cache, partial

import boto3

from functions.backup.settings import BackupSettings
from geoclimate.adapters.s3_objects import S3Objects
from geoclimate.contracts.workflows import BackupTableRequest, TableExport
from geoclimate.services.collect_export import collect_export


@lru_cache(maxsize=1)
def export_collector() -> Callable[[BackupTableRequest], TableExport]:
    """The use case with its adapters, made once a process."""
    settings = BackupSettings.from_environment()
    return partial(collect_export, objects=S3Objects(boto3.client("s3"), settings.backups_bucket))
