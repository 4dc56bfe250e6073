"""Wiring of the work function; nothing is made at import."""

from functools import lru_cache
from typing import Annotated

from aws_lambda_powertools import Logger
from fastapi import Depends

from functions.work.settings import WorkSettings
from geoclimate.runtime.clock import utc_now
from geoclimate.runtime.telemetry import function_logger
from geoclimate.services.model_registry import ModelRegistry


@lru_cache(maxsize=1)
def work_settings() -> WorkSettings:
    """The function's environment."""
    return WorkSettings()


@lru_cache(maxsize=1)
def work_logger() -> Logger:
    """The function's logger."""
    return function_logger("work")


@lru_cache(maxsize=1)
def open_registry() -> ModelRegistry:
    """The model registry."""
    import boto3  # noqa: PLC0415 - as long to import as all of FastAPI

    from geoclimate.adapters.dynamodb_models import DynamoModelRegistry  # noqa: PLC0415

    return DynamoModelRegistry(boto3.client("dynamodb"), work_settings().models_table, utc_now)


async def provide_registry() -> ModelRegistry:
    """The model registry."""
    return open_registry()


RegistryDependency = Annotated[ModelRegistry, Depends(provide_registry)]
