"""Wiring of the production function."""

from collections.abc import Callable
from functools import lru_cache, partial

import boto3

from functions.production.settings import ProductionSettings
from geoclimate.adapters.dynamodb_models import DynamoModelRegistry
from geoclimate.contracts.workflows import ProductionRequest, ProductionResult
from geoclimate.runtime.clock import utc_now
from geoclimate.services.find_production import find_production


@lru_cache(maxsize=1)
def production_finder() -> Callable[[ProductionRequest], ProductionResult]:
    """The use case with its adapters, made once a process."""
    settings = ProductionSettings.from_environment()
    registry = DynamoModelRegistry(boto3.client("dynamodb"), settings.models_table, utc_now)
    return partial(find_production, registry=registry)
