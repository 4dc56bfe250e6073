"""Wiring of exports and erasures; nothing is made at import."""

from functools import lru_cache
from typing import Annotated

from fastapi import Depends

from functions.accounts.bootstrap import accounts_settings
from geoclimate.runtime.clock import utc_now
from geoclimate.services.privacy_ports import Standing
from geoclimate.services.request_privacy import PrivacyDesk


@lru_cache(maxsize=1)
def open_privacy_desk() -> PrivacyDesk:
    """Where exports and erasures are asked for."""
    import boto3  # noqa: PLC0415 - as long to import as all of FastAPI

    from geoclimate.adapters.dynamodb_receipts import DynamoReceipts  # noqa: PLC0415
    from geoclimate.adapters.s3_signed import S3ExportLinks, S3Signed, signing_client  # noqa: PLC0415
    from geoclimate.adapters.step_functions import StepFunctionsWorkflow  # noqa: PLC0415

    settings, states = accounts_settings(), boto3.client("stepfunctions")
    return PrivacyDesk(
        receipts=DynamoReceipts(boto3.client("dynamodb"), settings.accounts_table),
        exporting=StepFunctionsWorkflow(states, settings.export_machine_arn),
        erasing=StepFunctionsWorkflow(states, settings.erasure_machine_arn),
        links=S3ExportLinks(S3Signed(signing_client(), settings.results_bucket)),
        clock=utc_now,
    )


@lru_cache(maxsize=1)
def open_standing() -> Standing:
    """Whether an account is still there."""
    import boto3  # noqa: PLC0415 - as long to import as all of FastAPI

    from geoclimate.adapters.dynamodb_receipts import DynamoReceipts  # noqa: PLC0415

    return DynamoReceipts(boto3.client("dynamodb"), accounts_settings().accounts_table)


async def provide_privacy_desk() -> PrivacyDesk:
    """Where exports and erasures are asked for."""
    return open_privacy_desk()


PrivacyDeskDependency = Annotated[PrivacyDesk, Depends(provide_privacy_desk)]
