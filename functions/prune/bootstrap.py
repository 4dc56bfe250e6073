"""Wiring of the prune function."""

from collections.abc import Callable
from functools import lru_cache, partial

import boto3

from functions.prune.settings import PruneSettings
from geoclimate.adapters.dynamodb_models import DynamoModelRegistry
from geoclimate.adapters.sagemaker_hosting import SageMakerHosting
from geoclimate.contracts.workflows import PruneRequest, PruneResult
from geoclimate.runtime.clock import utc_now
from geoclimate.services.prune_hosting import prune_hosting


@lru_cache(maxsize=1)
def hosting_pruner() -> Callable[[PruneRequest], PruneResult]:
    """The use case with its adapters, made once a process."""
    settings = PruneSettings.from_environment()
    registry = DynamoModelRegistry(boto3.client("dynamodb"), settings.models_table, utc_now)
    hosting = SageMakerHosting(boto3.client("sagemaker"), settings.endpoint_name, settings.name_prefix)
    return partial(prune_hosting, registry=registry, hosting=hosting, clock=utc_now)
