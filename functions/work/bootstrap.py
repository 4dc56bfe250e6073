"""Wiring of the work function; nothing is made at import."""

from functools import lru_cache
from typing import Annotated

from aws_lambda_powertools import Logger
from fastapi import Depends

from functions.work.settings import WorkSettings
from geoclimate.runtime.clock import utc_now
from geoclimate.runtime.telemetry import function_logger
from geoclimate.services.account_jobs import AccountJobs
from geoclimate.services.account_uploads import AccountUploads
from geoclimate.services.change_production import ProductionChanges
from geoclimate.services.meter_calls import CallMeter
from geoclimate.services.model_registry import ModelRegistry
from geoclimate.services.ports import Clock, ObjectStore


@lru_cache(maxsize=1)
def work_settings() -> WorkSettings:
    """The function's environment."""
    return WorkSettings.from_environment()


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


@lru_cache(maxsize=1)
def open_changes() -> ProductionChanges:
    """What is in production, and the workflows that change it."""
    import boto3  # noqa: PLC0415 - as long to import as all of FastAPI

    from geoclimate.adapters.step_functions import StepFunctionsWorkflow  # noqa: PLC0415

    settings = work_settings()
    client = boto3.client("stepfunctions")
    return ProductionChanges(
        target=settings.target,
        registry=open_registry(),
        deployment=StepFunctionsWorkflow(client, settings.deployment_machine_arn),
        rollback=StepFunctionsWorkflow(client, settings.rollback_machine_arn),
    )


@lru_cache(maxsize=1)
def open_artifacts() -> ObjectStore:
    """The bucket of models."""
    import boto3  # noqa: PLC0415 - as long to import as all of FastAPI

    from geoclimate.adapters.s3_objects import S3Objects  # noqa: PLC0415

    return S3Objects(boto3.client("s3"), work_settings().artifacts_bucket)


@lru_cache(maxsize=1)
def open_uploads() -> AccountUploads:
    """The uploads of accounts."""
    import boto3  # noqa: PLC0415 - as long to import as all of FastAPI

    from geoclimate.adapters.dynamodb_account_uploads import DynamoAccountUploads  # noqa: PLC0415
    from geoclimate.adapters.s3_signed import S3Signed, signing_client  # noqa: PLC0415
    from geoclimate.adapters.s3_uploads import S3Uploads  # noqa: PLC0415

    settings = work_settings()
    client = signing_client()
    return AccountUploads(
        store=DynamoAccountUploads(boto3.client("dynamodb"), settings.jobs_table),
        forms=S3Signed(client, settings.uploads_bucket),
        files=S3Uploads(client, settings.uploads_bucket),
        clock=utc_now,
    )


@lru_cache(maxsize=1)
def open_jobs() -> AccountJobs:
    """The jobs of accounts."""
    import boto3  # noqa: PLC0415 - as long to import as all of FastAPI

    from geoclimate.adapters.dynamodb_jobs import DynamoJobStore  # noqa: PLC0415
    from geoclimate.adapters.dynamodb_stations import DynamoStationStore  # noqa: PLC0415
    from geoclimate.adapters.s3_objects import S3Objects  # noqa: PLC0415
    from geoclimate.adapters.s3_signed import S3Signed, signing_client  # noqa: PLC0415
    from geoclimate.adapters.step_functions import StepFunctionsWorkflow  # noqa: PLC0415

    settings = work_settings()
    client, dynamodb = signing_client(), boto3.client("dynamodb")
    return AccountJobs(
        store=DynamoJobStore(dynamodb, settings.jobs_table),
        stations=DynamoStationStore(dynamodb, settings.stations_table),
        models=open_registry(),
        target=settings.target,
        files=S3Objects(client, settings.results_bucket),
        forms=S3Signed(client, settings.results_bucket),
        workflow=StepFunctionsWorkflow(boto3.client("stepfunctions"), settings.job_machine_arn),
        clock=utc_now,
    )


@lru_cache(maxsize=1)
def open_meter() -> CallMeter:
    """What counts the calls of this process."""
    from geoclimate.adapters.call_meter import open_call_meter  # noqa: PLC0415

    settings = work_settings()
    return open_call_meter(settings.accounts_table, settings.usage_table, settings.plans, utc_now)


async def provide_registry() -> ModelRegistry:
    """The model registry."""
    return open_registry()


async def provide_changes() -> ProductionChanges:
    """What is in production, and the workflows that change it."""
    return open_changes()


async def provide_artifacts() -> ObjectStore:
    """The bucket of models."""
    return open_artifacts()


async def provide_uploads() -> AccountUploads:
    """The uploads of accounts."""
    return open_uploads()


async def provide_jobs() -> AccountJobs:
    """The jobs of accounts."""
    return open_jobs()


async def provide_clock() -> Clock:
    """Tells the time."""
    return utc_now


RegistryDependency = Annotated[ModelRegistry, Depends(provide_registry)]
ChangesDependency = Annotated[ProductionChanges, Depends(provide_changes)]
ArtifactsDependency = Annotated[ObjectStore, Depends(provide_artifacts)]
ClockDependency = Annotated[Clock, Depends(provide_clock)]
UploadsDependency = Annotated[AccountUploads, Depends(provide_uploads)]
JobsDependency = Annotated[AccountJobs, Depends(provide_jobs)]
