"""Wiring of the conclude function."""

from collections.abc import Callable
from functools import lru_cache, partial

import boto3

from functions.conclude.settings import ConcludeSettings
from geoclimate.adapters.s3_objects import S3Objects
from geoclimate.adapters.s3_uploads import S3Uploads
from geoclimate.contracts.backfill import BackfillFigures, ConcludeRequest
from geoclimate.runtime.clock import utc_now
from geoclimate.services.conclude_backfill import conclude_backfill


@lru_cache(maxsize=1)
def backfill_concluder() -> Callable[[ConcludeRequest], BackfillFigures]:
    """The use case with its adapters, made once a process."""
    settings = ConcludeSettings.from_environment()
    s3 = boto3.client("s3")
    return partial(
        conclude_backfill,
        uploads=S3Uploads(s3, settings.uploads_bucket),
        objects=S3Objects(s3, settings.uploads_bucket),
        clock=utc_now,
    )
