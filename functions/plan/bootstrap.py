"""Wiring of the plan function."""

from collections.abc import Callable
from functools import lru_cache, partial

import boto3

from functions.plan.settings import PlanSettings
from geoclimate.adapters.s3_listing import S3Listing
from geoclimate.adapters.s3_objects import S3Objects
from geoclimate.adapters.s3_uploads import S3Uploads
from geoclimate.contracts.backfill import BackfillPlan, PlanRequest
from geoclimate.services.plan_backfill import plan_backfill


@lru_cache(maxsize=1)
def backfill_planner() -> Callable[[PlanRequest], BackfillPlan]:
    """The use case with its adapters, made once a process."""
    settings = PlanSettings.from_environment()
    s3 = boto3.client("s3")
    return partial(
        plan_backfill,
        listing=S3Listing(s3, settings.uploads_bucket),
        uploads=S3Uploads(s3, settings.uploads_bucket),
        objects=S3Objects(s3, settings.uploads_bucket),
        most_at_once=settings.most_at_once,
    )
