"""Wiring of the compact function."""

from collections.abc import Callable
from functools import lru_cache, partial

import boto3

from functions.compact.settings import CompactSettings
from geoclimate.adapters.s3_lake_files import S3LakeFiles
from geoclimate.contracts.workflows import CompactRequest, CompactResult
from geoclimate.runtime.clock import utc_now
from geoclimate.services.compact_partition import compact_partition


@lru_cache(maxsize=1)
def partition_compactor() -> Callable[[CompactRequest], CompactResult]:
    """The use case with its adapters, made once a process."""
    settings = CompactSettings.from_environment()
    return partial(compact_partition, files=S3LakeFiles(boto3.client("s3"), settings.lake_bucket, utc_now))
