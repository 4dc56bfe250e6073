"""Wiring of the register function."""

from collections.abc import Callable
from functools import lru_cache, partial

import boto3

from functions.register.settings import RegisterSettings
from geoclimate.adapters.dynamodb_models import DynamoModelRegistry
from geoclimate.adapters.s3_objects import S3Objects
from geoclimate.contracts.workflows import RegisterRequest, RegisterResult
from geoclimate.runtime.clock import utc_now
from geoclimate.services.register_model import register_model


@lru_cache(maxsize=1)
def model_registrar() -> Callable[[RegisterRequest], RegisterResult]:
    """The use case with its adapters, made once a process."""
    settings = RegisterSettings.from_environment()
    return partial(
        register_model,
        registry=DynamoModelRegistry(boto3.client("dynamodb"), settings.models_table, utc_now),
        objects=S3Objects(boto3.client("s3"), settings.artifacts_bucket),
        clock=utc_now,
    )
