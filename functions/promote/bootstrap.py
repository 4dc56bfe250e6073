"""Wiring of the promote function."""

from collections.abc import Callable
from functools import lru_cache, partial

import boto3

from functions.promote.settings import PromoteSettings
from geoclimate.adapters.dynamodb_models import DynamoModelRegistry
from geoclimate.contracts.workflows import PromoteRequest, PromoteResult
from geoclimate.runtime.clock import utc_now
from geoclimate.services.promote_model import promote_model


@lru_cache(maxsize=1)
def model_promoter() -> Callable[[PromoteRequest], PromoteResult]:
    """The use case with its adapters, made once a process."""
    settings = PromoteSettings.from_environment()
    registry = DynamoModelRegistry(boto3.client("dynamodb"), settings.models_table, utc_now)
    return partial(promote_model, registry=registry)
