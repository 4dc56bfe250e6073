"""Wiring of the survey function."""

from collections.abc import Callable
from functools import lru_cache, partial

import boto3

from functions.survey.settings import SurveySettings
from geoclimate.adapters.s3_lake_files import S3LakeFiles
from geoclimate.contracts.workflows import SurveyRequest, SurveyResult
from geoclimate.runtime.clock import utc_now
from geoclimate.services.survey_lake import survey_lake


@lru_cache(maxsize=1)
def lake_surveyor() -> Callable[[SurveyRequest], SurveyResult]:
    """The use case with its adapters, made once a process."""
    settings = SurveySettings.from_environment()
    return partial(
        survey_lake,
        files=S3LakeFiles(boto3.client("s3"), settings.lake_bucket, utc_now),
        small_files=settings.small_files,
    )
